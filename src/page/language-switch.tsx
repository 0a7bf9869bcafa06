import { type Language, languages } from './language.ts'

/** Each language is named in itself, for those who cannot read the others. */
export function LanguageSwitch({ language, choose }: { language: Language; choose(language: Language): void }) {
  return (
    <fieldset class="language" aria-label={languages.map(({ desk }) => desk.language).join(' / ')}>
      {languages.map((each) => (
        <button
          type="button"
          class="plain"
          key={each.code}
          lang={each.code}
          aria-pressed={each.code === language.code}
          onClick={() => choose(each)}
        >
          <span class="whole">{each.name}</span>
          <span class="short" aria-hidden="true">
            {each.code.toUpperCase()}
          </span>
        </button>
      ))}
    </fieldset>
  )
}
