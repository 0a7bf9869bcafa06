import type { Language } from './language.ts'

/** Each language is named in itself, for those who cannot read the other. */
export function LanguageSwitch({ language, choose }: { language: Language; choose(language: Language): void }) {
  return (
    <fieldset class="language" aria-label="Sprache / Language">
      <button type="button" class="plain" lang="de" aria-pressed={language === 'de'} onClick={() => choose('de')}>
        Deutsch
      </button>
      <button type="button" class="plain" lang="en" aria-pressed={language === 'en'} onClick={() => choose('en')}>
        English
      </button>
    </fieldset>
  )
}
