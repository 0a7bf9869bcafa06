import { useRef, useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import type { PhoneBook } from '../view.ts'

/** A number of the range that the network agency keeps for drama: nobody has it. */
const STRANGER = '+493023125999'
const WITHHELD = 'withheld'

export interface NewCallParts {
  world: PhoneBook
  hotline: string
  setHotline(number: string): void
  call(to: string, from: string | null): Promise<void>
}

export function NewCall({ world, hotline, setHotline, call }: NewCallParts) {
  const words = useLanguage().phone
  const [from, setFrom] = useState(STRANGER)
  const [pending, setPending] = useState(false)
  const busy = useRef(false)
  const brand = world.hotlines.find(({ number }) => number === hotline)?.brand
  const customers = world.customers.filter((customer) => customer.brand === brand && customer.phone !== null)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy.current) return
    busy.current = true
    setPending(true)
    await call(hotline, from === WITHHELD ? null : from)
    busy.current = false
    setPending(false)
  }
  return (
    <form class="panel new-call" onSubmit={submit} aria-label={words.newCall}>
      <div class="field">
        <label for="hotline">{words.hotline}</label>
        <select
          id="hotline"
          value={hotline}
          onChange={({ currentTarget }) => {
            setHotline(currentTarget.value)
            setFrom(STRANGER)
          }}
        >
          {world.hotlines.map(({ name, number }) => (
            <option key={number} value={number}>
              {name} {number}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="from">{words.from}</label>
        <select id="from" value={from} onChange={({ currentTarget }) => setFrom(currentTarget.value)}>
          <option value={STRANGER}>
            {capital(words.stranger)} {STRANGER}
          </option>
          <option value={WITHHELD}>{words.withheld}</option>
          {customers.map(({ customerNumber, name, phone }) => (
            <option key={customerNumber} value={phone ?? ''}>
              {name} {phone}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="main" aria-disabled={pending}>
        {words.call}
      </button>
    </form>
  )
}
