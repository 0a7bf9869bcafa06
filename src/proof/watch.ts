import type { Finding } from '../flow/files/finding.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Transition, Watcher } from './exploration.ts'
import { turnRules } from './invariants/index.ts'

/** A turn that breaks a rule: the finding at its place, and the turn that a shortest call comes to it by. */
export interface Violation {
  finding: Finding
  taken: Transition
}

/** Watches an exploration with the rules about single turns, and keeps the first, and so the shortest, of each place. */
export function createWatcher(hotline: Hotline): Watcher & { violations(): Violation[] } {
  const { source } = hotline.flow
  const found = new Map<string, Violation>()
  return {
    turn(taken, again, secrets) {
      for (const rule of turnRules) {
        for (const { code, path, message } of rule(taken, { hotline, again, secrets })) {
          const finding = source.finding(code, path, message)
          const key = `${code} ${finding.line} ${finding.column}`
          if (!found.has(key)) found.set(key, { finding, taken })
        }
      }
    },
    violations: () => [...found.values()],
  }
}
