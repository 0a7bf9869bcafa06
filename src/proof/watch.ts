import type { Finding } from '../flow/files/finding.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Successor, Watcher } from './exploration.ts'
import { invariants } from './invariants/index.ts'

/** A turn that breaks an invariant: the finding at its place, and the turn that a shortest call comes to it by. */
export interface Violation {
  finding: Finding
  taken: Successor
}

/** Watches an exploration with the invariants, and keeps the first, and so the shortest, of each place. */
export function createWatcher(hotline: Hotline): Watcher & { violations(): Violation[] } {
  const { source } = hotline.flow
  const found = new Map<string, Violation>()
  return {
    turn(taken, again, secrets) {
      for (const holds of invariants) {
        for (const { code, path, message } of holds(taken, { hotline, again, secrets })) {
          const finding = source.finding(code, path, message)
          const key = `${code} ${finding.line} ${finding.column}`
          if (!found.has(key)) found.set(key, { finding, taken })
        }
      }
    },
    violations: () => [...found.values()],
  }
}
