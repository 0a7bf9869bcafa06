/** The agent's one call, from the offer to the wrap-up. Shows the controls that the view allows, and no others. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { AssignmentView, DeskAction } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { type Language, useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { clock, span } from '../../page/time.ts'
import { type CallerContext, ContextCard } from './context.tsx'
import { Controls } from './controls.tsx'
import { useKeepFocus } from './keep-focus.ts'
import { NoteField, WrapUp } from './note.tsx'
import type { Drafting } from './use-draft.ts'
import { NotesUnder } from './written.tsx'

export interface CallParts {
  /** The focus comes here first. */
  entered: boolean
  assignment: AssignmentView | null
  available: boolean
  now: number
  pending: string | null
  drafting: Drafting
  /** Of the brand of the call. */
  topics: readonly string[]
  act(action: DeskAction): void
  actOnTicket(wish: { open: string } | { close: string }): void
  /** What there is to do between calls. */
  between: ComponentChildren
  /** Null where the operator has set no address. */
  openCrm: (() => void) | null
}

export function CallPanel(parts: CallParts) {
  const words = useLanguage().desk
  const region = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useKeepFocus(region, heading)
  useEffect(() => {
    if (parts.entered) heading.current?.focus()
  }, [])
  const { assignment, available } = parts
  return (
    <section
      class={`panel call ${assignment ? `call-${assignment.state}` : ''}`}
      ref={region}
      aria-labelledby="call-title"
    >
      {assignment === null ? (
        <>
          <div class="idle">
            <h2 id="call-title" ref={heading} tabIndex={-1}>
              {words.idle}
            </h2>
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
  const named = useNames()
  const { state, held, from, check, endedBy } = assignment
  const noteNow = state === 'talking' || state === 'checking'
  const writing = { assignment, drafting: parts.drafting, topics: parts.topics }
  const ticketActs = state === 'talking' && {
    topics: parts.topics,
    pending: pending !== null,
    open: (topic: string) => parts.actOnTicket({ open: topic }),
    close: (number: string) => parts.actOnTicket({ close: number }),
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
        {from && (
          <p class="notice tone-calm">
            <Icon name="forward" />
            {words.from(from.agent, from.topic && named(from.topic))}
          </p>
        )}
        {assignment.actions.includes('leave') && (
          <p class="notice tone-calm">
            <Icon name="forward" />
            {words.passing}
          </p>
        )}
        {check && (
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
        <NotesUnder title={words.callNotes} notes={assignment.notes} now={now} />
        {assignment.context ? (
          <ContextCard
            context={assignment.context as CallerContext}
            now={now}
            openCrm={openCrm}
            pending={pending !== null}
            isChecked={state === 'checking'}
            ticketActs={ticketActs || null}
            queueTopic={assignment.topic}
          >
            {noteNow && <NoteField {...writing} />}
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

function timeOf({ since, ringUntil, wrapUpUntil }: AssignmentView, now: number, words: Language['desk']): string {
  if (ringUntil) return words.ringLeft(span(Date.parse(ringUntil) - now))
  if (wrapUpUntil) return words.wrapUpLeft(span(Date.parse(wrapUpUntil) - now))
  return words.since(span(now - Date.parse(since)))
}
