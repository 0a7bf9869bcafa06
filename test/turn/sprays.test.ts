/** Guesses at many accounts, as servers notice them: all by a clock of the test. */
import { describe, expect, it } from '@jest/globals'
import { layersOf } from '../../src/auth/caller-limits.ts'
import { isSpray, type SprayFollows, sprayRule } from '../../src/auth/spray.ts'
import { countFailures } from '../../src/live/memory-failures.ts'
import { countInMemory } from '../../src/live/memory-limits.ts'
import type { Attempts } from '../../src/seams/attempts.ts'
import type { FailedTry, FailureCounts } from '../../src/seams/failure-counts.ts'
import { SPRAY_PACE, USUAL_PACE } from '../../src/turn/answer-time.ts'
import { LOOK_MS, noteFailures, oldestHour, watchSprays } from '../../src/turn/sprays.ts'
import { createStandingClock } from '../support/clock.ts'
import { heldSprays } from '../support/held-sprays.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const WEEK = 7 * 24 * 60 * MINUTE
const MONDAY = '2026-11-23T08:00:00.000Z'
const [one, two] = ['rheinnetz', 'sternmobil'].map((name) => ({ name, time_zone: 'Europe/Berlin' })) as [
  { name: string; time_zone: string },
  { name: string; time_zone: string },
]

function service({ customers = 0, follows = 'one_try' as SprayFollows, servers = 1, brands = [one] } = {}) {
  const clock = createStandingClock(new Date(MONDAY))
  const counters = countFailures(() => clock.now().getTime())
  const down = { is: false }
  const failures: FailureCounts = {
    note: async (failed) => counters.note(failed),
    read: async (brand, withinMs) => ({ ...counters.read(brand, withinMs), counted: down.is ? 'here' : 'everywhere' }),
  }
  const held = heldSprays(customers)
  const logged: [level: string, text: string, fields: object][] = []
  const note = (level: string) => (fields: object, text: string) => void logged.push([level, text, fields])
  const log = { info: note('info'), warn: note('warn'), error: note('error') }
  const all = brands.map((brand) => ({ ...brand, spray: { follows } }))
  const watches = Array.from({ length: servers }, () =>
    watchSprays({ brands: all, failures, store: held.store, clock, log }),
  )
  const [watch] = watches
  if (!watch) throw new Error('there is one')
  let tokens = 0
  const fail = (account: string, brand = one.name) => failures.note({ brand, token: `t${tokens++}`, account })
  /** So many failures, each on an account of its own, at once. */
  const failOn = async (count: number, brand = one.name, as = 'account') => {
    for (let n = 0; n < count; n++) await fail(`${as} ${n}`, brand)
  }
  /** Lets time pass, with a look of every server each ten seconds. */
  const pass = async (ms: number, every = async () => {}) => {
    for (const until = clock.now().getTime() + ms; clock.now().getTime() < until; ) {
      clock.turn(LOOK_MS)
      await every()
      for (const each of watches) await each.look()
    }
  }
  const alarms = () => logged.filter(([level, text]) => level === 'error' && text.includes('many accounts'))
  const brand = { ...one, spray: { follows } }
  const other = { ...two, spray: { follows } }
  const setDown = (is: boolean) => void Object.assign(down, { is })
  return { clock, watch, watches, held, logged, failures, fail, failOn, pass, alarms, brand, other, setDown }
}

describe('a new installation', () => {
  it('notices fifty accounts, and not forty-nine, with one error in the log of all servers', async () => {
    const { watches, failOn, alarms, brand, held } = service({ servers: 3 })
    await failOn(sprayRule.accounts - 1)
    for (const each of watches) await each.look()
    expect([alarms(), watches.map((each) => each.hasOneTry(brand))]).toEqual([[], [false, false, false]])
    await failOn(sprayRule.accounts)
    for (const each of watches) await each.look()
    expect(alarms()).toEqual([
      [
        'error',
        'many accounts are being guessed at: npx rufpass spray status',
        { brand: 'rheinnetz', count: 50, reason: 'spray' },
      ],
    ])
    expect(watches.map((each) => each.hasOneTry(brand))).toEqual([true, true, true])
    expect(held.all).toMatchObject([{ actor: 'server', because: { failing: { accounts: 50 }, baseline: 0 } }])
  })

  it('of a million customers takes a hundred failures in ten minutes for usual', async () => {
    const { watch, failOn, alarms } = service({ customers: 1_000_000 })
    await failOn(299)
    await watch.look()
    expect(alarms()).toEqual([])
    await failOn(300, one.name, 'other')
    await watch.look()
    expect(alarms()).toHaveLength(1)
  })
})

describe('an honest Monday morning', () => {
  /** Weeks of it: 120 customers fail in its worst ten minutes, and where that rings, a person says that it is nothing. */
  async function afterWeeks(weeks: number) {
    const all = service({ customers: 100_000 })
    const { clock, held, failOn, pass } = all
    for (let week = 0; week < weeks; week++) {
      await failOn(120, one.name, `week ${week}`)
      await pass(MINUTE)
      const restsUntil = new Date(clock.now().getTime() + sprayRule.restMs)
      await held.store.end(one.name, { actor: 'sam', reason: 'Bills went out', restsUntil }, clock.now())
      await pass(MINUTE)
      clock.turn(WEEK - 2 * MINUTE)
    }
    return all
  }

  it('is no alarm of what it usually is, once people have said twice that this is usual', async () => {
    const { alarms, failOn, pass } = await afterWeeks(4)
    expect(alarms()).toHaveLength(2)
    await failOn(200, one.name, 'a long queue')
    await pass(MINUTE)
    expect(alarms()).toHaveLength(2)
    await failOn(200, one.name, 'an attack')
    await pass(MINUTE)
    expect(alarms()).toHaveLength(3)
  })

  it('is no alarm from the first day on where it fits the size of the hotline', async () => {
    const { alarms, failOn, pass } = service({ customers: 500_000 })
    await failOn(120)
    await pass(MINUTE)
    expect(alarms()).toEqual([])
  })

  it('is not taught by very many failures on a few accounts, which are no alarm', async () => {
    const { clock, watch, alarms, fail, failOn } = service({ customers: 100_000 })
    for (let week = 0; week < 4; week++) {
      for (let n = 0; n < 2_000; n++) await fail(`few ${n % 40}`)
      await watch.look()
      clock.turn(WEEK)
    }
    expect(alarms()).toEqual([])
    await failOn(400, one.name, 'an attack')
    await watch.look()
    expect(alarms()).toHaveLength(1)
  })

  it('of the hotline is learned from hours without an alarm alone', async () => {
    const { failOn, pass, held } = service()
    await failOn(40)
    await pass(MINUTE)
    await failOn(900, one.name, 'an attack')
    await pass(MINUTE)
    expect([...held.peaks]).toEqual([['rheinnetz 2026-11-23 9', 40]])
  })
})

describe('guesses once on each of many accounts (threat 9)', () => {
  const KEY = Buffer.alloc(32, 1)

  /** Each line calls again as soon as its call is over, and is let try as far as lines may. */
  async function attack({ lines, customers }: { lines: number; customers: number }) {
    const all = service({ customers })
    const limits = countInMemory(() => all.clock.now().getTime())
    const CALL_MS = 30 * SECOND
    const GUESSES = 20_000
    let made = 0
    let evaluated = 0
    let crossed: number | null = null
    let alarmed: number | null = null
    const began = all.clock.now().getTime()
    // One guess of every line in each call, spread over the length of a call.
    const perLook = (lines * LOOK_MS) / CALL_MS
    let due = 0
    for (let looks = 0; looks < 360 && made < GUESSES; looks++) {
      for (due += perLook; due >= 1 && made < GUESSES; due--, made++) {
        const number = `+49${1_700_000_000 + (made % lines) * 1_000}`
        const layers = layersOf(KEY, { brand: one.name, number, isShared: false })
        const token = `guess ${made}`
        if (limits.spend({ brand: one.name, token, account: `a${made}`, layers, ofAll: null }) !== null) continue
        evaluated++
        await all.fail(`a${made}`)
        const { failures, accounts } = await all.failures.read(one.name, sprayRule.windowMs)
        if (isSpray({ failures, accounts }, customers / sprayRule.accountsPerFailure))
          crossed ??= all.clock.now().getTime()
        if (crossed !== null && alarmed !== null) break
      }
      all.clock.turn(LOOK_MS)
      await all.watch.look()
      if (all.alarms().length > 0) alarmed ??= all.clock.now().getTime()
      if (alarmed !== null) break
    }
    const seconds = (from: number | null, to: number | null) =>
      from === null || to === null ? null : (to - from) / SECOND
    return { evaluated, toAlarm: seconds(crossed, alarmed), sinceBegin: seconds(began, alarmed), all }
  }

  it('from one line are five, which its limits end, and no alarm', async () => {
    const { evaluated, toAlarm } = await attack({ lines: 1, customers: 100_000 })
    expect([evaluated, toAlarm]).toEqual([5, null])
  })

  it.each([
    [100, 100_000],
    [100, 1_000_000],
    [5_000, 100_000],
    [5_000, 1_000_000],
  ])('from %i lines at a hotline of %i customers ring within a minute', async (lines, customers) => {
    const { evaluated, toAlarm, all } = await attack({ lines, customers })
    expect(toAlarm).toBeLessThanOrEqual(60)
    expect(all.watch.hasOneTry(all.brand)).toBe(true)
    expect(evaluated).toBeLessThanOrEqual(lines * 5)
  })
})

describe('one that is on', () => {
  it('gives answers a longer wait, in its brand alone', async () => {
    const { watch, failOn, brand, other } = service({ brands: [one, two] })
    await failOn(60)
    await watch.look()
    expect([watch.paceOf(brand), watch.paceOf(other), watch.hasOneTry(other)]).toEqual([SPRAY_PACE, USUAL_PACE, false])
  })

  it('rings and changes nothing for calls where the brand wants that', async () => {
    const { watch, failOn, brand, alarms } = service({ follows: 'alarm' })
    await failOn(60)
    await watch.look()
    expect([alarms().length, watch.hasOneTry(brand), watch.paceOf(brand)]).toEqual([1, false, USUAL_PACE])
    expect(watch.found()).toEqual([{ brand: 'rheinnetz', failures: 60, accounts: 60, isAlarmed: true }])
  })

  it('goes on while guesses go on, and ends by itself when they do', async () => {
    const { watch, failOn, pass, brand, held, logged } = service()
    let round = 0
    await pass(60 * MINUTE, () => failOn(2, one.name, `guess ${round++}`))
    expect([watch.hasOneTry(brand), held.all.length]).toEqual([true, 1])
    // What was counted last leaves the window, and twenty minutes later it is over.
    await pass(sprayRule.windowMs + sprayRule.calmMs)
    expect(watch.hasOneTry(brand)).toBe(false)
    expect(logged.filter(([level]) => level === 'warn')).toHaveLength(1)
  })

  it('ends at its end also where nobody looks any more', async () => {
    const { watch, failOn, brand, clock } = service()
    await failOn(60)
    await watch.look()
    clock.turn(sprayRule.calmMs)
    expect(watch.hasOneTry(brand)).toBe(false)
  })

  it('holds as it was found last where the store does not answer', async () => {
    const { watch, failOn, brand, held, logged } = service()
    await failOn(60)
    await watch.look()
    held.store.lapse = () => Promise.reject(new Error('down'))
    await watch.look()
    expect([watch.hasOneTry(brand), logged.at(-1)?.[1]]).toEqual([
      true,
      'whether many accounts are being guessed at could not be seen; the next look tries again',
    ])
  })

  it('is not begun again by figures for an hour where a person has ended it', async () => {
    const { watch, failOn, pass, brand, held, clock, alarms } = service()
    await failOn(60)
    await watch.look()
    const restsUntil = new Date(clock.now().getTime() + sprayRule.restMs)
    await held.store.end(one.name, { actor: 'sam', reason: 'A campaign of ours', restsUntil }, clock.now())
    let round = 0
    await pass(30 * MINUTE, () => failOn(2, one.name, `guess ${round++}`))
    expect([watch.hasOneTry(brand), alarms().length]).toEqual([false, 1])
    await pass(31 * MINUTE, () => failOn(2, one.name, `guess ${round++}`))
    expect([watch.hasOneTry(brand), alarms().length]).toEqual([true, 2])
  })
})

describe('guesses that are spread over brands', () => {
  it('are noticed for the whole service where no brand meets the figures alone', async () => {
    const { watch, failOn, brand, other, alarms, held } = service({ brands: [one, two] })
    await failOn(30, one.name)
    await failOn(30, two.name)
    await watch.look()
    expect([alarms().map(([, , fields]) => fields), held.all.map((each) => each.brand)]).toEqual([
      [{ count: 60, reason: 'spray' }],
      [null],
    ])
    expect([watch.hasOneTry(brand), watch.hasOneTry(other)]).toEqual([true, true])
  })

  it('ring once where one brand meets them, and leave the others alone', async () => {
    const { watch, failOn, other, alarms } = service({ brands: [one, two] })
    await failOn(90, one.name)
    await failOn(10, two.name)
    await watch.look()
    expect([alarms().length, watch.hasOneTry(other)]).toEqual([1, false])
  })
})

describe('a try', () => {
  const attempt = (token: string, subject = 's') =>
    ({
      token,
      subject,
      credential: 'pin',
      ownSubject: null,
      owner: { brand: 'rheinnetz', ref: 'r', sims: null },
      line: null,
    }) as const

  it('is noted when it failed, at whatever door, under no name of an account', async () => {
    const noted: FailedTry[] = []
    const settled: string[] = []
    const attempts = noteFailures(
      { settle: async ({ token }) => void settled.push(token) } as Pick<Attempts, 'settle'>,
      {
        failures: { note: async (failed) => void noted.push(failed), read: async () => ({}) as never },
        subjectKey: Buffer.alloc(32),
        log: { warn: () => {} },
      },
    )
    await attempts.settle(attempt('a'), { kind: 'reserved' }, 'right', null)
    await attempts.settle(attempt('b'), { kind: 'reserved' }, 'wrong', null)
    await attempts.settle(attempt('c', 'unknown'), { kind: 'locked' }, 'wrong', null)
    expect([settled, noted.map(({ token }) => token)]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ])
    expect(new Set(noted.map(({ account }) => account)).size).toBe(2)
    expect(JSON.stringify(noted)).not.toContain('unknown')
  })

  it('ends as it did where its failure cannot be noted', async () => {
    const warned: string[] = []
    const attempts = noteFailures({ settle: async () => {} } as Pick<Attempts, 'settle'>, {
      failures: { note: () => Promise.reject(new Error('down')), read: async () => ({}) as never },
      subjectKey: Buffer.alloc(32),
      log: { warn: (_fields: object, text: string) => void warned.push(text) },
    })
    await attempts.settle(attempt('a'), { kind: 'reserved' }, 'wrong', null)
    await new Promise((resolve) => setImmediate(resolve))
    expect(warned).toEqual(['a failure could not be counted with those of all callers'])
  })
})

it('says where counters of all servers cannot be reached', async () => {
  const { watch, setDown, logged } = service()
  setDown(true)
  await watch.look()
  expect(logged.map(([level, text]) => [level, text])).toEqual([
    ['error', 'failures of all callers are counted here alone'],
  ])
})

it('keeps hours as long as they are looked at', () => {
  expect(oldestHour(new Date(MONDAY))).toBe('2026-10-19')
})
