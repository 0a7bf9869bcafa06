/** Tries by line in this process's memory, with the rules of `limit-scripts.ts` in TypeScript. One thread: every function is atomic. */
import { type InVain, isFull, type Layer, type LayerName } from '../auth/caller-limits.ts'
import type { LineTry } from '../seams/caller-limits.ts'
import { LIFE_MS } from './live.ts'

export interface LineCounters {
  /** The layer that is full; null: it was spent. */
  spend(attempt: LineTry): LayerName | null
  giveBack(attempt: LineTry): void
}

interface Counter {
  tries: Map<string, InVain>
  /** When all of it is forgotten, ms. */
  until: number
}

/** @param now ms. */
export function countInMemory(now: () => number): LineCounters {
  // In order of the last write, which is the order of expiry; each write sweeps out those that are over.
  const counters = new Map<string, Counter>()

  function sweep(at: number): void {
    for (const [key, { until }] of counters) {
      if (until > at) break
      counters.delete(key)
    }
  }

  function triesOf({ key, ...layer }: Layer, at: number): Counter['tries'] {
    const tries = counters.get(key)?.tries ?? new Map()
    for (const [token, each] of tries) if (each.at <= at - longestOf(layer)) tries.delete(token)
    return tries
  }

  return {
    spend({ token, account, layers }) {
      const at = now()
      sweep(at)
      const [first] = layers
      if (first && triesOf(first, at).has(token)) return null
      const full = layers.find((layer) => isFull(layer, [...triesOf(layer, at).values()], account, at))
      if (full) return full.name
      for (const layer of layers) {
        const tries = triesOf(layer, at).set(token, { account, at })
        counters.delete(layer.key)
        counters.set(layer.key, { tries, until: at + Math.max(LIFE_MS, longestOf(layer)) })
      }
      return null
    },
    giveBack({ token, layers }) {
      for (const { key } of layers) counters.get(key)?.tries.delete(token)
    },
  }
}

function longestOf({ failures, accounts }: Pick<Layer, 'failures' | 'accounts'>): number {
  return Math.max(failures.withinMs, accounts.withinMs)
}
