import type { CredentialKind } from './credentials.ts'

/** How sure we are who is calling: 0 unknown, 1 identified (claims an account that exists), 2 verified (proved it). */
export type Level = 0 | 1 | 2

/** What has proved it: a secret that stays, or a code for one call. */
export type Method = CredentialKind | 'call_code'

/** A level with the method that gave it and the moment (ISO 8601, UTC). Decision E: never a bare yes or no. */
export interface Assurance {
  level: Level
  method: Method | null
  at: string | null
  /** Why a proof of this call holds no more; without it there was none, or it holds. */
  lost?: Loss
}

/**
 * Since it was given, an operator has locked the account (`locked`) or cleared its PINs, as a merge does too (`cleared`); a SIM of the PUK
 * is over, or another customer's too (`swapped`); a number of the account has come into dispute (`disputed`); its last contract is over, and
 * the topic is none of what is left (`ended`). `unknown`: that could not be read.
 */
export type Loss = 'locked' | 'cleared' | 'swapped' | 'disputed' | 'ended' | 'unknown'

/** Nothing known about the caller. Caller ID never raises this (R14). */
export const UNKNOWN: Assurance = { level: 0, method: null, at: null }
