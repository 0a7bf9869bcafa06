/**
 * How long a webhook waits for what. Everything follows from one number, its deadline (`WEBHOOK_DEADLINE_MS`), and holds
 * together as `test/turn/patience.test.ts` shows:
 *
 * - By the deadline the caller hears something: the answer, or the request to hold on, which comes back for the answer by
 *   itself. Twilio listens a second longer, and there is time for another delivery, at another server, within its 15 s.
 * - Redis and the database are given up a little before that, so that there is time to say what was decided then.
 * - A delivery at work keeps its lease beyond the deadline, and renews it then. Of one whose process has died the lease ends
 *   while Twilio listens to the second delivery, which goes on with the step; a try that was spent is never compared again.
 * - Nobody is asked to hold on for ever: after so many times there is a person.
 */

/** ms. Below the least a lease would outlast Twilio's second delivery, above the most that one would have no time. */
export const DEADLINE_MS = { least: 4_000, usual: 6_000, most: 6_500 } as const
/** What a webhook has at Twilio, all deliveries together, ms. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export const TWILIO_MS = 15_000
/** From our answer to Twilio's ear, and back, ms. */
const WAY_MS = 1_000
/** To say and save what was decided, ms. */
export const ANSWER_MS = 500

/** In ms. */
export interface RedisPatience {
  /** How long an operation waits for its answer before it is asked once more. */
  firstMs: number
  /** How long it waits then, the way to a new connection included, where no deadline of a webhook says it. */
  againMs: number
}
export const REDIS_PATIENCE: RedisPatience = { firstMs: 2_000, againMs: 1_500 }

/** How long a connection and a statement may take, in ms. */
export interface DatabasePatience {
  connectMs: number
  statementMs: number
}

/** How often a caller is asked to hold on before a person takes over. */
export const MOST_HOLDS = 5

/** How often a doubled delivery looks, ms. Seldom: deliveries are doubled when we are slow, and their looking must not make us slower. */
export const DUPLICATE_POLL_MS = 250

export interface Patience {
  deadlineMs: number
  /** How long Twilio listens to one delivery, and to all of them. */
  listensMs: number
  totalMs: number
  /** A delivery that has not finished or said that it goes on in this time may be run again by the next one. */
  leaseMs: number
  database: DatabasePatience
}

/** @param deadlineMs within {@link DEADLINE_MS}. */
export function patienceOf(deadlineMs: number): Patience {
  const listensMs = deadlineMs + WAY_MS
  const partMs = deadlineMs - ANSWER_MS
  return {
    deadlineMs,
    listensMs,
    totalMs: Math.min(2 * listensMs, TWILIO_MS),
    leaseMs: deadlineMs + 4 * WAY_MS,
    database: { connectMs: partMs, statementMs: partMs },
  }
}

export const USUAL_PATIENCE: Patience = patienceOf(DEADLINE_MS.usual)
