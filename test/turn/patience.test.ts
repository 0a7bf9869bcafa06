/** The waits of a webhook against what Twilio does while it waits. What is said in `patience.ts`, as sums, for every deadline. */
import { describe, expect, it } from '@jest/globals'
import {
  ANSWER_MS,
  DEADLINE_MS,
  DUPLICATE_POLL_MS,
  patienceOf,
  REDIS_PATIENCE,
  TWILIO_MS,
} from '../../src/seams/patience.ts'
import { connectionOverrides } from '../../src/twilio/twiml.ts'

describe.each(Object.values(DEADLINE_MS))('with a deadline of %i ms', (deadlineMs) => {
  const patience = patienceOf(deadlineMs)
  const overrides = new URLSearchParams(connectionOverrides(patience))
  /** How long Twilio listens to a delivery, and to all of them. */
  const listens = Number(overrides.get('rt'))
  const total = Number(overrides.get('tt'))

  it('Twilio hears each answer, and there is time for a second delivery that is answered as late', () => {
    expect(listens).toBeGreaterThan(deadlineMs)
    expect(listens + deadlineMs).toBeLessThan(total)
    expect(total).toBeLessThanOrEqual(TWILIO_MS)
  })

  it('stores are given up while there is time to say so, and Redis is asked twice', () => {
    expect(patience.database.connectMs).toBeLessThanOrEqual(deadlineMs - ANSWER_MS)
    expect(patience.database.statementMs).toBeLessThanOrEqual(deadlineMs - ANSWER_MS)
    expect(REDIS_PATIENCE.firstMs).toBeLessThan(deadlineMs - ANSWER_MS)
    expect(REDIS_PATIENCE.firstMs + REDIS_PATIENCE.againMs).toBeLessThanOrEqual(deadlineMs - ANSWER_MS)
  })

  it('a lease outlasts the moment at which it is renewed, and runs out while Twilio listens to the second delivery', () => {
    expect(patience.leaseMs).toBeGreaterThan(deadlineMs + 2_000)
    expect(patience.leaseMs + DUPLICATE_POLL_MS).toBeLessThan(listens + deadlineMs)
  })
})
