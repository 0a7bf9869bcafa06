/** Tickets of the customer on the line: one is opened to tell its number, or closed when the matter is settled. */
import { useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'

export interface TicketActs {
  /** Topics of the brand; of a customer one ticket of each is open at most. */
  topics: readonly string[]
  pending: boolean
  open(topic: string): void
  close(number: string): void
}

export function OpenTicket({ acts, taken }: { acts: TicketActs; taken: readonly string[] }) {
  const words = useLanguage().desk
  const named = useNames()
  const free = acts.topics.filter((topic) => !taken.includes(topic))
  const [chosen, choose] = useState<string | null>(null)
  const topic = chosen !== null && free.includes(chosen) ? chosen : free[0]
  if (topic === undefined) return null
  return (
    <div class="open-ticket">
      <label class="small">
        <span class="unseen">{words.topic}</span>
        <select value={topic} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {free.map((each) => (
            <option key={each} value={each}>
              {named(each)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" aria-disabled={acts.pending} onClick={() => acts.open(topic)}>
        {words.openNewTicket}
      </button>
    </div>
  )
}
