import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import type { PhoneBook, ShownPhone } from '../view.ts'
import type { Phones } from './use-phones.ts'

/** Who has this phone: a customer's name, an agent's, or the number. */
export function phoneOwner(phone: ShownPhone, world: PhoneBook, withheld: string): string {
  if (phone.number === null) return withheld
  if (phone.kind === 'agent') return capital(phone.number.replace('client:', ''))
  const customer = world.customers.find((one) => one.brand === phone.brand && one.phone === phone.number)
  return customer?.name ?? phone.number
}

export interface PhoneListParts {
  phones: ShownPhone[]
  world: PhoneBook
  chosen: string | null
  choose(id: string): void
  owner: string
  setOwner(owner: string): void
  actions: Phones
}

export function PhoneList({ phones, world, chosen, choose, owner, setOwner, actions }: PhoneListParts) {
  const words = useLanguage().phone
  return (
    <section class="panel phone-list" aria-labelledby="phones-title">
      <h2 id="phones-title">{words.phones}</h2>
      <label class="owner">
        <span>{words.whose}</span>
        <select value={owner} onChange={({ currentTarget }) => setOwner(currentTarget.value)}>
          <option value="">{words.everyone}</option>
          {world.clients.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <ul>
        {phones.map((phone) => (
          <li key={phone.id} class={`phone-row row-${phone.state}`}>
            <button
              type="button"
              class="phone-choice"
              aria-pressed={phone.id === chosen}
              onClick={() => choose(phone.id)}
            >
              <strong>{phoneOwner(phone, world, words.withheld)}</strong>
              <span>
                {phone.kind === 'agent' ? words.agentPhone : capital(phone.brand ?? phone.with)} ·{' '}
                {words.states[phone.state]}
              </span>
            </button>
            {phone.kind === 'agent' && phone.state === 'ringing' && (
              <span class="ring-buttons">
                <button type="button" class="main" onClick={() => answer(phone.id)}>
                  <Icon name="phone" />
                  {words.answer}
                </button>
                <button type="button" class="danger" onClick={() => actions.act(phone.id, 'decline')}>
                  {words.decline}
                </button>
              </span>
            )}
            {phone.state === 'ended' && (
              <button type="button" class="plain" onClick={() => actions.forget(phone.id)}>
                {words.forget}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )

  function answer(id: string): void {
    choose(id)
    actions.act(id, 'answer')
  }
}
