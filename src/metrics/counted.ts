/**
 * Counts by standing in for a seam: what is done through it is done as ever, and counted when it was. So nothing that decides or
 * writes knows that it is counted, and each thing is counted in one place.
 */
import type { HashingSlots } from '../auth/hashing-slots.ts'
import { HARD_LOCK_AFTER, STRANGERS_IN_A_ROW, softLocks, TOTAL_LIMIT } from '../auth/lockout.ts'
import type { Attempts, Reservation } from '../seams/attempts.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { CallerLimits } from '../seams/caller-limits.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Deliveries } from '../seams/deliveries.ts'
import type { DurableEvent, EventLog } from '../seams/events.ts'
import type { FloorStore } from '../seams/floor.ts'
import type { LetterOrders } from '../seams/letter-orders.ts'
import type { Outbox } from '../seams/outbox.ts'
import type { PortalBook } from '../seams/portal.ts'
import type { Retention } from '../seams/retention.ts'
import type { Tokens } from '../seams/tokens.ts'
import { countDeliveries, countLetters, countMessages } from './counted-post.ts'
import { countLines, countPortal, countRetention } from './counted-rows.ts'
import { type Metrics, word } from './metrics.ts'
import { hearsOf, measureCalls } from './timed.ts'

export interface Countable {
  events: EventLog
  attempts: Attempts
  callCodes: CallCodes
  tokens: Tokens
  letterOrders: LetterOrders
  outbox: Outbox
  deliveries: Deliveries
  floorStore: FloorStore
  live: { calls: CallStore; limits: CallerLimits }
  portal: PortalBook
  retention: Retention
}

/** The same parts, counted. */
export function counted<Parts extends Countable>(parts: Parts, metrics: Metrics): Parts {
  return {
    ...parts,
    events: countEvents(parts.events, metrics),
    attempts: countAttempts(parts.attempts, metrics),
    callCodes: countCallCodes(parts.callCodes, metrics),
    tokens: countBudgets(parts.tokens, metrics),
    letterOrders: countLetters(parts.letterOrders, metrics),
    outbox: countMessages(parts.outbox, metrics),
    deliveries: countDeliveries(parts.deliveries, metrics),
    floorStore: countFloor(parts.floorStore, metrics),
    live: {
      ...parts.live,
      calls: measureCalls(parts.live.calls, hearsOf(metrics, 'live')),
      limits: countLines(parts.live.limits, metrics),
    },
    portal: countPortal(parts.portal, metrics),
    retention: countRetention(parts.retention, metrics),
  }
}

export function countEvents<Of extends EventLog>(events: Of, metrics: Metrics): Of {
  return {
    ...events,
    async append(event) {
      await events.append(event)
      noted(event, metrics)
    },
  }
}

/** The kinds that say more than that there was one. */
function noted({ kind, brand: name, facts }: DurableEvent, metrics: Metrics): void {
  const brand = word(name)
  metrics.events.inc({ kind })
  switch (kind) {
    case 'end':
      metrics.calls.inc({ brand, outcome: word(facts.outcome) })
      return
    case 'hand_off':
      metrics.handOffs.inc({ brand, outcome: word(facts.outcome) })
      return
    case 'turned_away':
      if (facts.why === 'full') metrics.limits.inc({ limit: 'queue' })
      metrics.turnedAway.inc({ brand, why: word(facts.why) })
      return
    case 'unserved':
      metrics.unserved.inc({ brand, why: word(facts.why) })
      return
    case 'sign_in_refused':
      if (facts.reason === 'throttled') metrics.limits.inc({ limit: 'sign_in' })
      return
    default:
  }
}

/** Tries come past here with their event, which is written in the same statement. */
export function countAttempts<Of extends Attempts>(attempts: Of, metrics: Metrics): Of {
  return {
    ...attempts,
    async settle(attempt, reservation, outcome, event) {
      await attempts.settle(attempt, reservation, outcome, event)
      const brand = word(attempt.owner.brand)
      const tier = outcome === 'wrong' ? tierBegunBy(reservation as Reservation) : null
      if (tier !== null) metrics.locks.inc({ brand, tier })
      if (outcome === 'wrong' && reservation.kind === 'reserved')
        void countYear(attempts, attempt.subject, brand, metrics)
      if (event === null) return
      metrics.events.inc({ kind: event.kind })
      const { credential } = attempt
      metrics.verifies.inc({ brand, door: doorOf(event.actor), credential, result: word(event.facts.result) })
    },
  }
}

/** The lock by the sum of a year. It is read beside the try, so that no caller waits for it, and what cannot be read is not counted. */
async function countYear(attempts: Attempts, subject: string, brand: string, { locks }: Metrics): Promise<void> {
  const total = await attempts.lockState(subject).then(
    (state) => state.total,
    () => null,
  )
  if (total === TOTAL_LIMIT) locks.inc({ brand, tier: 'year' })
}

/** The lock that begins with that wrong try: `soft_1`, `soft_2`, `hard`, or `strangers`, who have then used what they may in a row. */
function tierBegunBy(reservation: Reservation): string | null {
  if (reservation.kind !== 'reserved') return null
  const { origin, ordinal, inARow } = reservation
  if (ordinal === HARD_LOCK_AFTER) return 'hard'
  if (origin === 'stranger' && inARow === STRANGERS_IN_A_ROW) return 'strangers'
  const place = softLocks.findIndex(({ after }) => after === inARow)
  return place < 0 ? null : `soft_${place + 1}`
}

/** The kind of its actor, see `DurableEvent`: never the name. */
function doorOf(actor: string): 'telephone' | 'api' | 'desk' {
  if (actor === 'caller') return 'telephone'
  return actor === 'api' || actor.startsWith('api/') ? 'api' : 'desk'
}

/** A call code proves as a PIN does. */
export function countCallCodes<Of extends CallCodes>(callCodes: Of, { verifies }: Metrics): Of {
  return {
    ...callCodes,
    async redeem(brand, code, by) {
      const found = await callCodes.redeem(brand, code, by)
      const door = by.agent === undefined ? 'telephone' : 'desk'
      const result = found === null ? 'wrong' : 'right'
      verifies.inc({ brand: word(brand), door, credential: 'call_code', result })
      return found
    },
  }
}

/** Whose budget it is stays out of it. */
export function countBudgets<Of extends Tokens>(tokens: Of, { limits }: Metrics): Of {
  return {
    ...tokens,
    async spend(name) {
      const wait = await tokens.spend(name)
      if (wait !== null) limits.inc({ limit: 'api_budget' })
      return wait
    },
  }
}

export function countFloor<Of extends FloorStore>(store: Of, { offers, setAway }: Metrics): Of {
  return {
    ...store,
    async offer(skills, callId, make, at) {
      const made = await store.offer(skills, callId, make, at)
      offers.inc({ result: typeof made === 'string' ? made : 'offered' })
      return made
    },
    async save(changed, along) {
      const isSaved = await store.save(changed, along)
      if (isSaved && along?.away) setAway.inc({ why: along.away.because })
      return isSaved
    },
    async setPresence(agent, presence, because, at) {
      await store.setPresence(agent, presence, because, at)
      if (because !== null) setAway.inc({ why: because })
    },
    async lapse(at) {
      const lapsed = await store.lapse(at)
      if (lapsed.length > 0) setAway.inc({ why: 'page_gone' }, lapsed.length)
      return lapsed
    },
  }
}

/** Whose slots they are. */
export type SlotPool = 'calls' | 'sign_in' | 'customers'

export function countSlots(slots: HashingSlots, pool: SlotPool, metrics: Metrics): HashingSlots {
  const waiting = { pool, state: 'waiting' } as const
  const used = { pool, state: 'in_use' } as const
  metrics.slots.inc(waiting, 0)
  metrics.slots.inc(used, 0)
  return {
    async take(patience, whose) {
      metrics.slots.inc(waiting)
      const giveBack = await slots.take(patience, whose).finally(() => metrics.slots.dec(waiting))
      if (giveBack === null) {
        metrics.limits.inc({ limit: `hashing_${pool}` })
        return null
      }
      metrics.slots.inc(used)
      let given = false
      return () => {
        if (!given) metrics.slots.dec(used)
        given = true
        giveBack()
      }
    },
  }
}
