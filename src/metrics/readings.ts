/**
 * What is not counted as it happens and is read when somebody asks: how the queues, the outbox and the stores stand. Each reading
 * stands for itself: one that fails leaves no old figures behind, and says so.
 */
import type { AccountAudit } from '../seams/account-audit.ts'
import type { Clock } from '../seams/clock.ts'
import type { Outbox } from '../seams/outbox.ts'
import type { Retention } from '../seams/retention.ts'
import { within } from '../seams/within.ts'
import { type Metrics, word } from './metrics.ts'

/** A reading that takes longer has failed, ms: Prometheus gives up after 10 s (`scrape_timeout`), and calls come first. */
const READING_MS = 2_000

/** A queue at this moment, without anything of one agent. */
export interface QueueStand {
  queue: string
  waiting: number
  /** ISO 8601; null: nobody waits. */
  longestSince: string | null
  /** Agents who are there and take it. */
  agents: number
}

/** What a process has to read. `rufpass portal` has stores alone. */
export interface ReadingParts {
  floor?(): Promise<{ queues: readonly QueueStand[]; agentsThere: number }>
  outbox?: Pick<Outbox, 'standing'>
  accountAudit?: Pick<AccountAudit, 'last'>
  retention?: Pick<Retention, 'last'>
  /** What the last look at them found. */
  sprays?: { found(): readonly { brand: string; failures: number; accounts: number; isAlarmed: boolean }[] }
  /** By the name of each store. */
  stores(): Promise<Record<string, 'ok' | 'down'>>
  clock: Clock
}

/** Reads all into the gauges of `metrics`. Never rejects; those who ask while it reads wait for the same reading. */
export function createReadings(parts: ReadingParts, metrics: Metrics): () => Promise<void> {
  const { floor: readFloor, outbox, accountAudit, retention, sprays } = parts
  const readings: Record<string, (() => Promise<void>) | undefined> = {
    queues:
      readFloor &&
      (async () => {
        const { queueWaiting, queueLongest, queueUnattended, agentsThere } = metrics
        for (const gauge of [queueWaiting, queueLongest, queueUnattended, agentsThere]) gauge.reset()
        agentsThere.remove()
        const floor = await within(READING_MS, readFloor())
        const now = parts.clock.now().getTime()
        for (const { queue: name, waiting, longestSince, agents } of floor.queues) {
          const queue = word(name)
          queueWaiting.set({ queue }, waiting)
          queueLongest.set({ queue }, longestSince === null ? 0 : secondsSince(longestSince, now))
          queueUnattended.set({ queue }, waiting > 0 && agents === 0 ? 1 : 0)
        }
        agentsThere.set(floor.agentsThere)
      }),
    outbox:
      outbox &&
      (async () => {
        metrics.outboxWaiting.remove()
        metrics.outboxOldest.remove()
        const { waiting, oldestMs } = await within(READING_MS, outbox.standing())
        metrics.outboxWaiting.set(waiting)
        metrics.outboxOldest.set((oldestMs ?? 0) / 1000)
      }),
    accounts:
      accountAudit &&
      (async () => {
        metrics.findings.reset()
        metrics.auditEnded.remove()
        const last = await within(READING_MS, accountAudit.last())
        if (last === null) return
        metrics.auditEnded.set(Date.parse(last.ended) / 1000)
        for (const { brand, kind, count } of last.counts) metrics.findings.set({ brand: word(brand), kind }, count)
      }),
    retention:
      retention &&
      (async () => {
        metrics.retentionEnded.remove()
        const last = await within(READING_MS, retention.last())
        if (last?.ended != null) metrics.retentionEnded.set(Date.parse(last.ended) / 1000)
      }),
    sprays:
      sprays &&
      (async () => {
        for (const { brand: name, failures, accounts, isAlarmed } of sprays.found()) {
          const brand = word(name)
          metrics.sprayAlarm.set({ brand }, isAlarmed ? 1 : 0)
          metrics.failingTries.set({ brand }, failures)
          metrics.failingAccounts.set({ brand }, accounts)
        }
      }),
    stores: async () => {
      metrics.storeUp.reset()
      const states = await within(READING_MS, parts.stores())
      for (const [store, state] of Object.entries(states)) metrics.storeUp.set({ store }, state === 'ok' ? 1 : 0)
    },
  }

  async function readAll(): Promise<void> {
    await Promise.all(
      Object.entries(readings).map(async ([reading, read]) => {
        if (!read) return
        const failed = await read().then(
          () => 0,
          () => 1,
        )
        metrics.readingFailed.set({ reading }, failed)
      }),
    )
  }

  let running: Promise<void> | null = null
  return () => {
    running ??= readAll().finally(() => {
      running = null
    })
    return running
  }
}

/** A clock that was set back makes no wait negative. */
function secondsSince(since: string, now: number): number {
  return Math.max(0, (now - Date.parse(since)) / 1000)
}
