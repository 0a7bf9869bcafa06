/** A customer's matters, and where each contact is known from (R40). */
import type { AssignmentView } from '../../floor/view.ts'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { date, when } from '../../page/time.ts'
import { Ticket, type TicketShown } from './ticket.tsx'
import { OpenTicket, type TicketActs } from './ticket-acts.tsx'

type Context = NonNullable<AssignmentView['context']>
type Contact = Context['contacts'][number]

export interface TicketsParts {
  tickets: readonly TicketShown[]
  now: number
  /** Null where nobody is on the line whose tickets they are. */
  acts: TicketActs | null
}

export function Tickets({ tickets, now, acts }: TicketsParts) {
  const words = useLanguage().desk
  return (
    <div>
      <h3>{words.tickets}</h3>
      {tickets.length === 0 && <p class="muted">{words.noTickets}</p>}
      <ul class="tickets">
        {tickets.map((ticket) => (
          <li key={ticket.number}>
            <Ticket
              ticket={ticket}
              others={tickets.filter((other) => other.open && other !== ticket)}
              now={now}
              acts={acts}
            />
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
  const nameOf = useNames()
  if (contacts.length === 0) return null
  return (
    <div>
      <h3>{words.contacts}</h3>
      <ul class="contacts">
        {contacts.map(({ kind, value, source, validFrom, validTo, confirmed, marks, sent }) => (
          <li key={`${kind} ${value} ${validFrom}`}>
            <span class="muted">{language.contactKinds[kind]}</span> <span class="figures">{value}</span>{' '}
            <span class="muted">
              {[
                source !== customerNumber && words.source(source),
                (source !== customerNumber || validFrom !== null || validTo !== null) &&
                  words.valid(validFrom && date(validFrom, language), validTo && date(validTo, language)),
                confirmed !== null && words.confirmed(date(confirmed, language)),
              ]
                .filter(Boolean)
                .join(', ')}
            </span>{' '}
            {marks.length > 0 && (
              <span class="contact-marks">
                {marks.map((mark) => (
                  <span key={mark} class="tag tone-bad">
                    {words.contactMarks[mark]}
                  </span>
                ))}
              </span>
            )}
            {sent.length > 0 && (
              <span class="contact-sent muted">
                {words.sentThere(sent.map(({ at, about }) => `${when(at, 0, language)} ${nameOf(`told_${about}`)}`))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
