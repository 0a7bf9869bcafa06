/**
 * How long a webhook waits for what: in one place, because these numbers hold together (`test/turn/patience.test.ts`).
 *
 * Twilio brings a webhook at 0, 4 and 8 s, listens to each delivery for 4 s, and is done with it after 13 s
 * (`CONNECTION_OVERRIDES` in `twilio/twiml.ts`). Whichever delivery does the work, all get the answer that it stored. So:
 *
 * - Redis that hangs is given up while Twilio still listens to the first delivery, which sends the caller to a person.
 * - A caller who waits as long as may be for a slot has the answer while Twilio listens to the second or third delivery.
 * - A delivery at work keeps its lease for that wait, the check and what the database may take. Should it be slower still,
 *   as by a Redis that hangs at the end, another may go on with the step; its try is spent and never compared again. A lease that has run out (the process died) runs out while Twilio listens to the third.
 * - A doubled delivery is more patient than a lease is long: it gets the stored answer, or goes on with the step when the
 *   lease has run out, and is never the reason that an honest caller is thrown out.
 */

/** In ms. */
export interface RedisPatience {
  /** How long an operation waits for its answer before it is asked once more. */
  firstMs: number
  /** How long it waits then, the way to a new connection included. */
  againMs: number
}
export const REDIS_PATIENCE: RedisPatience = { firstMs: 2_000, againMs: 1_500 }

/** Nobody waits longer than this for a hashing slot, ms. */
export const HASHING_PATIENCE_MS = 6_000

/** A delivery that has not finished in this time may be run again by the next one, ms. */
export const LEASE_MS = 10_000

/** How long a doubled delivery waits for the stored answer, ms. */
export const DUPLICATE_PATIENCE_MS = 12_000
/** How often it looks, ms. Seldom: deliveries are doubled when we are slow, and their looking must not make us slower. */
export const DUPLICATE_POLL_MS = 250
