/** Verifiers and the lock: always ours. */
import type { CredentialKind } from '../auth/credentials.ts'
import type { Origin } from '../auth/lockout.ts'
import type { Secret } from '../auth/secret.ts'
import type { StoredVerifier } from '../auth/verifier.ts'
import type { DurableEvent } from './events.ts'

/** One PIN try, named by the step token of the webhook that carried it. */
export interface Try {
  token: string
  /** What locks are counted under: the account, or the keyed hash of a number that nobody has. */
  subject: string
  credential: CredentialKind
  /** For a credential of SIMs: the subject of their own counter. */
  ownSubject: string | null
  /** Whose verifiers are to be compared: the account's (`sims` null), for a PUK those of these SIMs. */
  owner: { brand: string; ref: string; sims: readonly string[] | null }
  /** The line that it came from, E.164; null: it was withheld, does not stand, or is none, as at every door but the telephone. */
  line: string | null
  /** From a trusted line alone it is compared; else it is `locked`, and counts for no account (docs/security.md#the-whole-service). */
  trustedOnly?: boolean
}

/** One that was read for a try; `sim` is null where it is the account's. */
export interface OfferedVerifier {
  sim: string | null
  stored: StoredVerifier
  /** Whether it was taken over although a policy of today would refuse it. */
  weak: boolean
  /** Whether it is good to set another, and for nothing else. */
  replaceOnly: boolean
  /** The letter of a posted secret that was not used yet; null: it is in force. */
  letter: string | null
  /** When the one in force was set, as the store writes it. */
  setAt: string | null
}

/**
 * `reserved` alone may be compared, so it alone has what is compared: the stored verifiers, none where there is none. `ordinal`: the how manieth in a row
 * it is; `inARow`: of its origin. `locked`
 * and `repeated` get the same work and the same answer, never a comparison.
 */
export type Reservation =
  | { kind: 'reserved'; origin: Origin; ordinal: number; inARow: number; stored: OfferedVerifier[] }
  | { kind: 'locked' }
  | { kind: 'repeated' }

export interface LockState {
  consecutive: number
  total: number
  /** ISO 8601: the later one, of strangers and of trusted lines; null when no temporary lock holds now. */
  lockedUntil: string | null
  hardLocked: boolean
  /** Strangers have used what they may: from a trusted line alone secrets are compared. */
  strangersShut: boolean
  /** An operator has locked the account, and nobody else lifts that. */
  operatorLocked: boolean
}

export interface Attempts {
  /**
   * Spends the try: one autocommitted statement, before anything is compared (docs/security.md#the-lock). It reads the verifier
   * too, for every try alike.
   */
  reserve(attempt: Try): Promise<Reservation>
  /**
   * Records how the reserved try ended, and the event that tells of it, in one statement; a success takes back the tries
   * reserved up to it and lifts the lock.
   */
  settle(
    attempt: Try,
    reservation: Pick<Reservation, 'kind'>,
    outcome: 'right' | 'wrong',
    event: DurableEvent | null,
  ): Promise<void>
  /** Replaces a verifier by the same secret under the current key (rotation), only if it is still the old one. */
  renew(
    brand: string,
    ref: string,
    credential: CredentialKind,
    sim: string | null,
    old: StoredVerifier,
    fresh: StoredVerifier,
  ): Promise<void>
  /**
   * A posted secret was right for the first time: it takes the place of the one in force, which is worth nothing from then on, and ends every
   * lock by wrong tries. `setAt`: when it became that, as `OfferedVerifier` has it. Null: it has ended meanwhile, and proves nothing.
   * @param secret as it was keyed.
   */
  firstUse(
    account: { brand: string; ref: string },
    credential: CredentialKind,
    letter: string,
    secret: Secret,
  ): Promise<{ setAt: string } | null>
  /** Whether one in force of an account, read for a try, still is: not so where it was replaced or cleared while it was compared. */
  stands(account: { brand: string; ref: string }, credential: CredentialKind, setAt: string): Promise<boolean>
  lockState(subject: string): Promise<LockState>
}
