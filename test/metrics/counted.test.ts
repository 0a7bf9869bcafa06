/** What stands in for a seam does what the seam does, and counts it once. */
import { beforeEach, describe, expect, it } from '@jest/globals'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { type Origin, TOTAL_LIMIT } from '../../src/auth/lockout.ts'
import { Secret } from '../../src/auth/secret.ts'
import {
  countAttempts,
  countBudgets,
  countCallCodes,
  countEvents,
  countFloor,
  countSlots,
} from '../../src/metrics/counted.ts'
import { countMessages } from '../../src/metrics/counted-post.ts'
import { countLines, countPortal, countRetention } from '../../src/metrics/counted-rows.ts'
import { createMetrics, type Metrics, word } from '../../src/metrics/metrics.ts'
import { createReadings, type ReadingParts } from '../../src/metrics/readings.ts'
import type { Attempts } from '../../src/seams/attempts.ts'
import type { CallCodes } from '../../src/seams/call-codes.ts'
import type { CallerLimits } from '../../src/seams/caller-limits.ts'
import type { DurableEvent } from '../../src/seams/events.ts'
import type { FloorStore } from '../../src/seams/floor.ts'
import type { Outbox } from '../../src/seams/outbox.ts'
import type { PortalBook } from '../../src/seams/portal.ts'
import type { Retention } from '../../src/seams/retention.ts'
import type { Tokens } from '../../src/seams/tokens.ts'
import { unhurried } from '../support/clock.ts'
import { type MetricsPage, readPage } from './read-page.ts'

let metrics: Metrics
beforeEach(() => {
  metrics = createMetrics()
})
const page = async (): Promise<MetricsPage> => readPage(await metrics.registry.metrics())

const event = (kind: DurableEvent['kind'], facts: DurableEvent['facts'], actor = 'caller'): DurableEvent => ({
  kind,
  callId: `CA${'1'.repeat(32)}`,
  brand: 'lindenfon',
  ref: 'ref-of-a-customer',
  actor,
  facts,
})

describe('a value of a label', () => {
  it.each(['verified', 'lindenfon.bill', 'soft_1', '_', 'a1b22'])('is a word: %s', (value) => {
    expect(word(value)).toBe(value === '_' ? 'other' : value)
  })
  it.each([['4711'], ['+492215550142'], ['pin4711'], ['Anna Weber'], [''], [null], [7], [`CA${'1'.repeat(32)}`]])(
    'is never %s',
    (value) => {
      expect(word(value)).toBe('other')
    },
  )
})

describe('events', () => {
  it('are counted when they are written, and not when that fails', async () => {
    const written: DurableEvent[] = []
    let isDown = false
    const events = countEvents(
      {
        async append(one) {
          if (isDown) throw new Error('the store is down')
          written.push(one)
        },
      },
      metrics,
    )
    await events.append(event('end', { outcome: 'verified' }))
    isDown = true
    await expect(events.append(event('end', { outcome: 'verified' }))).rejects.toThrow('the store is down')
    expect(written).toHaveLength(1)
    const { of } = await page()
    expect([of('rufpass_calls_total', { outcome: 'verified' }), of('rufpass_events_total', { kind: 'end' })]).toEqual([
      1, 1,
    ])
  })

  it('say what limit was reached', async () => {
    const events = countEvents({ append: async (_: DurableEvent) => {} }, metrics)
    await events.append(event('turned_away', { why: 'full' }))
    await events.append(event('turned_away', { why: 'closed' }))
    await events.append(event('sign_in_refused', { reason: 'throttled' }))
    await events.append(event('sign_in_refused', { reason: 'wrong' }))
    const { of } = await page()
    expect(of('rufpass_turned_away_total')).toBe(2)
    expect(of('rufpass_limits_reached_total', { limit: 'queue' })).toBe(1)
    expect(of('rufpass_limits_reached_total', { limit: 'sign_in' })).toBe(1)
  })
})

describe('tries', () => {
  /** `totals`: of the year, after each. */
  const settled = async (
    ordinals: readonly number[],
    outcome: 'right' | 'wrong',
    actor: string,
    totals: readonly number[] = [],
    origin: Origin = 'trusted',
  ) => {
    const left = [...totals]
    const lockState = async () => ({ total: left.shift() ?? 0 })
    const attempts = countAttempts({ settle: async () => {}, lockState } as unknown as Attempts, metrics)
    const attempt = {
      token: 't',
      subject: 's',
      credential: 'pin' as const,
      ownSubject: null,
      owner: { brand: 'lindenfon', ref: 'r', sims: null },
      line: null,
    }
    for (const ordinal of ordinals) {
      const reservation = { kind: 'reserved' as const, origin, ordinal, inARow: ordinal, stored: [] }
      await attempts.settle(attempt, reservation, outcome, event('verify', { result: outcome }, actor))
    }
  }

  it('begin each lock once, as the policy has it', async () => {
    await settled([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'wrong', 'caller')
    const { of } = await page()
    expect(['soft_1', 'soft_2', 'hard'].map((tier) => of('rufpass_locks_total', { tier }))).toEqual([1, 1, 1])
    expect(of('rufpass_locks_total')).toBe(3)
  })

  it('begin one by the sum of a year, and one that cannot be read is not counted', async () => {
    const year = async () => (await page()).of('rufpass_locks_total', { tier: 'year' })
    await settled([1], 'wrong', 'caller', [TOTAL_LIMIT - 1])
    expect(await year()).toBeNull()
    await settled([2], 'wrong', 'caller', [TOTAL_LIMIT])
    expect(await year()).toBe(1)
    await settled([1], 'wrong', 'caller', [TOTAL_LIMIT + 1])
    expect(await year()).toBe(1)
    const broken = { settle: async () => {}, lockState: () => Promise.reject(new Error('down')) }
    const one = countAttempts(broken as unknown as Attempts, metrics)
    await one.settle(
      {
        token: 't',
        subject: 's',
        credential: 'pin',
        ownSubject: null,
        owner: { brand: 'lindenfon', ref: 'r', sims: null },
        line: null,
      },
      { kind: 'reserved' },
      'wrong',
      null,
    )
    expect((await page()).of('rufpass_locks_total')).toBe(1)
  })

  it('of strangers use up their share, which is a lock of its own', async () => {
    await settled([1, 2, 3, 4, 5, 6, 7], 'wrong', 'caller', [], 'stranger')
    const { of } = await page()
    const tiers = ['soft_1', 'soft_2', 'strangers'].map((tier) => of('rufpass_locks_total', { tier }))
    expect([...tiers, of('rufpass_locks_total')]).toEqual([1, 1, 1, 3])
  })

  it('that are right begin none', async () => {
    await settled([3, 6, 10], 'right', 'caller')
    expect((await page()).of('rufpass_locks_total')).toBeNull()
  })

  it.each([
    ['caller', 'telephone'],
    ['api', 'api'],
    ['api/portal', 'api'],
    ['anna.weber', 'desk'],
  ])('of %s are of the door %s', async (actor, door) => {
    await settled([1], 'wrong', actor)
    expect((await page()).of('rufpass_verifies_total', { door, credential: 'pin', result: 'wrong' })).toBe(1)
  })
})

it('hashing slots are in use until they are given back, and waited for until there is one', async () => {
  const slots = countSlots(createHashingSlots(1), 'calls', metrics)
  const at = async (): Promise<(number | null)[]> => {
    const { of } = await page()
    return ['in_use', 'waiting'].map((state) => of('rufpass_hashing_slots', { pool: 'calls', state }))
  }
  const patient = { left: () => 60_000 }
  const first = await slots.take(patient)
  const second = slots.take(patient)
  expect(await at()).toEqual([1, 1])
  first?.()
  first?.()
  const giveBack = await second
  expect(await at()).toEqual([1, 0])
  const none = await slots.take({ left: () => 0 })
  expect(none).toBeNull()
  giveBack?.()
  expect(await at()).toEqual([0, 0])
  expect((await page()).of('rufpass_limits_reached_total', { limit: 'hashing_calls' })).toBe(1)
})

it.each([
  ['telephone', 'right', { callId: '-' }, { ref: 'r', subject: 's' }],
  ['telephone', 'wrong', { callId: '-' }, null],
  ['desk', 'wrong', { callId: '-', agent: 'anna' }, null],
] as const)('a call code by %s that is %s is a proof, or none', async (door, result, by, found) => {
  const codes = countCallCodes({ redeem: async () => found } as unknown as CallCodes, metrics)
  expect(await codes.redeem('lindenfon', new Secret('1'.repeat(16)), by)).toBe(found)
  const { of } = await page()
  expect(of('rufpass_verifies_total', { door, result, credential: 'call_code' })).toBe(1)
  expect(of('rufpass_verifies_total')).toBe(1)
})

it('a budget of the API that is spent is a limit that was reached, and one that is not is none', async () => {
  let wait: number | null = null
  const tokens = countBudgets({ spend: async () => wait } as unknown as Tokens, metrics)
  expect(await tokens.spend('crm')).toBeNull()
  expect((await page()).of('rufpass_limits_reached_total')).toBeNull()
  wait = 30
  expect(await tokens.spend('crm')).toBe(30)
  expect((await page()).of('rufpass_limits_reached_total', { limit: 'api_budget' })).toBe(1)
})

it.each(['caller', 'withheld', 'calls'] as const)('a line that is full is a limit, by its layer: %s', async (layer) => {
  let full: typeof layer | null = null
  const lines = countLines({ spend: async () => ({ full, counted: 'everywhere' }) } as unknown as CallerLimits, metrics)
  const attempt = { brand: 'lindenfon', token: 't', account: 'a', layers: [], ofAll: null }
  await lines.spend(attempt, unhurried)
  expect((await page()).of('rufpass_limits_reached_total')).toBeNull()
  full = layer
  expect(await lines.spend(attempt, unhurried)).toEqual({ full: layer, counted: 'everywhere' })
  expect((await page()).of('rufpass_limits_reached_total', { limit: `line_${layer}` })).toBe(1)
})

it.each([
  [0, 'spent', null],
  [30, 'over_limit', 1],
  [null, 'unknown', null],
] as const)('an act in the portal is counted: %s is %s', async (wait, result, limits) => {
  const portal = countPortal({ budget: async () => wait } as unknown as PortalBook, metrics)
  expect(await portal.budget({ brand: 'lindenfon', customerNumber: '1' }, 'look_up')).toBe(wait)
  const { of } = await page()
  expect(of('rufpass_portal_acts_total', { kind: 'look_up', result })).toBe(1)
  expect(of('rufpass_limits_reached_total', { limit: 'portal' })).toBe(limits)
})

it('rows that are removed for their age are counted by table, and told on', async () => {
  const told: string[] = []
  const removes: Retention['run'] = async (how) => {
    how?.told?.({ table: 'event', removed: 500 })
    how?.told?.({ table: 'event', removed: 20 })
    return how?.again ? { began: '', ended: '', counts: [] } : null
  }
  const retention = countRetention({ run: removes } as unknown as Retention, metrics)
  expect(await retention.run({ again: true, told: ({ table }) => void told.push(table) })).not.toBeNull()
  expect(told).toEqual(['event', 'event'])
  expect((await page()).of('rufpass_retention_rows_total', { table: 'event' })).toBe(520)
})

it('messages are counted as they leave the outbox', async () => {
  const outbox = countMessages(
    { sent: async () => {}, drop: async () => {}, again: async () => {} } as unknown as Outbox,
    metrics,
  )
  await outbox.sent(1, { contact: 7, channel: 'sms', source: '20481736' })
  await outbox.drop(2, 'gave_up')
  await outbox.again(3, 30_000)
  const { of } = await page()
  expect(['sms', 'gave_up', 'again'].map((result) => of('rufpass_messages_total', { result }))).toEqual([1, 1, 1])
})

it('offers and agents who were made away are counted, and no agent is named', async () => {
  const store = countFloor(
    {
      offer: async () => 'none',
      save: async (changed: readonly unknown[]) => changed.length > 0,
      setPresence: async () => {},
      lapse: async () => ['anna', 'ben'],
    } as unknown as FloorStore,
    metrics,
  )
  const now = new Date(0)
  await store.offer(
    { agent: 'anna', brands: [], topics: [], languages: [] },
    null,
    () => {
      throw new Error('nobody waits')
    },
    now,
  )
  await store.save([], { away: { agent: 'anna', because: 'no_answer' } })
  await store.save([{} as never], { away: { agent: 'anna', because: 'no_answer' } })
  await store.setPresence('anna', 'away', 'supervisor', now)
  await store.setPresence('anna', 'available', null, now)
  await store.lapse(now)
  const { of } = await page()
  expect(of('rufpass_offers_total', { result: 'none' })).toBe(1)
  expect(['no_answer', 'supervisor', 'page_gone'].map((why) => of('rufpass_agents_set_away_total', { why }))).toEqual([
    1, 1, 2,
  ])
  expect(await metrics.registry.metrics()).not.toMatch(/anna|ben\b/)
})

describe('a reading', () => {
  const parts: Required<ReadingParts> = {
    floor: async () => ({
      queues: [{ queue: 'lindenfon.bill', waiting: 2, longestSince: '1970-01-01T00:00:10.000Z', agents: 0 }],
      agentsThere: 1,
    }),
    outbox: { standing: async () => ({ waiting: 3, oldestMs: 4_000 }) },
    accountAudit: {
      last: async () => ({
        began: '',
        ended: '1970-01-01T00:00:05.000Z',
        counts: [{ brand: 'lindenfon', kind: 'ended', count: 2 }],
      }),
    },
    retention: { last: async () => ({ began: '', ended: '1970-01-01T00:00:09.000Z', counts: [] }) },
    sprays: { found: () => [{ brand: 'lindenfon', failures: 170, accounts: 60, isAlarmed: true }] },
    stores: async () => ({ database: 'ok', live: 'down' }),
    clock: { now: () => new Date(70_000), wait: async () => {} },
  }

  it('fills its gauges', async () => {
    await createReadings(parts, metrics)()
    const { of } = await page()
    expect(of('rufpass_queue_waiting', { queue: 'lindenfon.bill' })).toBe(2)
    expect(of('rufpass_queue_longest_wait_seconds', { queue: 'lindenfon.bill' })).toBe(60)
    expect(of('rufpass_queue_unattended', { queue: 'lindenfon.bill' })).toBe(1)
    expect([of('rufpass_outbox_waiting'), of('rufpass_outbox_oldest_seconds')]).toEqual([3, 4])
    expect(of('rufpass_account_findings', { brand: 'lindenfon', kind: 'ended' })).toBe(2)
    expect(of('rufpass_account_audit_timestamp_seconds')).toBe(5)
    expect(of('rufpass_retention_timestamp_seconds')).toBe(9)
    expect(['database', 'live'].map((store) => of('rufpass_store_up', { store }))).toEqual([1, 0])
    expect(
      ['rufpass_failing_tries', 'rufpass_failing_accounts', 'rufpass_spray_alarm'].map((name) =>
        of(name, { brand: 'lindenfon' }),
      ),
    ).toEqual([170, 60, 1])
    expect(of('rufpass_reading_failed')).toBe(0)
  })

  it('that fails leaves no figure of before, says so, and keeps no other from being read', async () => {
    let isDown = false
    const down =
      <T>(read: () => Promise<T>) =>
      () =>
        isDown ? Promise.reject(new Error('down')) : read()
    const read = createReadings(
      { ...parts, floor: down(parts.floor), outbox: { standing: down(parts.outbox.standing) } },
      metrics,
    )
    await read()
    isDown = true
    await read()
    const { of } = await page()
    expect(of('rufpass_reading_failed', { reading: 'queues' })).toBe(1)
    expect(of('rufpass_reading_failed', { reading: 'outbox' })).toBe(1)
    expect([of('rufpass_queue_waiting'), of('rufpass_agents_there'), of('rufpass_outbox_waiting')]).toEqual([
      null,
      null,
      null,
    ])
    expect(of('rufpass_account_findings')).toBe(2)
  })

  it('is one for all who ask meanwhile', async () => {
    let times = 0
    const floor: NonNullable<ReadingParts['floor']> = () => {
      times += 1
      return parts.floor()
    }
    const read = createReadings({ ...parts, floor }, metrics)
    await Promise.all([read(), read()])
    expect(times).toBe(1)
    await read()
    expect(times).toBe(2)
  })
})
