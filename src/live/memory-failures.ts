/** Failures of all callers in this process's memory, with the rules of `failure-scripts.ts` in TypeScript. */
import { type Failing, sprayRule } from '../auth/spray.ts'
import type { FailedTry } from '../seams/failure-counts.ts'

export interface FailureCounters {
  note(failed: FailedTry): void
  read(brand: string, withinMs: number): Failing
}

/** When each was counted last, ms, in that order: so the front of it is what is forgotten first. */
type Times = Map<string, number>

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
      accounts.delete(account)
      accounts.set(account, now())
    },
    read(brand, withinMs) {
      const { tries, accounts } = countersOf(brand)
      const after = now() - withinMs
      return { failures: countAfter(tries, after), accounts: countAfter(accounts, after) }
    },
  }
}

function forget(times: Times, until: number): void {
  for (const [name, at] of times) {
    if (at > until) break
    times.delete(name)
  }
}

function countAfter(times: Times, after: number): number {
  let count = 0
  for (const at of times.values()) if (at > after) count++
  return count
}
