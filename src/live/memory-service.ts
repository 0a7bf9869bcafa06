/** The pools of the whole service in this process's memory, with the rules of `SPEND_OF_ALL` in `limit-scripts.ts`. */
import { holds, KNOWN_FOR_MS, servicePools } from '../auth/service-limits.ts'

export interface ServicePools {
  /** Whether there was something left. */
  spend(brand: string, line: string, token: string): boolean
  giveBack(brand: string, token: string): void
  /** The line has proved a customer. */
  prove(brand: string, line: string): void
}

interface OfBrand {
  /** When which line has last proved a customer, in order of time. */
  known: Map<string, number>
  /** When which try was spent, by its token, in order of time. */
  strangers: Map<string, number>
  familiar: Map<string, number>
}

/** @param now ms. @param part of each pool that may be spent here. */
export function poolInMemory(now: () => number, part = 1): ServicePools {
  const brands = new Map<string, OfBrand>()
  const of = (brand: string): OfBrand => {
    const all = brands.get(brand) ?? { known: new Map(), strangers: new Map(), familiar: new Map() }
    brands.set(brand, all)
    return all
  }
  return {
    spend(brand, line, token) {
      const at = now()
      const { known, strangers, familiar } = of(brand)
      if (strangers.has(token) || familiar.has(token)) return true
      forget(known, at - KNOWN_FOR_MS)
      const [spent, pool] = known.has(line) ? [familiar, servicePools.known] : [strangers, servicePools.strangers]
      forget(spent, at - pool.withinMs)
      let proved = 0
      for (const since of known.values()) if (since > at - pool.withinMs) proved++
      if (spent.size >= Math.max(1, Math.floor(holds(pool, proved) * part))) return false
      spent.set(token, at)
      return true
    },
    giveBack(brand, token) {
      const { strangers, familiar } = of(brand)
      strangers.delete(token)
      familiar.delete(token)
    },
    prove(brand, line) {
      const { known } = of(brand)
      known.delete(line)
      known.set(line, now())
    },
  }
}

/** All up to this time. */
function forget(entries: Map<string, number>, until: number): void {
  for (const [name, at] of entries) {
    if (at > until) break
    entries.delete(name)
  }
}
