/** The waits of a webhook against what Twilio does while it waits. What is said in `patience.ts`, as sums. */
import { describe, expect, it } from '@jest/globals'
import {
  DUPLICATE_PATIENCE_MS,
  DUPLICATE_POLL_MS,
  HASHING_PATIENCE_MS,
  LEASE_MS,
  REDIS_PATIENCE,
} from '../../src/seams/patience.ts'
import { HURRIED } from '../../src/store/database.ts'
import { CONNECTION_OVERRIDES } from '../../src/twilio/twiml.ts'

const overrides = new URLSearchParams(CONNECTION_OVERRIDES)
/** How long Twilio listens to a delivery, and how often it tries again. */
const listens = Number(overrides.get('rt'))
const again = Number(overrides.get('rc'))
/** When Twilio stops listening to the n-th delivery. */
const end = (n: number): number => Math.min(n * listens, Number(overrides.get('tt')))

describe('while Twilio listens', () => {
  it('three deliveries come', () => {
    expect([end(1), end(2), end(1 + again)]).toEqual([4_000, 8_000, 12_000])
  })

  it('to the first, Redis that hangs is given up', () => {
    expect(REDIS_PATIENCE.firstMs + REDIS_PATIENCE.againMs).toBeLessThan(end(1))
  })

  it('to the second, a caller who waited for a slot in vain has an answer', () => {
    expect(HASHING_PATIENCE_MS).toBeLessThan(end(2))
  })

  it('to the second, a database that hangs is given up twice', () => {
    expect(2 * (HURRIED.connectMs + HURRIED.statementMs)).toBeLessThan(end(2))
  })

  it('to the third, a lease runs out that nobody works under', () => {
    expect(LEASE_MS + DUPLICATE_POLL_MS).toBeLessThan(end(3))
  })
})

it('a delivery has its lease for the wait for a slot, and then for a database that hangs', () => {
  expect(HASHING_PATIENCE_MS + HURRIED.connectMs + HURRIED.statementMs).toBeLessThan(LEASE_MS)
})

it('a doubled delivery outwaits a lease', () => {
  expect(DUPLICATE_PATIENCE_MS).toBeGreaterThan(LEASE_MS + DUPLICATE_POLL_MS)
})
