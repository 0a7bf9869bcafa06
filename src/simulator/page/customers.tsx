/** The book of invented customers, by what a call of theirs shows. A click calls as one, or keys what the hotline waits for. */
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { type BookedCustomer, type PhoneBook, type ShownPhone, shows } from '../view.ts'
import { askedNow, type KeyAs, keysOf } from './as-customer.ts'

/** The others of a group are folded, so that all groups are seen at once. */
const FIRST_OF_GROUP = 3

export interface CustomersParts {
  customers: PhoneBook['customers']
  /** The caller's phone in the hand, while its call runs: then these customers are its hotline's. */
  live: ShownPhone | null
  call(customer: BookedCustomer): void
  keyAs: KeyAs
}

export function Customers({ customers, live, call, keyAs }: CustomersParts) {
  const words = useLanguage().phone
  if (customers.length === 0) return null
  const asks = live && askedNow(live)
  const click = (customer: BookedCustomer) => (live === null ? call(customer) : keyAs(customer, live))
  return (
    <section class="panel customers" aria-labelledby="customers-title">
      <h2 id="customers-title">{words.hints}</h2>
      <p class={asks ? 'asked' : 'muted'} role="status">
        {live === null ? words.clickCalls : words.clickKeys[asks?.for ?? 'nothing']}
      </p>
      <div class={`customer-groups ${live === null ? 'customer-all' : ''}`}>
        {shows.map((group) => {
          const members = othersLast(customers.filter((customer) => customer.shows === group))
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

/** Whose name stands there already comes after the others: two of one name at the top look like a mistake. */
function othersLast(members: readonly BookedCustomer[]): BookedCustomer[] {
  const isFirst = ({ name }: BookedCustomer, index: number) => members.findIndex((one) => one.name === name) === index
  return [...members.filter(isFirst), ...members.filter((one, index) => !isFirst(one, index))]
}

function Row({ customer, live, click }: { customer: BookedCustomer; live: ShownPhone | null; click(): void }) {
  const words = useLanguage().phone
  const asks = live && askedNow(live)
  const next = (what: 'number' | 'secret') => `figures ${asks?.for === what ? 'next' : ''}`
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
