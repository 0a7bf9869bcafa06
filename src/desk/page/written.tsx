/** What agents wrote: in this call before it came here, on a ticket, with a customer. */
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { when } from '../../page/time.ts'

export interface WrittenNote {
  at: string
  agent: string
  text: string
  topic?: string | null
  draft?: boolean
}

export function Notes({ notes, now }: { notes: readonly WrittenNote[]; now: number }) {
  const language = useLanguage()
  const named = useNames()
  return (
    <>
      {notes.map(({ at, agent, text, topic, draft }) => (
        <p key={`${at} ${agent}`} class="ticket-note">
          <span class="muted">
            {draft ? language.desk.writes(agent) : `${when(at, now, language)}, ${agent}`}
            {topic && ` · ${named(topic)}`}:
          </span>{' '}
          {text}
        </p>
      ))}
    </>
  )
}

/** Nothing where there is none. */
export function NotesUnder({ title, notes, now }: { title: string; notes: readonly WrittenNote[]; now: number }) {
  if (notes.length === 0) return null
  return (
    <div class="written">
      <h3>{title}</h3>
      <Notes notes={notes} now={now} />
    </div>
  )
}
