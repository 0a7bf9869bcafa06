/** The agent's one call, from the offer to the wrap-up. Shows the controls that the view allows, and no others. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { AssignmentView, DeskAction, DeskView, TicketWish } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { type Language, useLanguage } from '../../page/language.ts'
import { clock, span } from '../../page/time.ts'
import { type CallerContext, ContextCard } from './context.tsx'
import { Controls } from './controls.tsx'
import { useKeepFocus } from './keep-focus.ts'
import { Letter } from './letter.tsx'
import { NoteField, WrapUp } from './note.tsx'
import { Given, Passing, Preview } from './passing.tsx'
import type { Drafting } from './use-draft.ts'
import { NotesUnder } from './written.tsx'

export interface CallParts {
  /** The focus comes here first. */
  entered: boolean
  assignment: AssignmentView | null
  available: boolean
  missed: DeskView['missed']
  now: number
  pending: boolean
  drafting: Drafting
  /** Of the brand of the call. */
  topics: readonly string[]
  act(action: DeskAction): void
  actOnTicket(wish: TicketWish): void
  confirmName(matches: boolean): void
  /** Whether it was taken. */
  orderLetter(): Promise<boolean>
  /** What there is to do between calls. */
  between: ComponentChildren
  /** Null where the operator has set no address. */
  openCrm: (() => void) | null
}

/** How long a call that stopped ringing is told of, ms: as long as the server tells it. */
const MISSED_MS = 60_000

export function CallPanel(parts: CallParts) {
  const words = useLanguage().desk
  const region = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useKeepFocus(region, heading)
  useEffect(() => {
    if (parts.entered) heading.current?.focus()
  }, [])
  const { assignment, available, missed, now } = parts
  return (
    <section
      class={`panel call ${assignment ? `call-${assignment.held ? 'held' : assignment.state}` : ''}`}
      ref={region}
      aria-labelledby="call-title"
    >
      {assignment === null ? (
        <>
          <div class="idle">
            <h2 id="call-title" ref={heading} tabIndex={-1}>
              {words.idle}
            </h2>
            <div role="status">
              {missed && now - Date.parse(missed.at) < MISSED_MS && (
                <p class="notice tone-calm">
                  <Icon name="phone" />
                  {words.missed[missed.why]}
                </p>
              )}
            </div>
            <p class="muted">{available ? words.idleAvailable : words.idleAway}</p>
          </div>
          {parts.between}
        </>
      ) : (
        <Call {...parts} assignment={assignment} heading={heading} />
      )}
    </section>
  )
}

function Call({
  heading,
  ...parts
}: CallParts & { assignment: AssignmentView; heading: { current: HTMLHeadingElement | null } }) {
  const { assignment, now, pending, act, openCrm } = parts
  const language = useLanguage()
  const words = language.desk
  const { state, held, check, endedBy } = assignment
  const noteNow = state === 'talking' || state === 'checking' || state === 'joined'
  const writing = { assignment, drafting: parts.drafting, topics: parts.topics }
  const ticketActs = state === 'talking' && {
    topics: parts.topics,
    pending,
    open: (topic: string) => parts.actOnTicket({ open: topic }),
    close: (number: string) => parts.actOnTicket({ close: number }),
    change:
      assignment.context?.assurance.level === 2
        ? {
            merge: (number: string, into: string) => parts.actOnTicket({ merge: number, into }),
            reopen: (number: string) => parts.actOnTicket({ reopen: number }),
            undo: (number: string) => parts.actOnTicket({ undo: number }),
          }
        : null,
  }
  return (
    <>
      <div class="call-head">
        <h2 id="call-title" ref={heading} tabIndex={-1}>
          <Icon name={state === 'checking' ? 'key' : held ? 'pause' : 'phone'} />
          {held ? words.heldState : words.states[state]}
        </h2>
        <span class="figures">{timeOf(assignment, now, words)}</span>
        <Controls actions={assignment.actions} pending={pending} act={act} />
      </div>
      <div class="call-body">
        {state === 'ringing' && <p class="notice tone-calm">{words.ringing}</p>}
        <Given assignment={assignment} />
        {state === 'joined' && assignment.from && (
          <p class="notice tone-calm">
            <Icon name="phone" />
            {words.joinedYou(assignment.from.agent)}
          </p>
        )}
        {assignment.passing && <Passing passing={assignment.passing} now={now} />}
        {check && (check !== 'called_off' || state === 'checking') && (
          <p class={`notice ${check === 'verified' ? 'tone-good' : check === 'refused' ? 'tone-bad' : 'tone-calm'}`}>
            <Icon name="key" />
            {words.checks[check]}
          </p>
        )}
        {state === 'wrap_up' && (
          <>
            {endedBy && (
              <p>
                {words.endedBy[endedBy]} <span class="muted figures">{clock(assignment.since, language)}</span>
              </p>
            )}
            <WrapUp
              {...writing}
              pending={pending}
              canSave={assignment.actions.includes('wrap_up')}
              save={() => act('wrap_up')}
            />
          </>
        )}
        <NotesUnder title={words.callNotes} notes={notGiven(assignment)} now={now} />
        {assignment.preview ? (
          <Preview assignment={assignment} preview={assignment.preview} />
        ) : assignment.context ? (
          <ContextCard
            context={assignment.context as CallerContext}
            now={now}
            openCrm={openCrm}
            pending={pending}
            check={check}
            isChecked={state === 'checking'}
            ticketActs={ticketActs || null}
            queueTopic={assignment.topic}
            name={{
              confirmed: assignment.nameConfirmed,
              confirm: state === 'talking' || state === 'joined' ? parts.confirmName : null,
            }}
          >
            {noteNow && <NoteField {...writing} />}
            {assignment.letter && (
              <Letter
                key={assignment.id}
                letter={assignment.letter}
                now={now}
                pending={pending}
                order={parts.orderLetter}
              />
            )}
          </ContextCard>
        ) : (
          <>
            <p class="notice tone-fair">{words.noContext}</p>
            {noteNow && <NoteField {...writing} />}
          </>
        )}
      </div>
    </>
  )
}

/** What a colleague passed on in words of their note is told above, and not twice. */
function notGiven({ notes, from }: AssignmentView): AssignmentView['notes'] {
  return notes.filter(({ text }) => text.trim() !== from?.note)
}

function timeOf(
  { since, heldSince, ringUntil, wrapUpUntil }: AssignmentView,
  now: number,
  words: Language['desk'],
): string {
  if (ringUntil) return words.ringLeft(span(Date.parse(ringUntil) - now))
  if (wrapUpUntil) return words.wrapUpLeft(span(Date.parse(wrapUpUntil) - now))
  return words.since(span(now - Date.parse(heldSince ?? since)))
}
