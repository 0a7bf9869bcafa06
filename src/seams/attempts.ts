/** Verifiers and the lock: always ours. */
import type { CredentialKind } from '../auth/credentials.ts'
import type { StoredVerifier } from '../auth/verifier.ts'

/** One PIN try, named by the step token of the webhook that carried it. */
export interface Try {
  token: string
  /** What locks are counted under: the account, or the keyed hash of a number that nobody has. */
  subject: string
  credential: CredentialKind
  /** For a credential of a SIM: the subject of its own counter. */
  ownSubject: string | null
}

/** `reserved` alone may be compared. `locked` and `repeated` get the same work and the same answer, never a comparison. */
export type Reservation = { kind: 'reserved'; ordinal: number } | { kind: 'locked' } | { kind: 'repeated' }

export interface LockState {
  consecutive: number
  total: number
  /** ISO 8601; null when no temporary lock holds now. */
  lockedUntil: string | null
  hardLocked: boolean
}

export interface Attempts {
  /** The stored verifier of an account's credential (`ref` + kind, for a PUK also its SIM), or null. */
  verifier(brand: string, ref: string, credential: CredentialKind, sim: string | null): Promise<StoredVerifier | null>
  /** Spends the try: one autocommitted statement, before anything is compared (docs/security.md#the-lock). */
  reserve(attempt: Try): Promise<Reservation>
  /** Records how the reserved try ended; a success takes back the tries reserved up to it and lifts the lock. */
  settle(attempt: Try, reservation: Reservation, outcome: 'right' | 'wrong'): Promise<void>
  /** Replaces a verifier by the same secret under the current key (rotation), only if it is still the old one. */
  renew(
    brand: string,
    ref: string,
    credential: CredentialKind,
    sim: string | null,
    old: StoredVerifier,
    fresh: StoredVerifier,
  ): Promise<void>
  lockState(subject: string): Promise<LockState>
}
