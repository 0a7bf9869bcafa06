/** What is kept of PINs and PUKs, and what was tried. */
import type { Generated, JSONColumnType } from 'kysely'
import type { StoredVerifier } from '../../auth/verifier.ts'
import type { ChosenBy } from '../../seams/pin-choice.ts'

export interface PinStateTable {
  subject: string
  tries: Generated<number>
  consecutive: Generated<number>
  failures: Generated<Date[]>
  locked_until: Date | null
  hard_locked: Generated<boolean>
  tried_at: Generated<Date>
  /** Since when an operator has locked the account; only an operator lifts that. */
  operator_locked: Generated<Date | null>
  /** Tries of a posted secret while the account was locked for good. */
  letter_tries: Generated<number>
  /** Of the tries, those in a row and the failures: those of strangers. */
  stranger_tries: Generated<number>
  stranger_consecutive: Generated<number>
  stranger_failures: Generated<Date[]>
  /** Until when trusted lines are locked; `locked_until` is that of strangers. */
  trusted_locked_until: Generated<Date | null>
}

export interface PinAttemptTable {
  token: string
  subject: string
  own_subject: string | null
  credential: string
  at: Generated<Date>
  reserved: boolean
  serial: number | null
  own_serial: number | null
  outcome: 'right' | 'wrong' | null
  /** Whether it came from a trusted line. */
  trusted: Generated<boolean>
  /** The number of the newest try of strangers by then; null: from before those were counted. */
  stranger_serial: Generated<number | null>
  own_stranger_serial: Generated<number | null>
}

/** A number on file of an account from which a secret was right. */
export interface ProvedLineTable {
  brand: string
  ref: string
  /** As in `IdentifierTable`. */
  number: string
  last_right: Generated<Date>
}

export interface VerifierTable {
  brand: string
  ref: string
  credential: string
  /** The SIM for a credential of a SIM, '' for one of the account. */
  sim: string
  stored: JSONColumnType<StoredVerifier>
  set_at: Generated<Date>
  /** Since when it is worth nothing: its tag is none any more. */
  cleared: Generated<Date | null>
  /** It was taken over although the policy of its brand would refuse it. */
  weak: Generated<boolean>
  /** It is good to set another, and for nothing else. */
  replace_only: Generated<boolean>
  /** The letter that it came with; null: it came otherwise. */
  letter: Generated<string | null>
  /** By which way its customer set it; null: a file or a letter brought it. */
  chosen_by: Generated<ChosenBy | null>
  /** Of a SIM: since when its owner wants it to prove nothing. */
  switched_off: Generated<Date | null>
}

/** What proved an account before; the database writes it, three of a kind at most. */
export interface PastSecretTable {
  id: Generated<number>
  brand: string
  ref: string
  credential: string
  stored: JSONColumnType<StoredVerifier>
  weak: boolean
  replaced_at: Generated<Date>
  /** By which way its customer replaced it; null: the operator did, or cleared it. */
  replaced_by: ChosenBy | null
}

/** What proves an account now, sealed to a key that the voice service does not have. */
export interface PinCopyTable {
  brand: string
  ref: string
  credential: string
  sim: Generated<string>
  /** The public key. */
  recipient: string
  sealed: string
}

export interface CallCodeTable {
  ref: string
  brand: string
  subject: string
  hash: Buffer
  made: Generated<Date>
  expires: Date
}

export interface LetterTable {
  id: string
  brand: string
  ref: string
  issued: Generated<Date>
  /** The public key that it is sealed to. */
  printer: string
  /** Until it is handed over. */
  sealed: string | null
  handed_over: Generated<Date | null>
  undeliverable: Generated<Date | null>
}

/** A new PIN by post was ordered. */
export interface LetterOrderTable {
  id: Generated<number>
  brand: string
  ref: string
  at: Generated<Date>
  /** Until then no other is ordered. */
  quiet_until: Date
  actor: string
  /** The letter that it became; null: none yet. */
  letter: string | null
}

/** A posted secret that was not used yet, beside the one in force. */
export interface PendingVerifierTable {
  brand: string
  ref: string
  credential: string
  stored: JSONColumnType<StoredVerifier>
  letter: string
  ends: Date
}

export interface PinKeyTable {
  kid: string
  check_value: Buffer
  /** When it was first opened with. */
  seen: Generated<Date>
}
