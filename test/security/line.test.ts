/** What one line may try, as an attacker on the telephone meets it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { servicePools } from '../../src/auth/service-limits.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { createFastClock, realClock } from '../../src/simulator/engine/clock.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createEventLog } from '../../src/store/events.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { unhurried } from '../support/clock.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { countingStatements } from '../support/counting.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf, withoutToken } from '../support/phone-call.ts'
import { gathered } from '../support/signing.ts'

const { first: EVE } = people.sternmobil as NonNullable<typeof people.sternmobil>
const { caller, withheld } = lineLimits
const WORDS = 'Von diesem Anschluss prüfen wir gerade nichts. Wir verbinden dich ohne Kundendaten.'
const HOUR = 3_600_000

let app: TestApp<Clock>
/** SQL statements, and counters of lines that were named. */
let work: () => { statements: number; named: number }
const tries = countedVerifier()
/** Each in a block of its own. */
let lines = 0
const newLine = () => `+49171${3_900_042 + 1_000 * lines++}`

beforeAll(async () => {
  // Time passes by waiting alone, so what an answer took is the same to the millisecond on any machine. The rest between two rounds of
  // offers is real: it would move this clock while an answer is on its way.
  const clock = createFastClock(new Date('2026-11-22T10:00:00.000Z'))
  app = await openApp({
    customers: 'cheap',
    clock,
    floorClock: { now: clock.now, wait: realClock.wait },
    limits: true,
    wrap(parts, { database }) {
      const counting = countingStatements(database.db)
      let named = 0
      work = () => ({ statements: counting.statements(), named })
      return {
        ...tries.wrap(parts),
        source: createTableSource(counting.db),
        attempts: createAttempts(counting.db),
        events: createEventLog(counting.db),
        limits: {
          spend(attempt, by) {
            named += attempt.layers.length
            return parts.limits.spend(attempt, by)
          },
          spendOfAll(attempt, by) {
            named += 1
            return parts.limits.spendOfAll(attempt, by)
          },
          giveBack(attempt, by, proved) {
            named += attempt.layers.length
            return parts.limits.giveBack(attempt, by, proved)
          },
        },
      }
    },
  })
})
afterAll(() => app.close())
beforeEach(async () => {
  tries.reset()
  await app.deps.database.db.deleteFrom('pin_state').execute()
  // Longer than withheld numbers are remembered.
  await app.clock.wait(25 * HOUR)
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
      await app.clock.wait(6 * HOUR)
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

  it('beyond its limit hears the same of every number, after the same work and at the time of answers below it (threats 11, 13)', async () => {
    const line = newLine()
    const pinless = people.sternmobil?.pinless as string
    const [nobody = ''] = newNumbers(1)
    const { db } = app.deps.database
    /** The answer to one PIN, to the byte and to the millisecond; and what is kept of the account's tries. */
    const answered = async (entry: string, pin: string, from: string) => {
      const call = await toPin(entry, from)
      tries.reset()
      const before = work()
      const { answer, took } = await app.post(call.step, call.fields(gathered(pin)))
      const { statements, named } = work()
      await call.hangUp()
      const asked = { statements: statements - before.statements, named: named - before.named }
      return { answer: withoutToken(answer), took, hashes: tries.evaluated, ...asked }
    }
    const wrong = wrongPin(EVE.pin, 1)
    const below = await answered(nobody, wrong, newLine())
    await spray(newNumbers(4), line)
    const first = await answered(nobody, wrong, line)
    for (const [entry, pin] of [
      [EVE.number, wrong],
      [EVE.number, EVE.pin],
      [pinless, wrong],
    ] as const)
      expect(await answered(entry, pin, line)).toEqual(first)
    for (const hard of [false, true]) {
      // Whatever has been counted for any account is locked now.
      await answered(EVE.number, wrong, newLine())
      await db
        .updateTable('pin_state')
        .set({ hard_locked: hard, locked_until: sql`now() + interval '1 day'` })
        .execute()
      expect(await answered(EVE.number, wrong, line)).toEqual(first)
    }
    expect([first.answer.includes(WORDS), below.answer.includes(WORDS)]).toEqual([true, false])
    expect([first.took, below.took]).toEqual([500, 500])
    expect([first.hashes, below.hashes]).toEqual([0, 1])
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

  it('learns nothing of numbers that belong together: those of one customer count as those of many', async () => {
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

describe('very many numbers', () => {
  it('leave the right PIN of an owner to a line of theirs, and lock nobody by what is not compared (threat 9)', async () => {
    const own = newLine()
    const owner = async (from: string): Promise<string | null> => {
      const call = await toPin(EVE.number, from)
      await call.key(EVE.pin)
      const queue = queueOf(heardBy(call))
      await call.hangUp()
      return queue
    }
    expect(await owner(own)).toBe('sternmobil.bill')
    const { limits } = app.deps.live
    for (let n = 0; n < servicePools.strangers.least; n++) {
      const attempt = { brand: 'sternmobil', token: `guess ${n}`, account: 'a', layers: [], ofAll: `line ${n}` }
      await limits.spendOfAll(attempt, unhurried)
    }
    // From a line of its own beyond the budget: it hears what is heard of a wrong one, and is counted for nobody.
    const { db } = app.deps.database
    const before = await db.selectFrom('pin_state').select('subject').where('tries', '>', 0).execute()
    const stranger = await toPin(EVE.number, newLine())
    const said = await stranger.key(EVE.pin)
    const known = await toPin(newNumbers(1)[0] as string, own)
    expect(withoutToken(said)).toBe(withoutToken(await known.key(wrongPin(EVE.pin, 1))))
    expect((await contextOf(stranger)).assurance.level).toBe(1)
    const after = await db.selectFrom('pin_state').select('subject').where('tries', '>', 0).execute()
    const added = after.map(({ subject }) => subject).filter((name) => !before.some(({ subject }) => subject === name))
    expect(added.every((subject) => subject.startsWith('unknown:'))).toBe(true)
    expect(await owner(own)).toBe('sternmobil.bill')
    expect(app.logged()).toContain('line_service')
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

  it('have so many places with agents together where nobody limits the queues, whatever way leads there, and keep them', async () => {
    const line = newLine()
    const calls: PhoneCall[] = []
    for (let n = 0; n < 9; n++) {
      const call = phone(app, { brand: 'rheinnetz', from: line })
      await call.ring()
      // For a person, about an outage, or by the number alone.
      await call.key(n % 2 ? '0' : '2')
      calls.push(call)
    }
    const queued = calls.map((call) => queueOf(heardBy(call)) !== null)
    expect(queued).toEqual([...Array(6).fill(true), false, false, false])
    expect(calls.slice(6).every((call) => heardBy(call).includes(FULL) && heardBy(call).includes('<Hangup'))).toBe(true)
    expect((await app.waiting()).filter(({ callSid }) => calls.some(({ sid }) => sid === callSid))).toHaveLength(6)
    // Back from the queue by our doing: to the old place, without being counted again.
    expect(queueOf(await (calls[5] as PhoneCall).returned('leave'))).not.toBeNull()
    await calls[8]?.hangUp()
    await calls[0]?.hangUp()
    const next = phone(app, { brand: 'rheinnetz', from: line })
    await next.ring()
    expect(queueOf(await next.key('2'))).toBe('rheinnetz.outage')
    const other = phone(app, { brand: 'rheinnetz', from: newLine() })
    await other.ring()
    expect(queueOf(await other.key('2'))).toBe('rheinnetz.outage')
    for (const call of [...calls.slice(1, 8), next, other]) await call.hangUp()
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
