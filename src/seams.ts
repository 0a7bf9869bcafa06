/**
 * The seams: what Rufpass asks of the outside, as interfaces. Each has an embedded and a real side (`store/`, `live/`,
 * `queue/`), chosen in `deps.ts` and nowhere else, and both sides pass the same contract tests. Imports `auth` and `call`.
 */
import type { CredentialKind } from './auth/credentials.ts'
import type { IdentifierKind } from './auth/identifiers.ts'
import type { StoredVerifier } from './auth/verifier.ts'
import type { Call } from './call/call.ts'

/** Time is a value: the shell asks this, tests turn it. `wait` resolves after that many milliseconds. */
export interface Clock {
  now(): Date
  wait(ms: number): Promise<void>
}

// ── Account source: the operator's customers ────────────────────────────────────────────────────────────────────────

/** A well-formed entry in its canonical form (`auth/identifiers.ts`), and the kinds its form allows. */
export interface Lookup {
  brand: string
  value: string
  kinds: readonly IdentifierKind[]
}

export interface Found {
  /** Opaque key of the account, unique within the source; at most 64 characters. */
  ref: string
  /** The SIMs of the account, as opaque ids, with the day from which each is its. */
  sims: { id: string; since: string | null }[]
  /** The SIM that was keyed, when a SIM number was. */
  keyedSim: string | null
  /** The ticket number that was keyed, when one was. */
  ticket: string | null
}

/** `ambiguous` is treated like `unknown`; `unavailable` spends no try and is never taken for `unknown`. */
export type LookupResult =
  | { kind: 'found'; account: Found }
  | { kind: 'unknown' }
  | { kind: 'ambiguous' }
  | { kind: 'unavailable' }

/** What the agent sees, read at hand-off and later, never while the caller is still unknown. */
export interface AccountContext {
  ref: string
  customerNumber: string
  name: string
}

export interface AccountSource {
  /** Who owns this entry at that moment (R42-R45): ended contracts and former numbers never match. */
  find(lookup: Lookup, asOf: Date): Promise<LookupResult>
  context(brand: string, ref: string): Promise<AccountContext | null>
  /** Whether this E.164 number belongs to any account of the brand now. For the agent's eyes only. */
  onFile(brand: string, number: string, asOf: Date): Promise<boolean>
  /** A ticket of the brand by its number. */
  ticket(brand: string, number: string): Promise<Ticket | null>
}

export interface Ticket {
  number: string
  topic: string
  reportedAt: string
  open: boolean
}

// ── Attempts: verifiers and the lock, always ours ───────────────────────────────────────────────────────────────────

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
  /** Spends the try: one autocommitted statement, before anything is compared (security.md 5.1). */
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

// ── Events: append-only, who, what, when, never a digit ─────────────────────────────────────────────────────────────

export interface DurableEvent {
  kind: 'verify' | 'hand_off' | 'end' | 'context_read'
  callId: string
  brand: string
  /** The account's opaque ref where one is claimed, else null. */
  ref: string | null
  /** Who did it: `caller`, or an API reader's name. */
  actor: string
  /** Facts of the kind: result class, level, queue. Short words and numbers only. */
  facts: Record<string, string | number | boolean | null>
}

export interface EventLog {
  append(event: DurableEvent): Promise<void>
}

// ── Live calls: what expires ────────────────────────────────────────────────────────────────────────────────────────

/**
 * `proceed`: this delivery alone may run the step; `lapsed` says that an earlier delivery began it and never finished.
 * `answered`: the step was run; here is its reply again. `stale`: an older step; the current reply, unchanged.
 * `busy`: another delivery is at it. `unknown`: no such call. `ended`: the call is over.
 */
export type Claimed =
  | { kind: 'proceed'; call: Call | null; claim: string; lapsed: boolean }
  | { kind: 'answered' | 'stale'; call: Call; token: string }
  | { kind: 'busy' }
  | { kind: 'unknown' }
  | { kind: 'ended' }

export interface CallStore {
  /**
   * Claims the step `token` of a call, atomically, for `leaseMs`. With `create` an unknown call is created, waiting at
   * exactly this token, and claimed at once. A claim whose lease ran out may be taken by the next delivery.
   */
  claim(callId: string, token: string, options: { create: boolean; leaseMs: number }): Promise<Claimed>
  /** Takes the call whatever its step, and revokes any claim on it: a save under the old claim then fails. */
  seize(callId: string, options: { create: boolean; leaseMs: number }): Promise<Claimed>
  /** Compare-and-set: saves the call and the next token only while `claim` holds; false means nothing was written. */
  save(callId: string, claim: string, call: Call, nextToken: string): Promise<boolean>
  /** Marks the call as over and revokes claims. The first call gets `first: true`; remembered for a day. */
  end(callId: string): Promise<{ first: boolean; call: Call | null }>
  get(callId: string): Promise<Call | null>
}

export interface Waiting {
  callId: string
  queue: string
  /** Arrival in the queue, ISO 8601. */
  since: string
}

/** Who waits, in strict order of arrival (R34). */
export interface WaitingList {
  /** Puts the call at the end of its queue; a call that is there already keeps its place. */
  join(callId: string, queue: string, at: Date): Promise<void>
  leave(callId: string): Promise<void>
  /** Notes that the caller still listens; his position (1 is next) and the length of his queue, or null when not in one. */
  seen(callId: string, at: Date): Promise<{ position: number; length: number } | null>
  /** All who wait, first come first, without those unseen for 3 minutes (they are dropped). */
  list(at: Date): Promise<Waiting[]>
}

/** A store that can be asked whether it works, and closed. */
export interface Closable {
  ping(): Promise<void>
  close(): Promise<void>
}
