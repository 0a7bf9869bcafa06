/** What an attacker of the lab is, and what it is given and gives back. PURE. */
import type { LockPolicy } from '../auth/lockout.ts'
import type { PinPolicy } from '../auth/pin-policy.ts'
import type { LimitsByLine, LineKind } from './line.ts'
import type { Population } from './populations.ts'
import type { Chance } from './random.ts'

export const MINUTE = 60_000
export const DAY = 1_440 * MINUTE

/** Of owners' calls so many come from the line on file. An assumption: no operator publishes it. */
export const ON_FILE = 0.7

export interface Setting {
  /** Of both: what strangers may try, and what a trusted line may. */
  lock: LockPolicy
  /** Null: nothing is counted by line. */
  limits: LimitsByLine | null
  /** Secrets that one call may try. */
  triesPerCall: number
  /** The rules for PINs. */
  policy: PinPolicy
  population: Population
  /** So many accounts are played: the error falls with the root of it. */
  accounts: number
}

/** What each figure is of. `most guesses`, of any account, is one that chance has no part in, and so is `accounts locked`. */
export const units = {
  'accounts opened': 'of 10,000 accounts',
  'owners on file kept out': "of 10,000 owners' calls from the line on file, sent to a person without a proof",
  'owners elsewhere kept out': "of 10,000 owners' calls from other lines, sent to a person without a proof",
  'withheld callers kept out': "of 10,000 owners' calls with their number withheld, sent to a person without a proof",
  'callers sent to a person': `of 10,000 owners' calls, ${(ON_FILE * 10_000).toLocaleString('en')} of them from the line on file`,
  'accounts locked': 'in a day',
  'most guesses': 'compared at one account in a year',
} as const
export type Figure = keyof typeof units

export interface Row {
  /** What was varied: `100 lines, 30 days`. */
  how: string
  figure: Figure
  /** By what line, where that is counted. */
  line?: LineKind
  closed: number
  simulated: number
  /** Four standard errors of what is simulated: by chance alone it is further off once in 16,000 times. */
  error: number
}

export interface Attacker {
  name: string
  about: string
  /** Whose figures do not depend on what the PINs are. */
  blind?: true
  play(setting: Setting, chance: Chance): Row[]
}

/** Whether closed form and simulation agree as far as chance lets them. */
export function agrees({ closed, simulated, error }: Row): boolean {
  return Math.abs(closed - simulated) <= error + ROUNDING
}

const ROUNDING = 1e-9
