/** The bar above everything: presence, who I am, language, keys, sign-out. */
import type { ComponentChild } from 'preact'
import type { DeskView, Presence } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'
import type { Ringing } from './ringing.ts'

export interface TopParts {
  me: DeskView['me']
  connected: boolean
  isNetworkSilent: boolean
  languageSwitch: ComponentChild
  pending: boolean
  ringing: Ringing
  setPresence(presence: Presence): void
  showKeys(): void
  signOut(): void
}

export function Top({
  me,
  connected,
  isNetworkSilent,
  languageSwitch,
  pending,
  ringing,
  setPresence,
  showKeys,
  signOut,
}: TopParts) {
  const words = useLanguage().desk
  return (
    <header class="top">
      <span class="mark">
        <Icon name="phone" />
        Rufpass
      </span>
      <fieldset class="presence" aria-label={words.presenceLabel}>
        {(['available', 'away'] as const).map((presence) => (
          <button
            type="button"
            key={presence}
            class={`presence-${presence}`}
            aria-pressed={me.presence === presence}
            aria-disabled={pending}
            onClick={() => me.presence !== presence && setPresence(presence)}
          >
            <span class="dot" />
            {words.presence[presence]}
          </button>
        ))}
        <Key name="A" />
      </fieldset>
      <span class="who">
        <strong>{me.displayName}</strong>
        <span class="muted">
          {words.roles[me.role]} · {me.phone}
        </span>
      </span>
      <nav class="top-side">
        {languageSwitch}
        <label class="choice plain">
          <input
            type="checkbox"
            checked={ringing.tone}
            onChange={({ currentTarget }) => ringing.setTone(currentTarget.checked)}
          />
          {words.ringTone}
        </label>
        {ringing.askToNotify && (
          <button type="button" class="plain" onClick={ringing.askToNotify}>
            {words.notify}
          </button>
        )}
        <button type="button" class="plain" onClick={showKeys}>
          {words.help} <Key name="?" />
        </button>
        <button type="button" class="plain" aria-disabled={pending} onClick={signOut}>
          {words.signOut}
        </button>
      </nav>
      <div class="lost" role="status">
        {!connected && (
          <p class="notice tone-bad">
            <Icon name="lost" />
            {words.lost}
          </p>
        )}
        {isNetworkSilent && (
          <p class="notice tone-bad">
            <Icon name="lost" />
            {words.networkSilent}
          </p>
        )}
        {me.awayBecause && me.presence === 'away' && (
          <p class="notice tone-fair">
            <Icon name="warning" />
            {words.awayBecause[me.awayBecause]}
          </p>
        )}
      </div>
    </header>
  )
}
