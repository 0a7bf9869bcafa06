/** A vandal who fails on purpose, and owners who call meanwhile (threats 23, 38). */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { HARD_LOCK_AFTER, STRANGERS_IN_A_ROW } from '../../src/auth/lockout.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { measured } from '../support/measured.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'
import { pass, pinTry, take } from '../support/tries.ts'

/** Tom has this line on file since ever, with its SIM. */
const LINE = '+491713920001'
const { second: TOM, first: JANA } = people.sternmobil as NonNullable<typeof people.sternmobil>
const owners = { 'from a number on file': LINE, 'from another number': '+491713929942', withheld: undefined }

let app: TestApp
const tries = countedVerifier()

beforeAll(async () => {
  app = await openApp({ customers: 'cheap', wrap: tries.wrap })
})
afterAll(() => app.close())

async function levelOf({ number, pin }: { number: string; pin: string }, from?: string, over = {}): Promise<number> {
  const call: PhoneCall = phone(app, { brand: 'sternmobil', ...(from && { from }), over })
  await call.toPin(number)
  await call.key(pin)
  const { assurance } = await app.context(call.sid)
  await call.hangUp()
  return assurance.level
}

/** What comes of it is seen, and then the lock is as it was. */
async function meanwhile<T>(look: () => Promise<T>): Promise<T> {
  const { db } = app.deps.database
  const rows = await db.selectFrom('pin_state').selectAll().execute()
  const seen = await look()
  await db.deleteFrom('pin_state').execute()
  await db.insertInto('pin_state').values(rows).execute()
  return seen
}

it('a vandal who fails three times every 15 minutes for 24 hours keeps no owner out who calls from a number on file (threat 23)', async () => {
  const { attempts, database, source } = app.deps
  const found = await source.find(
    { brand: 'sternmobil', value: TOM.number, kinds: ['customer_number'] },
    app.clock.now(),
  )
  if (found.kind !== 'found') throw new Error('nobody has the number')
  const { ref } = found.account
  const subject = accountSubject('sternmobil', ref)
  expect(await levelOf(TOM, LINE)).toBe(2)

  let compared = 0
  const through = { 'from a number on file': 0, 'from another number': 0, withheld: 0 }
  const calls = 12
  for (let visit = 0; visit < 96; visit++) {
    for (let n = 0; n < 3; n++) {
      const attempt = { ...pinTry(subject), owner: { brand: 'sternmobil', ref, sims: null }, line: '+491713929999' }
      if ((await take(attempts, attempt, 'wrong')) === 'reserved') compared++
    }
    if (visit % (96 / calls) === 4)
      for (const [how, from] of Object.entries(owners))
        if ((await meanwhile(() => levelOf(TOM, from))) === 2) through[how as keyof typeof owners]++
    await pass(database.db, 0.25)
  }
  for (const [how, count] of Object.entries(through))
    measured(
      `owners who get through while a vandal fails 3 times every 15 minutes for 24 hours, ${how}`,
      `${count} of ${calls}`,
    )
  expect(through['from a number on file'] / calls).toBeGreaterThanOrEqual(0.95)
  // Others wait, and are helped by a person or a new PIN: were it not so, strangers had more than their share.
  expect([through['from another number'], through.withheld]).toEqual([0, 0])
  expect(compared).toBeLessThanOrEqual(STRANGERS_IN_A_ROW)
})

it('a number on file that is forged brings the tries that are kept for it and nothing else, however the network signs it (threat 38)', async () => {
  const { db } = app.deps.database
  const signed = { StirVerstat: 'TN-Validation-Passed-A' }
  const compared = async (from: string | undefined, over = {}): Promise<number> => {
    tries.reset()
    for (let n = 1; n <= 4; n++)
      expect(await levelOf({ ...JANA, pin: wrongPin(JANA.pin, n) }, from, over)).toBeLessThan(2)
    return tries.compared
  }
  const line = '+491713920000'
  expect(await levelOf(JANA, line)).toBe(2)
  expect(await compared(undefined)).toBe(3)
  // A signature that does not hold says that the number is another's.
  expect(await compared(line, { StirVerstat: 'TN-Validation-Failed-A' })).toBe(0)
  expect(await compared(line, signed)).toBe(3)
  expect(await compared(line)).toBe(0)
  const day = async (): Promise<number> => {
    await pass(db, 25)
    return (await compared(undefined)) + (await compared(line, signed))
  }
  let all = 6
  for (let days = 0; days < 4; days++) all += await day()
  expect(all).toBe(HARD_LOCK_AFTER)
})
