/** Failures of all callers in this process's memory, with the rules of `failure-scripts.ts` in TypeScript. */
import { type Failing, sprayRule } from '../auth/spray.ts'
import type { FailedTry } from '../seams/failure-counts.ts'
import { countAfter, forget, setLast, type Times } from './times.ts'

export interface FailureCounters {
  note(failed: FailedTry): void
  read(brand: string, withinMs: number): Failing
}

/** @param now ms. */
export function countFailures(now: () => number): FailureCounters {
  const brands = new Map<string, { tries: Times; accounts: Times }>()

  function countersOf(brand: string): { tries: Times; accounts: Times } {
    const known = brands.get(brand) ?? { tries: new Map(), accounts: new Map() }
    brands.set(brand, known)
    for (const times of Object.values(known)) forget(times, now() - sprayRule.windowMs)
    return known
  }

  return {
    note({ brand, token, account }) {
      const { tries, accounts } = countersOf(brand)
      if (tries.has(token)) return
      tries.set(token, now())
      setLast(accounts, account, now())
    },
    read(brand, withinMs) {
      const { tries, accounts } = countersOf(brand)
      const after = now() - withinMs
      return { failures: countAfter(tries, after), accounts: countAfter(accounts, after) }
    },
  }
}
