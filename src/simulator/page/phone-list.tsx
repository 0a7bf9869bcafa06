/** The phones beside the one in the hand: live ones on top, in the order in which they began; ended ones folded. */
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import type { BookedCustomer, PhoneBook, ShownPhone } from '../view.ts'
import type { Phones } from './use-phones.ts'

/** Who has this phone: a customer's name, an agent's, or the number. */
export function phoneOwner(phone: ShownPhone, world: PhoneBook, withheld: string): string {
  if (phone.number === null) return withheld
  if (phone.kind === 'agent') return capital(phone.number.replace('client:', ''))
  return customerOf(phone, world)?.name ?? phone.number
}

/** The invented customer who calls from this phone, if it is one's. */
export function customerOf({ kind, brand, number }: ShownPhone, { customers }: PhoneBook): BookedCustomer | undefined {
  return kind === 'caller' ? customers.find((one) => one.brand === brand && one.phone === number) : undefined
}

export const isRinging = ({ kind, state }: ShownPhone): boolean => kind === 'agent' && state === 'ringing'

export interface PhoneListParts {
  phones: ShownPhone[]
  world: PhoneBook
  chosen: string | null
  choose(id: string): void
  actions: Phones
}

export function LivePhones({ phones, world, chosen, choose, actions }: PhoneListParts) {
  const words = useLanguage().phone
  const live = phones.filter(({ state }) => state !== 'ended')
  // The one in the hand says the same of itself.
  if (live.every(({ id, state }) => id === chosen && state !== 'ringing')) return null
  return (
    <section class="panel phone-list" aria-labelledby="phones-title">
      <h2 id="phones-title" class="unseen">
        {words.phones}
      </h2>
      <ul>
        {/* One that rings is coloured and stays in its place: a row that moves while it is pressed is not chosen. */}
        {live.map((phone) => (
          <li key={phone.id} class={`phone-row row-${phone.state}`}>
            <Choice phone={phone} world={world} isChosen={phone.id === chosen} choose={choose} />
            {isRinging(phone) && (
              <span class="ring-buttons">
                <button
                  type="button"
                  class="main"
                  onClick={() => {
                    choose(phone.id)
                    actions.act(phone.id, 'answer')
                  }}
                >
                  <Icon name="phone" />
                  {words.answer}
                </button>
                <button type="button" class="danger" onClick={() => actions.act(phone.id, 'decline')}>
                  {words.decline}
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

export function EndedPhones({ phones, world, chosen, choose, actions, redial }: EndedPhonesParts) {
  const words = useLanguage().phone
  const ended = phones.filter(({ state }) => state === 'ended').reverse()
  if (ended.length === 0) return null
  return (
    <details class="panel ended-phones">
      <summary>{words.endedPhones(ended.length)}</summary>
      <div class="phone-list">
        <button type="button" class="plain" onClick={() => actions.forget(ended.map(({ id }) => id))}>
          {words.forgetAll}
        </button>
        <ul>
          {ended.map((phone) => (
            <li key={phone.id} class="phone-row">
              <Choice phone={phone} world={world} isChosen={phone.id === chosen} choose={choose} />
              {phone.kind === 'caller' && (
                <button type="button" onClick={() => redial(phone)}>
                  {words.redial}
                </button>
              )}
              <button type="button" class="plain" onClick={() => actions.forget([phone.id])}>
                {words.forget}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </details>
  )
}

export interface EndedPhonesParts extends PhoneListParts {
  redial(phone: ShownPhone): void
}

/** Whose agent's phone alone is shown; empty for all. */
export function Owner({ clients, owner, choose }: { clients: string[]; owner: string; choose(owner: string): void }) {
  const words = useLanguage().phone
  return (
    <label class="owner">
      <span>{words.whose}</span>
      <select value={owner} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        <option value="">{words.everyone}</option>
        {clients.map((client) => (
          <option key={client} value={client.replace('client:', '')}>
            {client.replace('client:', '')}
          </option>
        ))}
      </select>
    </label>
  )
}

interface ChoiceParts {
  phone: ShownPhone
  world: PhoneBook
  isChosen: boolean
  choose(id: string): void
}

function Choice({ phone, world, isChosen, choose }: ChoiceParts) {
  const words = useLanguage().phone
  return (
    <button type="button" class="phone-choice" aria-pressed={isChosen} onClick={() => choose(phone.id)}>
      <strong>{phoneOwner(phone, world, words.withheld)}</strong>
      <span>
        {phone.kind === 'agent' ? words.agentPhone : capital(phone.brand ?? phone.with)} · {words.states[phone.state]}
      </span>
    </button>
  )
}
