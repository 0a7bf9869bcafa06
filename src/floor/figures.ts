/** Supervisors' figures of the day: by queue and by brand, never by agent (that needs the works council's consent). */
import type { Hotline } from '../flow/hotline.ts'
import type { Clock } from '../seams/clock.ts'
import type { DayFigures } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import { startOfDay } from '../turn/local-day.ts'
import { everyQueue } from './supervision.ts'
import type { BrandFigures, DeskView, QueueFigures } from './view.ts'

/** Sums over the day cost more than a look at the queue, so they may be this old, ms. */
const FRESH_MS = 5_000

type OfQueue = Awaited<ReturnType<DayFigures['queues']>>[number]

export interface Figures {
  /** Null when they cannot be had: no desk goes without its callers for want of figures. */
  today(): Promise<DeskView['figures']>
}

export function createFigures(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  day: DayFigures
  clock: Clock
  log: Log
}): Figures {
  const { hotlines, day, clock, log } = parts
  type Sums = Awaited<ReturnType<typeof read>>
  let kept: { at: number; sums: Promise<Sums> } | null = null

  async function read() {
    const now = clock.now()
    const brands: BrandFigures[] = []
    const queues = new Map<string, OfQueue>()
    // Midnight is one for all brands of a time zone, and so are the figures since then.
    const since = new Map<string, Promise<OfQueue[]>>()
    for (const { brand } of hotlines.byBrand.values()) {
      const from = startOfDay(now, brand.time_zone)
      brands.push({ brand: brand.name, ...(await day.brand(brand.name, from, now)) })
      const ofAll = since.get(from.toISOString()) ?? day.queues(from, now)
      since.set(from.toISOString(), ofAll)
      for (const one of await ofAll) if (one.queue.startsWith(`${brand.name}.`)) queues.set(one.queue, one)
    }
    return { brands, queues }
  }

  function sums(): Promise<Sums> {
    const now = performance.now()
    if (kept === null || now - kept.at > FRESH_MS) kept = { at: now, sums: read() }
    return kept.sums
  }

  return {
    async today() {
      const read = await sums().catch((err: unknown) => log.error({ err }, 'the figures of the day could not be read'))
      if (!read) return null
      const { brands, queues } = read
      return {
        brands,
        queues: everyQueue(hotlines).map(({ queue }): QueueFigures => {
          const sum = queues.get(queue)
          return {
            queue,
            taken: sum?.taken ?? 0,
            abandoned: sum?.abandoned ?? 0,
            medianWait: sum?.medianWait ?? null,
            longestWait: sum?.longestWait ?? null,
          }
        }),
      }
    },
  }
}
