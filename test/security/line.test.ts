/** What one line may try, as an attacker on the telephone meets it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf, withoutToken } from '../support/phone-call.ts'
import { gathered } from '../support/signing.ts'

const { first: EVE } = people.sternmobil as NonNullable<typeof people.sternmobil>
const { caller, withheld } = lineLimits
const WORDS = 'Von diesem Anschluss können wir gerade nichts prüfen. Wir verbinden dich, aber ohne deine Kundendaten.'
const HOUR = 3_600_000

let app: TestApp
const tries = countedVerifier()
/** Each in a block of its own. */
let lines = 0
const newLine = () => `+49171${3_900_042 + 1_000 * lines++}`

beforeAll(async () => {
  app = await openApp({ customers: 'cheap', wrap: tries.wrap, limits: true })
})
afterAll(() => app.close())
beforeEach(async () => {
  tries.reset()
  await app.deps.database.db.deleteFrom('pin_state').execute()
  // Longer than withheld numbers are remembered.
  app.clock.turn(25 * HOUR)
})

/** Numbers that nobody has: what a caller learns of them is what is learnt of any. */
let numbers = 29_000_000
const newNumbers = (count: number): string[] => Array.from({ length: count }, () => String(numbers++))

async function toPin(entry: string, from?: string): Promise<PhoneCall> {
  const call = phone(app, { brand: 'sternmobil', ...(from && { from }) })
  await call.toPin(entry)
  return call
}
const heardBy = (call: PhoneCall): string => call.heard ?? ''
const contextOf = (call: PhoneCall) => app.context(call.sid)

/** Three wrong PINs on each, in one call each, as far as the line is let. The documents that ended the calls. */
async function spray(entries: string[], from?: string): Promise<string[]> {
  const ends: string[] = []
  for (const entry of entries) {
    const call = await toPin(entry, from)
    for (let n = 1; n <= 3 && queueOf(heardBy(call)) === null; n++) {
      await call.key(wrongPin(EVE.pin, n))
      // After the second the number is asked for once more.
      if (n === 2 && queueOf(heardBy(call)) === null) await call.key(entry)
    }
    ends.push(heardBy(call))
    await call.hangUp()
  }
  return ends
}

async function locked(): Promise<number> {
  const { db } = app.deps.database
  const { rows } = await sql<{ count: string }>`SELECT count(*) FROM pin_state WHERE locked_until > now()`.execute(db)
  return Number(rows[0]?.count)
}

describe('one number', () => {
  it('locks few of many accounts in a day, and is compared no more beyond its limit (threats 9, 24)', async () => {
    const line = newLine()
    const ends = await spray(newNumbers(8), line)
    expect(tries.evaluated).toBe(caller.failures.most)
    expect(ends.filter((end) => end.includes(WORDS))).toHaveLength(5)
    for (let hours = 1; hours < 24; hours += 6) {
      await spray(newNumbers(3), line)
      app.clock.turn(6 * HOUR)
    }
    expect(await locked()).toBeLessThanOrEqual(caller.accounts.most)
    expect(tries.evaluated).toBeLessThanOrEqual(3 * caller.accounts.most)
  })

  it('beyond its limit spends nothing, also of an owner with the right PIN, who gets through from another line', async () => {
    const line = newLine()
    await spray(newNumbers(4), line)
    tries.reset()
    await app.deps.database.db.deleteFrom('pin_state').execute()
    const call = await toPin(EVE.number, line)
    await call.key(EVE.pin)
    expect([heardBy(call).includes(WORDS), queueOf(heardBy(call)), tries.evaluated]).toEqual([
      true,
      'sternmobil.general',
      0,
    ])
    expect(await app.deps.database.db.selectFrom('pin_state').selectAll().execute()).toEqual([])
    expect(await contextOf(call)).toMatchObject({ outcome: 'limited', assurance: { level: 1 }, account: null })
    const elsewhere = await toPin(EVE.number, newLine())
    await elsewhere.key(EVE.pin)
    expect(await contextOf(elsewhere)).toMatchObject({ outcome: 'verified', assurance: { level: 2 } })
  })

  it('hears the same of a number that somebody has and of one that nobody has', async () => {
    const line = newLine()
    await spray(newNumbers(4), line)
    const heard: unknown[] = []
    for (const entry of [EVE.number, people.sternmobil?.pinless as string, ...newNumbers(1)]) {
      const call = await toPin(entry, line)
      const { answer } = await app.post(call.step, call.fields(gathered(wrongPin(EVE.pin, 1))))
      heard.push(withoutToken(answer))
      await call.hangUp()
    }
    expect(new Set(heard).size).toBe(1)
  })

  it('may try on the numbers of before while there is none left for others', async () => {
    const line = newLine()
    const entries = newNumbers(caller.accounts.most + 1)
    for (const entry of entries.slice(0, -1)) {
      const call = await toPin(entry, line)
      await call.key(wrongPin(EVE.pin, 1))
      await call.hangUp()
    }
    const other = await toPin(entries.at(-1) as string, line)
    await other.key(wrongPin(EVE.pin, 1))
    expect(heardBy(other)).toContain(WORDS)
    const known = await toPin(entries[0] as string, line)
    await known.key(wrongPin(EVE.pin, 1))
    expect(heardBy(known)).not.toContain(WORDS)
  })

  it('does not learn that numbers belong together: those of one customer count as those of many', async () => {
    const line = newLine()
    const ofOne = ['20593847', '50391827', '01713920001', '8949039200205938476']
    for (const entry of [...ofOne, ...newNumbers(caller.accounts.most - ofOne.length)]) {
      const call = await toPin(entry, line)
      await call.key(wrongPin(EVE.pin, 1))
      expect(heardBy(call)).not.toContain(WORDS)
      await call.hangUp()
    }
    const [other = ''] = newNumbers(1)
    const call = await toPin(other, line)
    await call.key(wrongPin(EVE.pin, 1))
    expect(heardBy(call)).toContain(WORDS)
  })

  it('of honest callers is never over it, however often they call', async () => {
    const line = newLine()
    for (let calls = 0; calls < 2 * caller.failures.most; calls++) {
      const call = await toPin(EVE.number, line)
      if (calls % 4 === 0) await call.key(wrongPin(EVE.pin, 1))
      await call.key(EVE.pin)
      expect(queueOf(heardBy(call))).toBe('sternmobil.bill')
      await call.hangUp()
    }
  })

  it('counts by itself for each brand, and nowhere stands to be read', async () => {
    const line = newLine()
    await spray(newNumbers(4), line)
    const call = phone(app, { brand: 'rheinnetz', from: line })
    const { first } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
    await call.toPin(first.number)
    await call.key(first.pin)
    expect(queueOf(heardBy(call))).toBe('rheinnetz.bill')
    const warned = app
      .logged()
      .split('\n')
      .filter((text) => text.includes('too much was tried from this line'))
    expect(warned.at(-1)).toContain('line_caller')
    expect(warned.join()).not.toContain(line.slice(1))
  })
})

describe('many calls of one number at once', () => {
  const FULL = 'Im Moment sind leider alle Leitungen belegt.'
  const atNumber = async (line: string): Promise<PhoneCall> => {
    const call = phone(app, { brand: 'fuldanetz', from: line })
    await call.ring()
    await call.key('1')
    return call
  }

  it('come as far as the queues six at a time, and another when one is over (threat 41)', async () => {
    const line = newLine()
    const calls: PhoneCall[] = []
    for (let n = 0; n < 8; n++) calls.push(await atNumber(line))
    expect(calls.map((call) => heardBy(call).includes(FULL))).toEqual([...Array(6).fill(false), true, true])
    expect(heardBy(await atNumber(newLine()))).not.toContain(FULL)
    await calls[0]?.hangUp()
    expect(heardBy(await atNumber(line))).not.toContain(FULL)
    expect(heardBy(await atNumber(line))).toContain(FULL)
  })

  it('are over once, however often that is told, and one that was not let in frees nothing', async () => {
    const line = newLine()
    const calls: PhoneCall[] = []
    for (let n = 0; n < 7; n++) calls.push(await atNumber(line))
    await calls[6]?.hangUp()
    expect(heardBy(await atNumber(line))).toContain(FULL)
    for (let told = 0; told < 3; told++) await calls[0]?.hangUp()
    expect(heardBy(await atNumber(line))).not.toContain(FULL)
    expect(heardBy(await atNumber(line))).toContain(FULL)
  })
})

describe('withheld numbers', () => {
  it('have one budget together, and a caller who shows theirs has their own (threat 10)', async () => {
    await spray(newNumbers(withheld.failures.most / 3 + 4))
    expect(tries.evaluated).toBe(withheld.failures.most)
    const hidden = await toPin(EVE.number)
    await hidden.key(EVE.pin)
    expect(heardBy(hidden)).toContain(WORDS)
    const shown = await toPin(EVE.number, newLine())
    await shown.key(EVE.pin)
    expect(queueOf(heardBy(shown))).toBe('sternmobil.bill')
  })
})
