/** The book of invented customers, by what a call of theirs shows. A click calls as one, or keys what the hotline waits for. */
import { useRef } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { type BookedCustomer, type PhoneBook, type ShownPhone, shows } from '../view.ts'

/** The others of a group are folded, so that all groups are seen at once. */
const FIRST_OF_GROUP = 3

export interface CustomersParts {
  customers: PhoneBook['customers']
  /** The caller's phone in the hand, while its call runs: then these customers are its hotline's. */
  live: ShownPhone | null
  call(customer: BookedCustomer): void
  press(id: string, keys: string): void
}

export function Customers({ customers, live, call, press }: CustomersParts) {
  const words = useLanguage().phone
  // A click while the answer to the last one is on its way would key a number where a PIN is asked next.
  const answered = useRef<string | null>(null)
  if (customers.length === 0) return null
  const asks = live?.asks ?? null
  const click = (customer: BookedCustomer) => {
    if (live === null) return call(customer)
    const keys = keysOf(customer, live)
    const heard = `${live.id} ${live.lines.findLast(({ kind }) => kind === 'said')?.at}`
    if (keys === null || answered.current === heard) return
    answered.current = heard
    press(live.id, keys)
  }
  return (
    <section class="panel customers" aria-labelledby="customers-title">
      <h2 id="customers-title">{words.hints}</h2>
      <p class={asks ? 'asked' : 'muted'} role="status">
        {live === null ? words.clickCalls : words.clickKeys[asks?.for ?? 'nothing']}
      </p>
      <div class={`customer-groups ${live === null ? 'customer-all' : ''}`}>
        {shows.map((group) => {
          const members = customers.filter((customer) => customer.shows === group)
          const rows = members.map((customer) => (
            <li key={`${customer.brand} ${customer.customerNumber}`}>
              <Row customer={customer} live={live} click={() => click(customer)} />
            </li>
          ))
          return (
            members.length > 0 && (
              <section key={group} aria-labelledby={`shows-${group}`}>
                <h3 id={`shows-${group}`}>{words.shows[group]}</h3>
                <ul>{rows.slice(0, FIRST_OF_GROUP)}</ul>
                {rows.length > FIRST_OF_GROUP && (
                  <details>
                    <summary>{words.more(rows.length - FIRST_OF_GROUP)}</summary>
                    <ul>{rows.slice(FIRST_OF_GROUP)}</ul>
                  </details>
                )}
              </section>
            )
          )
        })}
      </div>
    </section>
  )
}

function Row({ customer, live, click }: { customer: BookedCustomer; live: ShownPhone | null; click(): void }) {
  const words = useLanguage().phone
  const next = (what: 'number' | 'secret') => `figures ${live?.asks?.for === what ? 'next' : ''}`
  return (
    <button
      type="button"
      class="customer"
      aria-disabled={live !== null && keysOf(customer, live) === null}
      onClick={click}
    >
      <strong>{customer.name}</strong>
      {live === null ? (
        <span>{capital(customer.brand)}</span>
      ) : (
        <>
          <span class={next('number')}>
            <span class="unseen">{words.customerNumber} </span>
            {customer.customerNumber}
          </span>
          <span class={next('secret')}>{customer.pin === null ? words.noPin : `${words.pin} ${customer.pin}`}</span>
        </>
      )}
    </button>
  )
}

/** What this customer would key now; null: nothing that the hotline waits for. */
function keysOf({ customerNumber, pin }: BookedCustomer, { asks }: ShownPhone): string | null {
  if (asks === null) return null
  const digits = asks.for === 'number' ? customerNumber : pin
  return digits === null ? null : `${digits}${asks.hash ? '#' : ''}`
}
