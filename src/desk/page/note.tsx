/** The note of a call, written during it or after it, and where it will be found. */
import type { AssignmentView, OwnDraft } from '../../floor/view.ts'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import type { Drafting } from './use-draft.ts'

export const NOTE_ID = 'note'
/** As long as the store keeps of a note. */
export const LONGEST = 2000
/** What no note keeps (`flow/free-text.ts`), as it comes with a text that was copied elsewhere. */
const NOT_KEPT = /[^\P{Cc}\n\t]/gu

/** What was typed, as a note can keep it. */
export function kept(typed: string): string {
  return typed.replace(NOT_KEPT, ' ')
}

export interface NoteParts {
  assignment: AssignmentView
  drafting: Drafting
  /** Of the brand, for a note on another matter of the customer. */
  topics: readonly string[]
  save?: () => void
}

export function NoteField({ assignment, drafting, topics, save }: NoteParts) {
  const words = useLanguage().desk
  const { note, state, write } = drafting
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
        onInput={({ currentTarget }) => write({ note: kept(currentTarget.value) })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save?.()
        }}
      />
      <p class="muted small" id="note-about">
        {words.noteWhen} {note.length > LONGEST - 200 && words.left(LONGEST - note.length)}{' '}
        <span role="status" class={state === 'failed' ? 'tone-bad' : ''}>
          {note !== '' && state !== 'none' && words.draft[state]}
        </span>
      </p>
      <Goal assignment={assignment} drafting={drafting} topics={topics} />
    </div>
  )
}

/** Where the note goes. With a customer there is something to choose; without one it says who will find it. */
function Goal({ assignment, drafting, topics }: Omit<NoteParts, 'save'>) {
  const words = useLanguage().desk
  const named = useNames()
  const { keeps, topic, context } = assignment
  if (keeps === 'call') return <p class="small">{words.kept.call}</p>
  const open = (context?.tickets ?? []).filter((ticket) => ticket.open)
  const own = open.find((ticket) => ticket.topic === topic)
  const matter =
    topic === null
      ? words.kept.account
      : own
        ? words.kept.ticket(own.number, named(topic))
        : words.kept.newTicket(named(topic))
  const others = open.filter((ticket) => ticket !== own)
  const free = topics.filter((each) => each !== topic && !open.some((ticket) => ticket.topic === each))
  return (
    <label class="goal small">
      <span>{words.goesTo}</span>
      <select
        value={nameOf(drafting.goesTo)}
        onChange={({ currentTarget }) => drafting.write({ goesTo: goalOf(currentTarget.value) })}
      >
        <option value="">{matter}</option>
        {others.map((ticket) => (
          <option key={ticket.number} value={`ticket ${ticket.number}`}>
            {words.kept.ticket(ticket.number, named(ticket.topic))}
          </option>
        ))}
        {free.map((each) => (
          <option key={each} value={`topic ${each}`}>
            {words.kept.newTicket(named(each))}
          </option>
        ))}
      </select>
    </label>
  )
}

function nameOf(goal: OwnDraft['goesTo']): string {
  if (goal === null) return ''
  return 'ticket' in goal ? `ticket ${goal.ticket}` : `topic ${goal.topic}`
}

function goalOf(value: string): OwnDraft['goesTo'] {
  const [kind, name = ''] = value.split(' ')
  return kind === 'ticket' ? { ticket: name } : kind === 'topic' ? { topic: name } : null
}

export interface WrapUpParts extends NoteParts {
  canSave: boolean
  pending: boolean
  save(): void
}

export function WrapUp({ canSave, pending, save, ...parts }: WrapUpParts) {
  const words = useLanguage().desk
  const { drafting, assignment } = parts
  return (
    <div class="wrap-up">
      <NoteField {...parts} save={save} />
      {assignment.keeps !== 'call' && (
        <fieldset>
          <legend>{words.ticketAfter}</legend>
          {(['keep', 'close'] as const).map((ticket) => (
            <label class="choice" key={ticket}>
              <input
                type="radio"
                name="ticket"
                checked={drafting.ticket === ticket}
                onChange={() => drafting.write({ ticket })}
              />
              {ticket === 'close' ? words.closeTicket : words.keep}
            </label>
          ))}
        </fieldset>
      )}
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
