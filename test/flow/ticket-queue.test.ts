/** A keyed ticket's own queue: never one that asks for more than the caller has proved. */
import { expect, it } from '@jest/globals'
import type { Call } from '../../src/call/call.ts'
import { newCall } from '../../src/flow/advance.ts'
import { queueByTicket } from '../../src/flow/ticket-queue.ts'
import { CLAIM } from '../support/world.ts'
import { smallHotline } from './small.ts'

const hotline = smallHotline({
  flow: 'start: end\nsteps: { end: { type: hang_up, prompt: bye } }',
  brand: { roll_out: '{ mandatory: "2026-01-01" }' },
})
const at = '2026-11-22T10:00:00.000Z'

/** From the queue for orders, which needs a keyed number. */
function queueOf(change: Partial<Call> & { ticketTopic: string | null }, queue = 'small.order'): string {
  const { ticketTopic, ...rest } = change
  const call = newCall(hotline, { id: 'CA1', callerNumber: null, today: '2026-11-22', at })
  return queueByTicket(hotline, { ...call, claim: { ...CLAIM, ticketTopic }, ...rest }, queue)
}
const verified = { level: 2, method: 'pin', at } as const

it.each<[what: string, found: string, expected: string]>([
  ['needs no more than was proved', queueOf({ ticketTopic: 'join' }), 'small.join'],
  ['needs what was proved', queueOf({ ticketTopic: 'bill', assurance: verified }), 'small.bill'],
  ['needs more than was proved', queueOf({ ticketTopic: 'bill' }), 'small.order'],
  ['is none of the brand’s any more', queueOf({ ticketTopic: 'credit', assurance: verified }), 'small.order'],
  ['was not keyed', queueOf({ ticketTopic: null, assurance: verified }), 'small.order'],
  ['is not known, in a call of an earlier version', queueOf({ ticketTopic: 'join', claim: CLAIM }), 'small.order'],
  ['would lead out of the queue without data', queueOf({ ticketTopic: 'join' }, 'small.general'), 'small.general'],
])('goes by a ticket whose topic %s', (_what, found, expected) => {
  expect(found).toBe(expected)
})
