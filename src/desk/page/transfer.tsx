/** Where a call can go, and whether this caller may go there. */
import { useState } from 'preact/hooks'
import type { DeskView, TransferTo } from '../../floor/view.ts'
import { Dialog } from '../../page/dialog.tsx'
import { Icon } from '../../page/icon.tsx'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { kept, LONGEST } from './note.tsx'

export interface TransferParts {
  queues: DeskView['queues']
  colleagues: DeskView['colleagues']
  level: 0 | 1 | 2
  pending: boolean
  /** The agent's own note so far: what those are told who get the call, unless it is changed. */
  note: string
  go(to: TransferTo, note: string): void
  close(): void
}

export function Transfer({ queues, colleagues, level, pending, note, go, close }: TransferParts) {
  const words = useLanguage().desk
  const named = useNames()
  const [told, setTold] = useState(note)
  const first = queues.find(({ needs }) => needs <= level)?.queue
  return (
    <Dialog title={words.transferTitle} close={close}>
      <div class="transfer">
        <div class="field note">
          <label for="pass-note">{words.passNote}</label>
          <textarea
            id="pass-note"
            rows={2}
            maxLength={LONGEST}
            aria-describedby="pass-note-about"
            value={told}
            onInput={({ currentTarget }) => setTold(kept(currentTarget.value))}
          />
          <p class="muted small" id="pass-note-about">
            {words.passNoteWhen}
          </p>
        </div>
        <h3>{words.queues}</h3>
        <ul>
          {queues.map(({ queue, topic, needs }) => (
            <li key={queue}>
              <button
                type="button"
                // Keys go here first: most calls are passed on with the note as it stands.
                autofocus={queue === first}
                disabled={needs > level}
                aria-disabled={pending}
                onClick={() => go({ kind: 'queue', queue }, told)}
              >
                <strong>{named(topic ?? 'general')}</strong>
                <span>
                  {words.needs[needs]}
                  {needs > level && ` · ${words.tooLow}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <h3>{words.colleagues}</h3>
        {colleagues.length === 0 && <p class="muted">{words.noColleagues}</p>}
        <ul>
          {colleagues.map(({ name, displayName, state, sees }) => (
            <li key={name}>
              <button
                type="button"
                disabled={state !== 'free' || sees === 'not_theirs'}
                aria-disabled={pending}
                onClick={() => go({ kind: 'agent', name }, told)}
              >
                <strong>{displayName}</strong>
                <span>
                  <Icon name={state === 'free' ? 'yes' : state === 'busy' ? 'phone' : 'no'} />
                  {words.colleagueStates[state]}
                  {(sees === 'no_account' || sees === 'not_theirs') && ` · ${words.sees[sees]}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <button type="button" onClick={close}>
        {words.cancel} <Key name="Esc" />
      </button>
    </Dialog>
  )
}
