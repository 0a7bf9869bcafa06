/** One ticket of a customer: its reports by whatever channel, what was merged into it, notes, and what may be done with it. */
import type { AssignmentView } from '../../floor/view.ts'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { when } from '../../page/time.ts'
import { MergeTicket, type TicketActs } from './ticket-acts.tsx'
import { Notes } from './written.tsx'

export type TicketShown = NonNullable<AssignmentView['context']>['tickets'][number]

export interface TicketParts {
  ticket: TicketShown
  /** Those that it can be merged into. */
  others: readonly TicketShown[]
  now: number
  acts: TicketActs | null
}

export function Ticket({ ticket, others, now, acts }: TicketParts) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  const { number, topic, open, reportedAt, notes, merged } = ticket
  const change = acts?.change
  return (
    <>
      <p>
        <strong class="figures">{number}</strong> {named(topic)}{' '}
        <span class={open ? 'tag tone-calm' : 'tag'}>{open ? words.openTicket : words.closedTicket}</span>{' '}
        <span class="muted">{words.reported(when(reportedAt, now, language))}</span>
      </p>
      {acts && (open || change) && (
        <div class="ticket-acts">
          {open && (
            <button
              type="button"
              class="small"
              aria-disabled={acts.pending}
              aria-label={words.closeThis(number)}
              onClick={() => acts.close(number)}
            >
              {words.close}
            </button>
          )}
          {change && !open && (
            <button
              type="button"
              class="small"
              aria-disabled={acts.pending}
              aria-label={words.reopenThis(number)}
              onClick={() => change.reopen(number)}
            >
              {words.reopen}
            </button>
          )}
          {change && (
            <MergeTicket
              number={number}
              targets={others}
              pending={acts.pending}
              merge={(into) => change.merge(number, into)}
            />
          )}
          {change && ticket.reopened && (
            <button
              type="button"
              class="small"
              aria-disabled={acts.pending}
              aria-label={words.undoReopen(number)}
              onClick={() => change.undo(number)}
            >
              {words.undoReopening}
            </button>
          )}
        </div>
      )}
      {merged.map((each) => (
        <p key={each.number} class="merged">
          <span>{words.merged(each.number, named(each.topic))}</span>{' '}
          {change && (
            <button
              type="button"
              class="small"
              aria-disabled={acts?.pending}
              aria-label={words.undoMerge(each.number)}
              onClick={() => change.undo(each.number)}
            >
              {words.undo}
            </button>
          )}
        </p>
      ))}
      <Reports ticket={ticket} now={now} />
      <Notes notes={notes} now={now} />
    </>
  )
}

/** Of one without words nothing more is known than stands above. */
function Reports({ ticket: { reports }, now }: { ticket: TicketShown; now: number }) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  if (reports.length < 2 && reports.every(({ text }) => text === null)) return null
  return (
    <>
      {reports.map(({ at, channel, text }, index) => (
        <p key={`${at} ${channel} ${index}`} class="ticket-note">
          <span class="muted">
            {words.reportedBy(when(at, now, language), channel === null ? words.noChannel : named(channel))}
            {text !== null && ':'}
          </span>{' '}
          {text}
        </p>
      ))}
    </>
  )
}
