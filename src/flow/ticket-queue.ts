import type { Call } from '../call/call.ts'
import { levelAskedBy, queueName, topicOfQueue } from './hotline.ts'
import { levelReached } from './second-lock.ts'
import type { OfBrand } from './step.ts'

/**
 * Who takes a caller that a flow has put into `queue`: with a keyed ticket number those who work on its matter (R38), where
 * the caller has proved what their queue asks. The queue without customer data stays what it is. The flow cannot see it
 * and the caller hears nothing else: a number that nobody has sounds the same.
 */
export function queueByTicket(hotline: OfBrand, call: Call, queue: string): string {
  const { name } = hotline.brand
  const topic = call.claim?.ticketTopic ?? null
  if (topic === null || topicOfQueue(name, queue) === null) return queue
  const own = queueName(name, topic)
  const asked = levelAskedBy(hotline, { kind: 'queue', queue: own }, call.today)
  return asked !== null && levelReached(call, topic) >= asked ? own : queue
}

/**
 * Whether a ticket number that is keyed without proof may move the order of this queue. Then no place in it is told: it would
 * jump, and tell a stranger that the ticket exists (decision D).
 */
export function isMovedByTickets({ brand }: OfBrand, queue: string, today: string): boolean {
  if (topicOfQueue(brand.name, queue) === null) return false
  const asked = levelAskedBy({ brand }, { kind: 'queue', queue }, today)
  return asked !== null && asked < 2 && brand.identifiers.some(({ kind }) => kind === 'ticket_number')
}
