/** What many tests ask about a customer: whether a PIN proves who it is, and how the lock stands. */
import type { LockState } from '../../src/seams/attempts.ts'
import type { TestApp } from './app.ts'
import { phone } from './phone-call.ts'

/** Whether this PIN proves the customer of this number, by a call to Rheinnetz that ends then. */
export async function proves(app: TestApp, number: string, pin: string): Promise<boolean> {
  const call = phone(app, { brand: 'rheinnetz' })
  await call.toPin(number)
  await call.key(pin)
  const verified = (await app.deps.live.calls.get(call.sid))?.assurance.level === 2
  await call.hangUp()
  return verified
}

export async function lockOf(app: TestApp, brand: string, number: string): Promise<LockState> {
  const found = await app.deps.source.find({ brand, value: number, kinds: ['customer_number'] }, app.clock.now())
  if (found.kind !== 'found') throw new Error(`nobody has ${number}`)
  return app.deps.attempts.lockState(`account:${brand}/${found.account.ref}`)
}
