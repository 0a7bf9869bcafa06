/** The note to the ticket, written during the call or after it. */
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'

export const NOTE_ID = 'note'
/** As long as the store keeps of a note. */
export const LONGEST = 2000

export interface Writing {
  note: string
  setNote(note: string): void
}

export function NoteField({ note, setNote, save }: Writing & { save?: () => void }) {
  const words = useLanguage().desk
  return (
    <div class="field note">
      <label for={NOTE_ID}>
        {words.note} <Key name="O" />
      </label>
      <textarea
        id={NOTE_ID}
        rows={3}
        maxLength={LONGEST}
        placeholder={words.notePlaceholder}
        aria-describedby="note-about"
        value={note}
        onInput={({ currentTarget }) => setNote(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save?.()
        }}
      />
      <p class="muted small" id="note-about">
        {words.noteWhen} {note.length > LONGEST - 200 && words.left(LONGEST - note.length)}
      </p>
    </div>
  )
}

export interface WrapUpParts {
  writing: Writing
  closesTicket: boolean
  setClosesTicket(closes: boolean): void
  canSave: boolean
  pending: boolean
  save(): void
}

export function WrapUp({ writing, closesTicket, setClosesTicket, canSave, pending, save }: WrapUpParts) {
  const words = useLanguage().desk
  return (
    <div class="wrap-up">
      <NoteField {...writing} save={save} />
      <fieldset>
        <legend>{words.ticketAfter}</legend>
        {[false, true].map((closes) => (
          <label class="choice" key={String(closes)}>
            <input
              type="radio"
              name="ticket"
              checked={closesTicket === closes}
              onChange={() => setClosesTicket(closes)}
            />
            {closes ? words.closeTicket : words.keep}
          </label>
        ))}
      </fieldset>
      {canSave && (
        <div class="save">
          <button type="button" class="main" aria-disabled={pending} onClick={save}>
            {words.actions.wrap_up} <Key name="W" />
          </button>
          <span class="muted small">{words.wrapUpKey}</span>
        </div>
      )}
    </div>
  )
}
