/**
 * The attacks that nothing stood against while an account alone was counted, by signed requests on the whole application: first as it was then, without what is
 * counted by line, then as shipped. What each is worth goes into docs/measured.md.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { shippedHotlines } from '../flow/shipped.ts'
import { KEYS, openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { customers, importLines } from '../support/customers.ts'
import { measured } from '../support/measured.ts'
import { wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf } from '../support/phone-call.ts'
import { lockOf } from '../support/proves.ts'
import { pass } from '../support/tries.ts'

const BRAND = 'sternmobil'
const ACCOUNTS = 80
const numbers = Array.from({ length: ACCOUNTS }, (_, n) => String(10_000_000 + n))
/** The PIN that is tried at all of them; every tenth has it. */
const SPRAYED = '2580'
const OTHER = '8530'
const SPRAYED_AT = 60
const QUEUE_CALLS = 60

let before: TestApp
let shipped: TestApp

beforeAll(async () => {
  before = await openApp({ customers: 'cheap', limits: false })
  shipped = await openApp({ customers: 'cheap', limits: true })
  for (const app of [before, shipped]) {
    const verifier = cheapMaker({ current: 'test', byId: new Map([['test', KEYS.PIN_KEY]]) })
    const lines = customers(ACCOUNTS, (n) => ({ brand: BRAND, pin: n % 10 === 0 ? SPRAYED : OTHER }))
    const { badLines } = await importLines(app.deps.database.db, lines, { brands: rulesOf(shippedHotlines), verifier })
    expect(badLines).toEqual({})
  }
})
afterAll(() => Promise.all([before.close(), shipped.close()]))
beforeEach(async () => {
  for (const app of [before, shipped]) await app.deps.database.db.deleteFrom('pin_state').execute()
})

/** Keys these, one after the other, at a number, until the call leaves for a queue. */
async function keyed(app: TestApp, entry: string, pins: readonly string[], from?: string): Promise<PhoneCall> {
  const call = phone(app, { brand: BRAND, ...(from !== undefined && { from }) })
  await call.toPin(entry)
  for (const [before, pin] of pins.entries()) {
    await call.key(pin)
    if (queueOf(call.heard ?? '') !== null) break
    // After the second the number is asked for once more.
    if (before === 1) await call.key(entry)
  }
  return call
}

const isVerified = async (app: TestApp, call: PhoneCall) => (await app.context(call.sid)).assurance.level === 2
const wrong = [1, 2, 3].map((n) => wrongPin(OTHER, n))

describe('one number', () => {
  it(`locks few of ${ACCOUNTS} accounts, where it locked all`, async () => {
    const locked = async (app: TestApp): Promise<number> => {
      for (const number of numbers) await (await keyed(app, number, wrong, '+491713911001')).hangUp()
      const locks = await Promise.all(numbers.map((number) => lockOf(app, BRAND, number)))
      return locks.filter(({ lockedUntil }) => lockedUntil !== null).length
    }
    const [was, is] = [await locked(before), await locked(shipped)]
    told(`accounts locked by one number that keys three wrong PINs at each of ${ACCOUNTS}`, was, is)
    expect(was).toBe(ACCOUNTS)
    expect(is).toBeGreaterThan(0)
    expect(is).toBeLessThanOrEqual(lineLimits.caller.accounts.most)
  })

  it(`tries one PIN at few of ${SPRAYED_AT} accounts, where it tried it at all`, async () => {
    const tried = async (app: TestApp): Promise<{ opened: number; compared: number }> => {
      let opened = 0
      for (const number of numbers.slice(0, SPRAYED_AT)) {
        const call = await keyed(app, number, [SPRAYED], '+491713912001')
        if (await isVerified(app, call)) opened++
        await call.hangUp()
      }
      const locks = await Promise.all(numbers.map((number) => lockOf(app, BRAND, number)))
      return { opened, compared: opened + locks.filter(({ consecutive }) => consecutive > 0).length }
    }
    const [was, is] = [await tried(before), await tried(shipped)]
    told(`accounts of ${SPRAYED_AT} at which one number tries the same PIN`, was.compared, is.compared)
    told('of them opened, where every tenth has that PIN', was.opened, is.opened)
    expect(was).toEqual({ opened: SPRAYED_AT / 10, compared: SPRAYED_AT })
    expect(is.compared - is.opened).toBe(lineLimits.caller.accounts.most)
    expect(is.opened).toBe(1)
  })

  it(`has six calls in a queue that it filled with ${QUEUE_CALLS}`, async () => {
    const joined = async (app: TestApp, from: string): Promise<PhoneCall> => {
      const call = phone(app, { brand: 'fuldanetz', from })
      await call.ring()
      await call.key('3')
      if (queueOf(call.heard ?? '') !== null) await call.wait()
      return call
    }
    const filled = async (app: TestApp): Promise<{ waiting: number; isLetIn: boolean }> => {
      let waiting = 0
      for (let n = 0; n < QUEUE_CALLS; n++)
        if (queueOf((await joined(app, '+491713913001')).heard ?? '') !== null) waiting++
      const honest = await joined(app, '+491713914001')
      return { waiting, isLetIn: queueOf(honest.heard ?? '') !== null }
    }
    const [was, is] = [await filled(before), await filled(shipped)]
    told(`calls waiting of ${QUEUE_CALLS} at once from one number, in a brand with \`queues\``, was.waiting, is.waiting)
    told('whether the next caller from another number is let in', was.isLetIn ? 'yes' : 'no', is.isLetIn ? 'yes' : 'no')
    expect(was).toEqual({ waiting: QUEUE_CALLS, isLetIn: false })
    expect(is).toEqual({ waiting: 6, isLetIn: true })
  })
})

describe('a withheld number', () => {
  const TOM = { number: '20593847', pin: '8530', line: '+491713920001' }

  /** Each as soon as there is anything to be tried again: after none, a quarter of an hour and a day twice. */
  async function siege(app: TestApp): Promise<void> {
    for (const hours of [0, 0.3, 24.1, 24.1]) {
      await pass(app.deps.database.db, hours)
      await (await keyed(app, TOM.number, wrong)).hangUp()
    }
    await pass(app.deps.database.db, 24.1)
  }
  const calls = async (app: TestApp, from: string): Promise<boolean> => {
    const call = await keyed(app, TOM.number, [TOM.pin], from)
    const isIn = await isVerified(app, call)
    await call.hangUp()
    return isIn
  }

  it('does not keep an owner out who calls from the line on file, where four calls were for good', async () => {
    // The lock alone knew no line as the owner's: here none is known yet.
    await siege(before)
    const was = await calls(before, TOM.line)
    expect(await calls(shipped, TOM.line)).toBe(true)
    await siege(shipped)
    const elsewhere = await calls(shipped, '+491713915001')
    const is = await calls(shipped, TOM.line)
    const words = (isIn: boolean): string => (isIn ? 'yes' : 'no')
    told('whether the owner gets in from the line on file after four calls of a withheld number', words(was), words(is))
    measured(
      'whether the owner gets in from another line after four calls of a withheld number, as shipped',
      words(elsewhere),
    )
    expect([was, elsewhere, is]).toEqual([false, false, true])
    // The right one from there opens the account for other lines again.
    expect(await calls(shipped, '+491713915001')).toBe(true)
  })
})

function told(what: string, was: number | string, is: number | string): void {
  measured(what, `${was} with the lock alone, ${is} as shipped`)
}
