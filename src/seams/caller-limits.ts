/** What was tried from which line: counters that expire, kept with the live calls. */
import type { Layer, LayerName } from '../auth/caller-limits.ts'
import type { Deadline } from './deadline.ts'

/**
 * One try. `token` names it: what comes again under it is counted once. `account`: on which number, in no form that it can be read
 * back from. The layers are of one brand. `ofAll`: the name of its line where it draws on the pools of the whole service too; null where it draws on none.
 */
export interface LineTry {
  brand: string
  token: string
  account: string
  layers: readonly Layer[]
  ofAll: string | null
}

/** `here`: the counters of all instances could not be reached and this one counted by itself, at half the rate. */
export type CountedWhere = 'everywhere' | 'here'

/** `full`: nothing was spent, and which layer had nothing left. */
export type Spending = { full: LayerName | null; counted: CountedWhere }

export interface CallerLimits {
  /** Spends the try in every layer, or in none: one operation, so that many at once get no more than one after the other. */
  spend(attempt: LineTry, by: Deadline): Promise<Spending>
  /** Spends it in the pool of the whole service that its line draws on. `isLeft`: false where there was nothing left. */
  spendOfAll(attempt: LineTry, by: Deadline): Promise<{ isLeft: boolean; counted: CountedWhere }>
  /**
   * It was no try in vain. What was never spent, or is forgotten, is none. `proved`: the name of the customer that its line has proved, in no form that an
   * account can be read back from; null: it was not right.
   */
  giveBack(attempt: LineTry, by: Deadline, proved?: string | null): Promise<void>
}
