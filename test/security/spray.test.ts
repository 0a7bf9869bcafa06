/** One guess at each of many accounts, as attacker and honest callers meet it on the telephone (threat 9). */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { sprayRule } from '../../src/auth/spray.ts'
import { LOOK_MS } from '../../src/turn/sprays.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf, withoutToken } from '../support/phone-call.ts'
import { gathered } from '../support/signing.ts'

const { first: EVE, second: OLE, pinless, nobody } = people.sternmobil as NonNullable<typeof people.sternmobil>
const ALARM = 'many accounts are being guessed at'

let app: TestApp
const tries = countedVerifier()
let lines = 0
/** Each in a block of its own. */
const newLine = () => `+49171${3_900_042 + 1_000 * lines++}`
let numbers = 29_000_000
const newNumber = () => String(numbers++)

beforeAll(async () => {
  app = await openApp({ customers: 'cheap', wrap: tries.wrap, limits: true })
})
afterAll(() => app.close())
beforeEach(async () => {
  tries.reset()
  const { db } = app.deps.database
  await db.deleteFrom('pin_state').execute()
  await db.deleteFrom('spray').execute()
  // Longer than anything of it is remembered.
  app.clock.turn(25 * 3_600_000)
  await app.deps.sprays.look()
})

async function toPin(entry: string, from = newLine()): Promise<PhoneCall> {
  const call = phone(app, { brand: 'sternmobil', from })
  await call.toPin(entry)
  return call
}
/** One guess in a call of its own. */
async function guess(from: string): Promise<void> {
  const call = await toPin(newNumber(), from)
  await call.key(wrongPin(EVE.pin, 1))
  await call.hangUp()
}
const alarms = () =>
  app
    .logged()
    .split('\n')
    .filter((line) => line.includes(ALARM))
const outcomeOf = async ({ sid }: PhoneCall) => (await app.context(sid)).outcome

/** As many guesses as make it an attack, each from a line of its own, and the look that comes next. */
async function attack(): Promise<void> {
  for (let n = 0; n < sprayRule.accounts; n++) await guess(newLine())
  await app.deps.sprays.look()
}

it('from one line ends at its limit and is no alarm', async () => {
  const before = alarms().length
  const line = newLine()
  for (let n = 0; n < 8; n++) await guess(line)
  await app.deps.sprays.look()
  expect([tries.evaluated, alarms().length - before]).toEqual([lineLimits.caller.accounts.most, 0])
})

it('from many lines rings at the next look, in a log without a number, and calls have one try from then on', async () => {
  const before = alarms().length
  for (let n = 1; n < sprayRule.accounts; n++) await guess(newLine())
  await app.deps.sprays.look()
  expect(alarms()).toHaveLength(before)
  const crossed = app.clock.now().getTime()
  const line = newLine()
  await guess(line)
  app.clock.turn(LOOK_MS)
  await app.deps.sprays.look()
  expect(app.clock.now().getTime() - crossed).toBeLessThan(60_000)
  const rung = alarms().slice(before)
  expect(rung).toHaveLength(1)
  expect(JSON.parse(rung[0] ?? '')).toMatchObject({ level: 'error', brand: 'sternmobil', count: 50 })
  expect(rung[0]).not.toContain(line.slice(1))
  expect(rung[0]).not.toMatch(/"(?!time)[a-z]+":"?[^"]*[0-9]{5}/i)

  tries.reset()
  const call = await toPin(newNumber())
  const heard = await call.key(wrongPin(EVE.pin, 1))
  expect([queueOf(heard), tries.evaluated, await outcomeOf(call)]).toEqual(['sternmobil.general', 1, 'refused'])
  const { events, database } = app.deps
  const [begun] = (await events.read({ limit: 100_000 })).filter(({ kind }) => kind === 'spray').slice(-1)
  expect(begun).toMatchObject({ actor: 'server', facts: { act: 'begin', why: 'figures', accounts: 50, baseline: 1 } })
  expect(await database.db.selectFrom('spray').select('brand').execute()).toEqual([{ brand: 'sternmobil' }])
})

it('keeps no honest caller out: the right PIN is right, and who mistypes calls again', async () => {
  await attack()
  const right = await toPin(EVE.number)
  expect([queueOf(await right.key(EVE.pin)), await outcomeOf(right)]).toEqual(['sternmobil.bill', 'verified'])
  const mistyped = await toPin(OLE.number)
  await mistyped.key(wrongPin(OLE.pin, 1))
  expect(await outcomeOf(mistyped)).toBe('refused')
  const again = await toPin(OLE.number)
  await again.key(OLE.pin)
  expect(await outcomeOf(again)).toBe('verified')
})

it('tells nothing of an account: words and times are those of the service', async () => {
  await attack()
  const heard: unknown[] = []
  for (const entry of [EVE.number, pinless, nobody, newNumber()]) {
    const call = await toPin(entry)
    const { answer, took } = await app.post(call.step, call.fields(gathered(wrongPin(EVE.pin, 1))))
    heard.push(withoutToken(answer))
    expect(took).toBeGreaterThanOrEqual(2_000)
  }
  expect(new Set(heard).size).toBe(1)
  const other = phone(app, { brand: 'rheinnetz', from: newLine() })
  const { first } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
  await other.toPin(first.number)
  const { took, answer } = await app.post(other.step, other.fields(gathered(wrongPin(first.pin, 1))))
  expect(took).toBeLessThan(2_000)
  expect(queueOf(answer)).toBeNull()
})

it('checks what a call was already asked for, and nothing after it', async () => {
  const call = await toPin(newNumber())
  await call.key(wrongPin(EVE.pin, 1))
  await attack()
  tries.reset()
  const heard = await call.key(wrongPin(EVE.pin, 2))
  expect([queueOf(heard), tries.evaluated]).toEqual(['sternmobil.general', 1])
})

it('is over by itself, and calls have three tries again', async () => {
  await attack()
  app.clock.turn(sprayRule.windowMs + sprayRule.calmMs)
  await app.deps.sprays.look()
  const call = await toPin(newNumber())
  expect(queueOf(await call.key(wrongPin(EVE.pin, 1)))).toBeNull()
  const acts = (await app.deps.events.read({ limit: 100_000 })).flatMap(({ kind, facts }) =>
    kind === 'spray' ? [`${facts.act} ${facts.why}`] : [],
  )
  expect(acts.slice(-2)).toEqual(['begin figures', 'end calm'])
})
