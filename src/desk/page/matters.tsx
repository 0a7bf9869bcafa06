/** A customer's open matters, and where each contact is known from (R40). */
import type { AssignmentView } from '../../floor/view.ts'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { date, when } from '../../page/time.ts'
import { OpenTicket, type TicketActs } from './ticket-acts.tsx'
import { Notes } from './written.tsx'

type Context = NonNullable<AssignmentView['context']>
export type Ticket = Context['tickets'][number]
type Contact = Context['contacts'][number]

export interface TicketsParts {
  tickets: readonly Ticket[]
  now: number
  /** Null where nobody is on the line whose tickets they are. */
  acts: TicketActs | null
}

export function Tickets({ tickets, now, acts }: TicketsParts) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  return (
    <div>
      <h3>{words.tickets}</h3>
      {tickets.length === 0 && <p class="muted">{words.noTickets}</p>}
      <ul class="tickets">
        {tickets.map((ticket) => (
          <li key={ticket.number}>
            <p>
              <strong class="figures">{ticket.number}</strong> {named(ticket.topic)}{' '}
              <span class={ticket.open ? 'tag tone-calm' : 'tag'}>
                {ticket.open ? words.openTicket : words.closedTicket}
              </span>{' '}
              <span class="muted">{words.reported(when(ticket.reportedAt, now, language))}</span>{' '}
              {acts && ticket.open && (
                <button
                  type="button"
                  class="small"
                  aria-disabled={acts.pending}
                  aria-label={words.closeThis(ticket.number)}
                  onClick={() => acts.close(ticket.number)}
                >
                  {words.close}
                </button>
              )}
            </p>
            <Notes notes={ticket.notes} now={now} />
          </li>
        ))}
      </ul>
      {acts && <OpenTicket acts={acts} taken={tickets.filter(({ open }) => open).map(({ topic }) => topic)} />}
    </div>
  )
}

/** Where each is from, unless it is the customer's own number that is told above. */
export function Contacts({ contacts, customerNumber }: { contacts: Contact[]; customerNumber: string }) {
  const language = useLanguage()
  const words = language.desk
  if (contacts.length === 0) return null
  return (
    <div>
      <h3>{words.contacts}</h3>
      <ul class="contacts">
        {contacts.map(({ kind, value, source, validFrom, validTo, confirmed, marks }) => (
          <li key={`${kind} ${value} ${validFrom}`}>
            <span class="muted">{language.contactKinds[kind]}</span> <span class="figures">{value}</span>{' '}
            <span class="muted">
              {source !== customerNumber && `${words.source(source)}, `}
              {(source !== customerNumber || validFrom !== null || validTo !== null) &&
                words.valid(validFrom && date(validFrom, language), validTo && date(validTo, language))}
              {confirmed !== null && `, ${words.confirmed(date(confirmed, language))}`}
            </span>
            {marks.map((mark) => (
              <span key={mark} class="tag tone-bad">
                {words.contactMarks[mark]}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  )
}
