import type { CredentialKind } from './credentials.ts'

/** How sure we are who is calling: 0 unknown, 1 identified (claims an account that exists), 2 verified (proved it). */
export type Level = 0 | 1 | 2

/** A level with the credential that gave it and the moment (ISO 8601, UTC). Decision E: never a bare yes or no. */
export interface Assurance {
  level: Level
  method: CredentialKind | null
  at: string | null
}

/** Nothing known about the caller. Caller ID never raises this (R14). */
export const UNKNOWN: Assurance = { level: 0, method: null, at: null }
