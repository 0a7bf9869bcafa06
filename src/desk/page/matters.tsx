/** A customer's open matters, and where each contact is known from (R40). */
import { useLanguage, useWords } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'
import { date, when } from '../../page/time.ts'
import { deskWords } from './words.ts'

export interface Ticket {
  number: string
  topic: string
  reportedAt: string
  open: boolean
  notes: { at: string; agent: string; text: string }[]
}

export interface Contact {
  kind: string
  value: string
  source: string
  validFrom: string
  validTo: string | null
}

/** Absent where the account may not be shown. */
export interface Matters {
  tickets?: Ticket[]
  contacts?: Contact[]
}

export function Tickets({ tickets, now }: { tickets: Ticket[]; now: number }) {
  const words = useWords(deskWords)
  const language = useLanguage()
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
              <span class="muted">{words.reported(when(ticket.reportedAt, now, language))}</span>
            </p>
            {ticket.notes.map((note) => (
              <p key={note.at} class="ticket-note">
                <span class="muted">
                  {when(note.at, now, language)}, {note.agent}:
                </span>{' '}
                {note.text}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </div>
  )
}

export function Contacts({ contacts }: { contacts: Contact[] }) {
  const words = useWords(deskWords)
  const language = useLanguage()
  const named = useNames()
  if (contacts.length === 0) return null
  return (
    <div>
      <h3>{words.contacts}</h3>
      <ul class="contacts">
        {contacts.map(({ kind, value, source, validFrom, validTo }) => (
          <li key={`${kind} ${value} ${validFrom}`}>
            <span class="muted">{named(kind)}</span> <span class="figures">{value}</span>{' '}
            <span class="muted">
              {words.source(source)}, {words.valid(date(validFrom, language), validTo && date(validTo, language))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
