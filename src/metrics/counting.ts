/** A server that counts. Loaded where `/metrics` is asked for and nowhere else, for prom-client costs time and memory at every start. */

import { lineLimits } from '../auth/caller-limits.ts'
import type { HashingSlots } from '../auth/hashing-slots.ts'
import { softLocks } from '../auth/lockout.ts'
import { portalLimits } from '../auth/portal-limits.ts'
import { outcomes } from '../call/call.ts'
import type { AskedStore, HearsAsked, Meter } from '../seams/meter.ts'
import { channels, dropReasons } from '../seams/outbox.ts'
import type { PortalBook } from '../seams/portal.ts'
import { awayBecause } from '../seams/presence.ts'
import type { Telephony } from '../seams/telephony.ts'
import { type Countable, counted, countPortal, countSlots, type SlotPool } from './counted.ts'
import { createMetrics, type Metrics, word } from './metrics.ts'
import { hearsOf, measureTelephony } from './timed.ts'

export interface Counting extends Meter {
  metrics: Metrics
  /** The same, counted. */
  parts<Parts extends Countable>(parts: Parts): Parts
  /** The same, where a process has no other part. */
  portal<Of extends PortalBook>(portal: Of): Of
  slots(slots: HashingSlots, pool: SlotPool): HashingSlots
  telephony(telephony: Telephony): Telephony
  hears(store: AskedStore): HearsAsked
}

/** @param brands whose figures begin at nothing, so that the first lock or lost call is seen as a rise. */
export function startCounting(brands: readonly string[]): Counting {
  const metrics = createMetrics()
  beginAtNothing(metrics, brands.map(word))
  return {
    metrics,
    parts: (parts) => counted(parts, metrics),
    portal: (portal) => countPortal(portal, metrics),
    slots: (slots, pool) => countSlots(slots, pool, metrics),
    telephony: (telephony) => measureTelephony(telephony, metrics),
    hears: (store) => hearsOf(metrics, store),
    webhook({ route, outcome, ms }) {
      const name = word(route.replace(/^\/voice\/?/, '') || 'voice')
      metrics.webhooks.inc({ route: name, outcome: word(outcome) })
      metrics.webhookSeconds.observe({ route: name }, ms / 1000)
    },
  }
}

/** The outcomes of a webhook that alerts look for: a caller was brought to a person by a fault, or somebody is no Twilio. */
const WATCHED = { incoming: ['broken', 'sorry', 'unsigned'], step: ['broken', 'sorry', 'unsigned'] } as const

/** `increase()` sees no rise from a series that was not there to one that is: what alerts look for is there from the start. */
function beginAtNothing(metrics: Metrics, brands: readonly string[]): void {
  const { webhooks, calls, locks, limits, messages, setAway, portalActs } = metrics
  for (const [route, all] of Object.entries(WATCHED)) for (const outcome of all) webhooks.inc({ route, outcome }, 0)
  for (const brand of brands) {
    for (const outcome of outcomes) calls.inc({ brand, outcome }, 0)
    for (const tier of [...softLocks.map((_, place) => `soft_${place + 1}`), 'strangers', 'hard', 'year'])
      locks.inc({ brand, tier }, 0)
  }
  const lines = [...Object.keys(lineLimits), 'calls'].map((layer) => `line_${layer}`)
  for (const limit of ['queue', 'sign_in', 'letters', 'api_budget', 'hashing_calls', 'portal', ...lines])
    limits.inc({ limit }, 0)
  for (const kind of Object.keys(portalLimits))
    for (const result of ['spent', 'over_limit']) portalActs.inc({ kind, result }, 0)
  for (const result of [...channels, ...dropReasons, 'again']) messages.inc({ result }, 0)
  for (const why of awayBecause) setAway.inc({ why }, 0)
}
