/** What was tried from which line: counters that expire, kept with the live calls. */
import type { Layer, LayerName } from '../auth/caller-limits.ts'
import type { Deadline } from './deadline.ts'

/**
 * One try. `token` names it: what comes again under it is counted once. `account`: on which number, in no form that it can be read
 * back from. The layers are of one brand.
 */
export interface LineTry {
  brand: string
  token: string
  account: string
  layers: readonly Layer[]
}

/**
 * `full`: nothing was spent, and which layer had nothing left. `counted`: `here` where the counters of all instances could not be reached and this one
 * counted by itself, at half the rate.
 */
export type Spending = { full: LayerName | null; counted: 'everywhere' | 'here' }

export interface CallerLimits {
  /** Spends the try in every layer, or in none: one operation, so that many at once get no more than one after the other. */
  spend(attempt: LineTry, by: Deadline): Promise<Spending>
  /** It was no try in vain. What was never spent, or is forgotten, is none. */
  giveBack(attempt: LineTry, by: Deadline): Promise<void>
}
