/** A line that an attacker calls from, counted as calls count it: by the rule of `auth/caller-limits.ts`. */
import { type InVain, isFull, type LineLimits, type lineLimits } from '../auth/caller-limits.ts'

/** What is counted by line: one number, one that is withheld, and a thousand rented ones. */
export type LineKind = keyof Pick<typeof lineLimits, 'caller' | 'withheld' | 'block'>
export type LimitsByLine = Readonly<Record<LineKind, LineLimits>>

export interface Line {
  /** Null: nothing is counted. */
  limits: LineLimits | null
  inVain: InVain[]
}

export function newLine(limits: LineLimits | null): Line {
  return { limits, inVain: [] }
}

/** Spends a try on that number. False: the line has none left for it. */
export function admitted(line: Line, account: string, at: number): boolean {
  const { limits } = line
  if (limits === null) return true
  const longest = Math.max(limits.failures.withinMs, limits.accounts.withinMs)
  line.inVain = line.inVain.filter((each) => each.at > at - longest)
  if (isFull(limits, line.inVain, account, at)) return false
  line.inVain.push({ account, at })
  return true
}

/** The newest try was right. */
export function gaveBack(line: Line): void {
  line.inVain.pop()
}
