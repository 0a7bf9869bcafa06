/** Keying as an invented customer: the number or the PIN, whichever the hotline waits for. */
import { useRef } from 'preact/hooks'
import type { BookedCustomer, ShownPhone } from '../view.ts'

/**
 * What the hotline asks for, as soon as this phone hears it: keys before that are lost, and those after a key that was
 * pressed by hand would go on with it.
 */
export function askedNow({ asks, lines }: ShownPhone): ShownPhone['asks'] {
  const last = lines.findLast(({ kind }) => kind === 'said' || kind === 'keyed')
  return last?.kind === 'said' ? asks : null
}

/** What this customer would key now; null: nothing that the hotline waits for. */
export function keysOf({ customerNumber, pin }: BookedCustomer, phone: ShownPhone): string | null {
  const asks = askedNow(phone)
  if (asks === null) return null
  const digits = asks.for === 'number' ? customerNumber : pin
  return digits === null ? null : `${digits}${asks.hash ? '#' : ''}`
}

export type KeyAs = (customer: BookedCustomer, phone: ShownPhone) => void

/**
 * Once for each thing that was said: a second click while the answer to the first is on its way would key a number where
 * a PIN is asked next.
 */
export function useKeyAs(press: (id: string, keys: string) => void): KeyAs {
  const answered = useRef<string | null>(null)
  return (customer, phone) => {
    const keys = keysOf(customer, phone)
    const heard = `${phone.id} ${phone.lines.findLast(({ kind }) => kind === 'said')?.at}`
    if (keys === null || answered.current === heard) return
    answered.current = heard
    press(phone.id, keys)
  }
}
