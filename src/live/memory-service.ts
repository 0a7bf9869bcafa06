/** The pools of the whole service in this process's memory, with the rules of `SPEND_OF_ALL` in `limit-scripts.ts`. */
import { holds, KNOWN_FOR_MS, LINES_OF_A_CUSTOMER, servicePools } from '../auth/service-limits.ts'
import { countAfter, forget, setLast, type Times } from './times.ts'

export interface ServicePools {
  /** Whether there was something left. */
  spend(brand: string, line: string, token: string): boolean
  giveBack(brand: string, token: string): void
  /** The line has proved this customer. */
  prove(brand: string, line: string, customer: string): void
}

interface OfBrand {
  /** When which line has last proved a customer, in order of time. */
  known: Times
  /** When which customer was last proved, in order of time. */
  customers: Times
  /** And by which lines, when. */
  linesOf: Map<string, Times>
  /** When which try was spent, by its token, in order of time. */
  strangers: Times
  familiar: Times
}

/** @param now ms. @param part of each pool that may be spent here. */
export function poolInMemory(now: () => number, part = 1): ServicePools {
  const brands = new Map<string, OfBrand>()
  const of = (brand: string): OfBrand => {
    const maps = { known: new Map(), customers: new Map(), linesOf: new Map() }
    const all = brands.get(brand) ?? { ...maps, strangers: new Map(), familiar: new Map() }
    brands.set(brand, all)
    return all
  }
  return {
    spend(brand, line, token) {
      const at = now()
      const { known, customers, strangers, familiar } = of(brand)
      if (strangers.has(token) || familiar.has(token)) return true
      forget(known, at - KNOWN_FOR_MS)
      const [spent, pool] = known.has(line) ? [familiar, servicePools.known] : [strangers, servicePools.strangers]
      forget(spent, at - pool.withinMs)
      const proved = countAfter(customers, at - pool.withinMs)
      if (spent.size >= Math.max(1, Math.floor(holds(pool, proved) * part))) return false
      spent.set(token, at)
      return true
    },
    giveBack(brand, token) {
      const { strangers, familiar } = of(brand)
      strangers.delete(token)
      familiar.delete(token)
    },
    prove(brand, line, customer) {
      const at = now()
      const { known, customers, linesOf } = of(brand)
      for (const name of forget(customers, at - KNOWN_FOR_MS)) linesOf.delete(name)
      setLast(customers, customer, at)
      const lines = linesOf.get(customer) ?? new Map()
      linesOf.set(customer, lines)
      forget(lines, at - KNOWN_FOR_MS)
      if (!lines.has(line) && lines.size >= LINES_OF_A_CUSTOMER) return
      setLast(lines, line, at)
      setLast(known, line, at)
    },
  }
}
