/** What stands above the phones: the language, what is wrong, and for those who do not see it what rings. */
import { Icon } from '../../page/icon.tsx'
import type { Language } from '../../page/language.ts'
import { LanguageSwitch } from '../../page/language-switch.tsx'
import type { ShownPhone } from '../view.ts'
import type { Phones } from './use-phones.ts'

export interface PhoneTopParts {
  language: Language
  chooseLanguage(language: Language): void
  phones: Phones
  ringing: ShownPhone | null
}

export function PhoneTop({ language, chooseLanguage, phones, ringing }: PhoneTopParts) {
  const words = language.phone
  const { connected, problem } = phones
  return (
    <header class="phone-top">
      <h1>
        <Icon name="phone" /> {words.phone}
      </h1>
      <span class="muted stand-in">{words.standIn}</span>
      <a href="tray" target="_blank" rel="noreferrer">
        {words.tray}
      </a>
      <LanguageSwitch language={language} choose={chooseLanguage} />
      <div class="phone-status" role="status">
        {!connected && (
          <p class="notice tone-bad">
            <Icon name="lost" />
            {words.lost}
          </p>
        )}
        {problem !== null && <p class="notice tone-bad">{words[problem]}</p>}
      </div>
      <p class="unseen" aria-live="assertive">
        {ringing ? words.ringsFor(ringing.number?.replace('client:', '') ?? '') : ''}
      </p>
    </header>
  )
}
