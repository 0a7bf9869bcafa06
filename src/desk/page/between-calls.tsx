/** What agents look at between calls: notices in force, their own calls of today, notes without a customer, a search. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { LooseNotes, OwnDay } from '../../floor/books-view.ts'
import { getJson } from '../../page/api.ts'
import { useLanguage } from '../../page/language.ts'
import { capital, useNames } from '../../page/named.ts'
import { clock, when } from '../../page/time.ts'
import { AssuranceTag } from './assurance.tsx'
import { Search } from './search.tsx'
import { Notes } from './written.tsx'

/** A notice that was set meanwhile is seen within this time, ms. */
const AGAIN_MS = 60_000

export interface BetweenParts {
  csrf: string
  now: number
  isSupervisor: boolean
  signedOut(): void
}

export function BetweenCalls({ csrf, now, isSupervisor, signedOut }: BetweenParts) {
  const words = useLanguage().desk.between
  const [day, setDay] = useState<OwnDay | null>(null)
  useEffect(() => {
    const read = async () => {
      const answer = await getJson<OwnDay>('desk/api/today')
      if (answer.ok) setDay(answer.data)
      else if (answer.status === 401) signedOut()
    }
    void read()
    const timer = setInterval(read, AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <div class="between">
      {day && day.notices.length > 0 && (
        <Part title={words.notices}>
          <NoticeList notices={day.notices} now={now} />
        </Part>
      )}
      <Part title={words.search}>
        <Search csrf={csrf} now={now} signedOut={signedOut} />
      </Part>
      <Part title={words.calls}>{day && <OwnCalls calls={day.calls} />}</Part>
      <LooseNoteList title={isSupervisor ? words.looseOfAll : words.loose} now={now} />
    </div>
  )
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="part">
      <h3>{title}</h3>
      {children}
    </div>
  )
}

function NoticeList({ notices, now }: { notices: OwnDay['notices']; now: number }) {
  const language = useLanguage()
  const words = language.desk.between
  const named = useNames()
  return (
    <ul class="notice-list">
      {notices.map(({ brand, topic, texts, since, until }) => {
        const [code, text] =
          Object.entries(texts).find(([each]) => each === language.code) ?? Object.entries(texts)[0] ?? []
        return (
          <li key={`${brand} ${topic}`}>
            <strong>
              {capital(brand)}
              {topic && `, ${named(topic)}`}:
            </strong>{' '}
            <span lang={code}>{text}</span>{' '}
            <span class="muted small">
              {words.noticeTimes(when(since, now, language), until && when(until, now, language))}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function OwnCalls({ calls }: { calls: OwnDay['calls'] }) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  if (calls.length === 0) return <p class="muted">{words.between.noCalls}</p>
  return (
    <ol class="own-calls">
      {calls.map(({ at, brand, topic, level, outcome, notes }) => (
        <li key={at}>
          <p class="own-call">
            <span class="figures">{clock(at, language)}</span>
            <strong>{named(topic ?? 'general')}</strong>
            <span class="muted">{capital(brand)}</span>
            {level !== null && <AssuranceTag level={level} />}
            {/* The level says the same of those who are verified. */}
            {outcome && outcome !== 'verified' && <span class="muted">{words.outcomesShort[outcome]}</span>}
          </p>
          {notes.length === 0 && <p class="muted small">{words.between.noNote}</p>}
          {notes.map(({ text, keptWith, ticket }) => (
            <p key={text} class="ticket-note">
              <span class="muted">
                {keptWith === 'ticket' ? words.between.on.ticket(ticket ?? '–') : words.between.on[keptWith]}:
              </span>{' '}
              {text}
            </p>
          ))}
        </li>
      ))}
    </ol>
  )
}

/** Read when it is opened, and not before: that is a reading, and is recorded. */
function LooseNoteList({ title, now }: { title: string; now: number }) {
  const words = useLanguage().desk
  const [notes, setNotes] = useState<LooseNotes['notes'] | 'failed' | null>(null)
  const open = async (isOpen: boolean) => {
    if (!isOpen) return
    const answer = await getJson<LooseNotes>('desk/api/notes')
    setNotes(answer.ok ? answer.data.notes : 'failed')
  }
  return (
    <details class="part" onToggle={({ currentTarget }) => void open(currentTarget.open)}>
      <summary>{title}</summary>
      {notes === 'failed' && <p class="tone-bad notice">{words.refusals.other}</p>}
      {Array.isArray(notes) && notes.length === 0 && <p class="muted">{words.between.noLoose}</p>}
      {Array.isArray(notes) && <Notes notes={notes} now={now} />}
    </details>
  )
}
