/** Guesses from one, many and very many lines, by a clock of the test: how many of them are ever compared, and what honest callers have left meanwhile. */
import { describe, expect, it } from '@jest/globals'
import { callsAtOnce, lineLimits } from '../../src/auth/caller-limits.ts'
import { softLocks } from '../../src/auth/lockout.ts'
import { LINES_OF_A_CUSTOMER, servicePools } from '../../src/auth/service-limits.ts'
import type { Attestation } from '../../src/call/call.ts'
import { openMemory } from '../../src/live/memory.ts'
import { type AdmitRequest, type Admitting, admit, giveBack, isLeftOfAll } from '../../src/turn/admit.ts'
import { letIn, letOut } from '../../src/turn/calls-at-once.ts'
import { createStandingClock, unhurried } from '../support/clock.ts'
import { times } from '../support/counts.ts'
import { SEALING } from '../support/sealing.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const brand = { name: 'rheinnetz', shared_lines: ['+492214712222'], queues: undefined }
const { strangers, known } = servicePools

/** The doors of one brand: each of what is tried there, in turn, is compared or not. */
function doors() {
  const clock = createStandingClock()
  const warned: string[] = []
  const log = { warn: ({ reason }: { reason?: string }) => void warned.push(reason ?? ''), error() {} }
  const admitting = {
    limits: openMemory(clock, SEALING).limits,
    subjectKey: Buffer.alloc(32, 3),
    log,
  } as unknown as Admitting
  let tokens = 0
  const on = (from: string | null, account: string, attestation: Attestation | null = null): AdmitRequest => {
    const claim = { subject: account } as AdmitRequest['claim']
    const carried = { forwardedFrom: null, attestation, headers: [] }
    return { call: { id: 'CA1', callerNumber: from, carried }, brand, claim, token: `t${tokens++}`, by: unhurried }
  }
  return {
    clock,
    warned,
    admitting,
    async wrong(from: string | null, account: string, attestation?: Attestation): Promise<boolean> {
      const request = on(from, account, attestation)
      return (await admit(admitting, request)) && (await isLeftOfAll(admitting, request))
    },
    /** Whether a right secret is compared; it is given back. */
    async right(from: string | null, account: string): Promise<boolean> {
      const request = on(from, account)
      const compared = (await admit(admitting, request)) && (await isLeftOfAll(admitting, request))
      if (compared) await giveBack(admitting, request, account)
      return compared
    },
  }
}

/** Each in a block of its own. */
const lineOf = (n: number): string => `+49171${String(1_000 * n).padStart(7, '0')}`
const ANNA = '+491729999999'

describe('one guess at each of very many accounts (threat 9)', () => {
  // 20,000 in a day; the ordinary test plays the first of it, as fast.
  const accounts = times(2_000, 20_000)
  const lasts = (DAY * accounts) / 20_000

  it.each([
    ['1 number', 1],
    ['100 numbers', 100],
    ['5,000 numbers', 5_000],
  ])('from %s is compared as often as the budgets say, and no more', async (_what, lines) => {
    const { clock, wrong } = doors()
    let evaluated = 0
    for (let n = 0; n < accounts; n++) {
      if (await wrong(lineOf(n % lines), `a${n}`)) evaluated++
      clock.turn(lasts / accounts)
    }
    const ofLines = lines * lineLimits.caller.accounts.most
    const hours = lasts / HOUR
    expect(evaluated).toBeLessThanOrEqual(Math.min(ofLines, Math.ceil(hours) * strangers.least))
    // It is a budget, and nobody is kept out by less. What is not compared counts for its line all the same.
    expect(evaluated).toBeGreaterThanOrEqual(
      Math.min(ofLines, lines > 100 ? Math.floor(hours) * strangers.least : strangers.least),
    )
  })

  it('at once leaves lines that have proved a customer before what is theirs, and others as soon as it is over', async () => {
    const { clock, warned, wrong, right } = doors()
    expect(await right(ANNA, 'anna')).toBe(true)
    clock.turn(20 * DAY)
    const compared: boolean[] = []
    for (let n = 0; n < 3 * strangers.least; n++) compared.push(await wrong(lineOf(n), `a${n}`))
    expect(compared.filter(Boolean)).toHaveLength(strangers.least)
    expect(new Set(warned)).toEqual(new Set(['line_service']))
    expect([await right(ANNA, 'anna'), await right(lineOf(9_000), 'ben')]).toEqual([true, false])
    // Those with a budget of their own are as they were.
    expect([await right(null, 'ben'), await right('+492214712222', 'ben')]).toEqual([true, true])
    clock.turn(HOUR)
    expect(await right(lineOf(9_000), 'ben')).toBe(true)
  })

  it('by lines that have proved a customer before has a budget too', async () => {
    const { clock, wrong, right } = doors()
    const lines = 2 * known.least
    for (let n = 0; n < lines; n++) await right(lineOf(n), `own${n}`)
    clock.turn(HOUR)
    let evaluated = 0
    for (let n = 0; n < lines; n++) if (await wrong(lineOf(n), `a${n}`)) evaluated++
    expect(evaluated).toBe(known.least)
    expect(await wrong(lineOf(9_000), 'other')).toBe(true)
  })

  it('is let through no more often because the attacker has an account, and proves it from each of the lines', async () => {
    const { wrong, right } = doors()
    const lines = 10 * strangers.least
    for (let n = 0; n < lines; n++) await right(lineOf(n), 'own')
    await right(ANNA, 'anna')
    let evaluated = 0
    for (let n = 0; n < lines; n++) if (await wrong(lineOf(n), `a${n}`)) evaluated++
    expect(evaluated).toBe(strangers.least + LINES_OF_A_CUSTOMER)
    // What lines of customers have for themselves is not used up by it.
    expect(await right(ANNA, 'anna')).toBe(true)
  })

  it('is let through by as much as the hotline is used', async () => {
    const { wrong, right } = doors()
    const proved = 3 * strangers.least
    for (let n = 0; n < proved; n++) await right(lineOf(n), `own${n}`)
    let evaluated = 0
    for (let n = 0; n < proved; n++) if (await wrong(lineOf(10_000 + n), `a${n}`)) evaluated++
    expect(evaluated).toBe(proved * strangers.forEachProved)
  })
})

it('5,000 calls with a withheld number in an hour have the pool of those, and no more (threat 10)', async () => {
  const { clock, wrong } = doors()
  let evaluated = 0
  for (let n = 0; n < 5_000; n++) {
    if (await wrong(null, `a${n}`)) evaluated++
    clock.turn((HOUR - 1) / 5_000)
  }
  expect(evaluated).toBe(lineLimits.withheld.failures.most)
})

it('numbers whose signature does not hold have the pool of withheld ones, and use up the limits of nobody whose number was taken', async () => {
  const { wrong, right } = doors()
  let evaluated = 0
  for (let n = 0; n < 1_000; n++) if (await wrong(lineOf(n), `a${n}`, 'failed')) evaluated++
  expect(evaluated).toBe(lineLimits.withheld.failures.most)
  // That of a shared line is worth no more.
  expect(await wrong('+492214712222', 'a', 'failed')).toBe(false)
  expect([await right(lineOf(0), 'anna'), await right(null, 'ben')]).toEqual([true, false])
})

it('one number against 1,000 accounts for a day locks five (threat 24)', async () => {
  const { clock, wrong } = doors()
  const failed = new Map<string, number>()
  for (let n = 0; n < 1_000; n++) {
    for (let tries = 0; tries < softLocks[0].after; tries++)
      if (await wrong(ANNA, `a${n}`)) failed.set(`a${n}`, (failed.get(`a${n}`) ?? 0) + 1)
    clock.turn(DAY / 1_001)
  }
  const locked = [...failed.values()].filter((count) => count >= softLocks[0].after)
  expect(locked.length).toBeGreaterThan(0)
  expect(locked.length).toBeLessThanOrEqual(lineLimits.caller.accounts.most)
})

it('60 calls of one number at once have six places, and as many again as end (threat 41)', async () => {
  const { admitting } = doors()
  const of = (id: string) => {
    return { call: { id, callerNumber: ANNA, carried: null, handOff: { level: 0 } as never }, brand, by: unhurried }
  }
  const admitted: string[] = []
  for (let n = 0; n < 60; n++) if (await letIn(admitting, of(`CA${n}`))) admitted.push(`CA${n}`)
  expect(admitted).toHaveLength(callsAtOnce.caller.most)
  for (const id of admitted.slice(0, 2)) await letOut(admitting, of(id))
  let again = 0
  for (let n = 60; n < 120; n++) if (await letIn(admitting, of(`CA${n}`))) again++
  expect(again).toBe(2)
})
