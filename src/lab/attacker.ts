/** What an attacker of the lab is, and what it is given and gives back. PURE. */
import type { LockPolicy } from '../auth/lockout.ts'
import type { PinPolicy } from '../auth/pin-policy.ts'
import type { Population } from './populations.ts'
import type { Chance } from './random.ts'

export const MINUTE = 60_000
export const DAY = 1_440 * MINUTE

export interface Setting {
  lock: LockPolicy
  /** Secrets that one call may try. */
  triesPerCall: number
  /** The rules for PINs. */
  policy: PinPolicy
  population: Population
  /** So many accounts are played: the error falls with the root of it. */
  accounts: number
}

/** What is counted. `guesses` is the most of any account, and the only one that chance has no part in. */
export type Figure = 'accounts opened' | 'owners kept out' | 'accounts locked' | 'most guesses'

/** What a figure is of. */
export const units: Readonly<Record<Figure, string>> = {
  'accounts opened': 'of 10,000 accounts',
  'owners kept out': "of 10,000 owners' calls, sent to a person without a proof",
  'accounts locked': 'by one line in a day',
  'most guesses': 'compared at one account in a year',
}

export interface Row {
  /** What was varied: `100 lines, 30 days`. */
  how: string
  figure: Figure
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
