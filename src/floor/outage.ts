/**
 * Whether the telephone network answers, told by what comes of our own requests. While it does not, nobody is at fault for
 * not being reached, and offers rest for longer and longer, so that no caller is offered round and round in vain. Each
 * instance finds out for itself.
 */
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { Telephony } from '../seams/telephony.ts'

export interface Outage {
  /** Whether the last request failed. */
  isOn(): boolean
  /** Whether it is too early to try the next phone. */
  isResting(): boolean
  /** Since when the desk is to tell of it, ISO 8601; null: the network answers, or has not been asked lately. */
  toldSince(): string | null
}

/** After the first failure, ms; then twice as long each time, up to the most. */
const FIRST_REST_MS = 1_000
const MOST_REST_MS = 15_000
/** Shorter ones nobody needs to hear of, ms. */
const TOLD_AFTER_MS = 5_000
/** What failed so long ago says nothing of now, ms: with nobody to ring, nobody asks. */
const LATELY_MS = 60_000

/** The network as it was, and what is seen of it. Logs the beginning and the end of an outage, and no request in between. */
export function watchOutage(
  network: Telephony,
  { clock, log }: { clock: Clock; log: Log },
): { telephony: Telephony; outage: Outage } {
  let failing: { since: number; last: number; next: number; tries: number } | null = null

  function failed(err: unknown): void {
    const now = clock.now().getTime()
    if (failing === null) {
      failing = { since: now, last: now, next: now, tries: 0 }
      log.error({ err }, 'the telephone network does not do what it is asked for; it is tried again until it does')
    }
    failing.last = now
    // Those that fail together are one try.
    if (now < failing.next) return
    failing.next = now + Math.min(FIRST_REST_MS * 2 ** failing.tries, MOST_REST_MS)
    failing.tries += 1
  }

  function answered(): void {
    if (failing === null) return
    failing = null
    log.info({}, 'the telephone network answers again')
  }

  function watched<Args extends unknown[], Result>(ask: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      try {
        const result = await ask(...args)
        answered()
        return result
      } catch (err) {
        failed(err)
        throw err
      }
    }
  }

  return {
    telephony: {
      ring: watched(network.ring),
      redirect: watched(network.redirect),
      isOn: watched(network.isOn),
      hangUp: watched(network.hangUp),
      hold: watched(network.hold),
      endRoom: watched(network.endRoom),
    },
    outage: {
      isOn: () => failing !== null,
      isResting: () => failing !== null && clock.now().getTime() < failing.next,
      toldSince() {
        if (failing === null || failing.last - failing.since < TOLD_AFTER_MS) return null
        const isOld = clock.now().getTime() - failing.last > LATELY_MS
        return isOld ? null : new Date(failing.since).toISOString()
      },
    },
  }
}
