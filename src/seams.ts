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
  contacts: Contact[]
  /** Open ones first, then the newest; at most ten. */
  tickets: TicketWithNotes[]
}

/** One way to reach a customer, with where it comes from and since when it is his (R48). Dates are ISO 8601. */
export interface Contact {
  kind: 'phone_number' | 'mobile' | 'email'
  value: string
  /** The number of the contract or customer that it belongs to. */
  source: string
  validFrom: string | null
  /** Null: still his. */
  validTo: string | null
}

export interface TicketWithNotes extends Ticket {
  notes: { at: string; agent: string; text: string }[]
}

export interface AccountSource {
  /** Who owns this entry at that moment (R42-R45): ended contracts and former numbers never match. */
  find(lookup: Lookup, asOf: Date): Promise<LookupResult>
  context(brand: string, ref: string): Promise<AccountContext | null>
  /**
   * Whether this E.164 number belongs to any account of the brand now, and whether it was somebody else's before (R42).
   * For the agent's eyes only.
   */
  onFile(brand: string, number: string, asOf: Date): Promise<{ now: boolean; changedHands: boolean }>
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
  kind:
    | 'verify'
    | 'hand_off'
    | 'end'
    | 'context_read'
    | 'talk'
    | 'sign_in'
    | 'sign_in_refused'
    | 'sign_out'
    | 'incident'
  /** `-` where there is no call, as at a sign-in; so is the brand. */
  callId: string
  brand: string
  /** The account's opaque ref where one is claimed, else null. */
  ref: string | null
  /** Who did it: `caller`, an agent's name, or an API reader's; `-` for a sign-in under a name that nobody has. */
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

/** The word between all instances that something on the floor has changed: a hint to look, not a fact. It may get lost. */
export interface Signals {
  send(): Promise<void>
  /** Returns how to stop hearing. */
  hear(listener: () => void): () => void
}

// ── The queue and the floor: durable, because nobody may be lost ─────────────────────────────────────────────────────

/** A caller who is put into a queue. */
export interface Arrival {
  callId: string
  brand: string
  queue: string
  /** Null for the queue without customer data. */
  topic: string | null
  language: string
  level: 0 | 1 | 2
  /** Since when he waits in this call, ISO 8601; null: since now. */
  since: string | null
  /** The account that was proved, whose open ticket of the topic carries its time (decision D); null: none was proved. */
  ref: string | null
  /** A ticket number that was keyed and exists: it points to a matter, and its time counts while it is open (R38). */
  ticket: string | null
}

export interface Waiting extends Omit<Arrival, 'ref' | 'since'> {
  /** Since when he waits, ISO 8601. */
  since: string
  /** What the order goes by: `since`, or the first report of the open ticket. */
  place: string
  reason: 'waiting' | 'ticket' | 'returned'
}

/** What of a waiting caller's place may be told to him. `position`: 1 is next; of those below level 2 tickets say nothing. */
export interface Place {
  position: number
  length: number
  /** Whether his open ticket gives him the place. */
  byTicket: boolean
  /** What was told before, and when (ISO 8601); null before the first time. */
  told: { at: string; position: number } | null
}

/** How a place in the queue was given up. */
export type LeaveReason = 'hung_up' | 'taken' | 'moved' | 'unseen'

/** Who waits: longest wait first, which for an open ticket began with its first report (R34, R35). */
export interface WaitingList {
  /** Gives the call a place in its queue; a call that is there already keeps its place. */
  join(arrival: Arrival, at: Date): Promise<void>
  leave(callId: string, why: LeaveReason, at: Date): Promise<void>
  /** Notes that the caller still listens; his place, or null when he is in no queue. */
  seen(callId: string, at: Date): Promise<Place | null>
  told(callId: string, position: number, at: Date): Promise<void>
  /** How many wait in a queue. */
  length(queue: string, at: Date): Promise<number>
  /** Mean seconds between two callers taken from a queue in the last half hour; null with fewer than two. */
  pace(queue: string, at: Date): Promise<number | null>
  /** All who wait, in order, without those unseen for 3 minutes (they are dropped). */
  list(at: Date): Promise<Waiting[]>
}

/** What an agent takes. */
export interface Skills {
  agent: string
  brands: readonly string[]
  /** Names of topics, and `general` for the queue without customer data. */
  topics: readonly string[]
  languages: readonly string[]
}

/** One agent and one call, from the first ring to the end of the wrap-up. Moments are ISO 8601. */
export interface Assignment {
  id: string
  /** Rises with every change: a change is saved only over the version that it was made from. */
  version: number
  callId: string
  agent: string
  brand: string
  queue: string
  topic: string | null
  state: 'ringing' | 'answering' | 'talking' | 'checking' | 'wrap_up' | 'over'
  /** When this state began. */
  since: string
  /** When ringing or wrap-up ends by itself. */
  until: string | null
  held: boolean
  /** The agent's leg and the room, once known. */
  legId: string | null
  conference: string | null
  /** The last move of the caller that was ordered; a document is given for this one alone. */
  move: { kind: 'join' | 'check' | 'queue'; nonce: string; queue: string } | null
  from: { agent: string; topic: string | null } | null
  check: 'running' | 'verified' | 'refused' | 'no_pin' | 'silent' | 'unavailable' | null
  /** `unreachable`: the agent's own phone was not to be reached. `network`: the network did not do what it was asked for. */
  endedBy: 'caller' | 'agent' | 'transfer' | 'no_answer' | 'declined' | 'unreachable' | 'network' | null
  /** Whether the two have talked. */
  talked: boolean
  /** The account that this agent was shown; null where he was shown none. */
  ref: string | null
  /** What the agent wrote at the end. */
  note: string | null
}

export interface PresenceRow {
  agent: string
  presence: 'available' | 'away'
  because: string | null
  since: string
}

/** One line of the append-only journal of the queue. */
export interface JournalLine {
  id: number
  at: string
  kind: 'joined' | 'left' | 'offered' | 'passed'
  callId: string
  queue: string
  facts: Record<string, unknown>
}

export interface FloorStore extends WaitingList {
  /**
   * Offers the longest waiting caller who fits, or the one named, to an agent: keeps what `make` makes of his place and
   * writes the journal in one step. `busy`: the agent has a call. `taken`: the one named is another's already. `none`:
   * nobody waits who fits.
   */
  offer(
    skills: Skills,
    callId: string | null,
    make: (place: Pick<Assignment, 'callId' | 'brand' | 'queue' | 'topic'>) => Assignment,
    at: Date,
  ): Promise<Assignment | 'busy' | 'taken' | 'none'>
  /** An assignment that is not from the queue: a colleague passes the call on. Null when the agent or the call is busy ringing. */
  pass(assignment: Assignment): Promise<Assignment | null>
  assignment(id: string): Promise<Assignment | null>
  /** All of a call that are not over. */
  ofCall(callId: string): Promise<Assignment[]>
  /** The newest of a call, over or not. */
  lastOfCall(callId: string): Promise<Assignment | null>
  /** The newest of a call by which its caller was sent anywhere, over or not. */
  lastMoved(callId: string): Promise<Assignment | null>
  active(): Promise<Assignment[]>
  /**
   * Saves changed assignments and what goes along with them in one step; false, and nothing is saved, when one was changed
   * meanwhile. Whoever ends his wrap-up has been free since then.
   */
  save(changed: readonly Assignment[], along?: Along): Promise<boolean>
  presences(): Promise<PresenceRow[]>
  setPresence(agent: string, presence: 'available' | 'away', because: string | null, at: Date): Promise<void>
  journal(filter: { after: number; limit: number }): Promise<JournalLine[]>
}

/** A matter of a customer (R33): an entry of exactly one customer on one topic, known by the number of its ticket. */
export interface Matter {
  brand: string
  ref: string
  topic: string
  /** Draws a number for a new ticket; asked again where somebody has it. */
  newNumber(): string
  at: Date
}

export interface MatterBook {
  /** The number of the open ticket of a matter; one is opened where there is none. */
  open(matter: Matter): Promise<string>
}

/**
 * What an agent writes about a customer's matter (R37): it goes on the open ticket of the matter, and one is opened where
 * there is none. `close` closes it.
 */
export interface MatterNote extends Matter {
  agent: string
  /** May be empty. */
  text: string
  close: boolean
}

/** What is saved together with an assignment, or not at all. */
export interface Along {
  /** Who is to be away from then on. */
  away?: { agent: string; because: string | null } | undefined
  note?: MatterNote | undefined
}

/** How the day goes, never by agent: that would need the works council's consent. */
export interface DayFigures {
  queues(
    from: Date,
    to: Date,
  ): Promise<
    {
      queue: string
      taken: number
      abandoned: number
      /** Seconds. */
      medianWait: number | null
      longestWait: number | null
    }[]
  >
  brand(
    brand: string,
    from: Date,
    to: Date,
  ): Promise<{ calls: number; handedOff: number; verified: number; outcomes: Record<string, number>; locks: number }>
}

/** The agents' rooms, as far as calls look into them. */
export interface Rooms {
  /** Whether the agent of this room is still there for his caller. */
  agentWaits(room: string): Promise<boolean>
}

// ── Notices: what callers are told for the time being ────────────────────────────────────────────────────────────────

/** Whom a notice is for: all callers of a brand (`topic` null), or those with one of its topics. */
export interface NoticePlace {
  brand: string
  topic: string | null
}

export interface Notice extends NoticePlace {
  /** By language. */
  texts: Record<string, string>
  /** When it ends by itself, ISO 8601; null: when it is cleared. */
  until: string | null
  /** When it was set, ISO 8601. */
  since: string
}

/** What calls ask of them. */
export interface Notices {
  /** All that hold at that moment. */
  current(at: Date): Promise<Notice[]>
}

/** `actor`: who did it, for the history that is kept. */
export interface NoticeStore extends Notices {
  /** Replaces the one for the same callers. */
  set(notice: Omit<Notice, 'since'>, actor: string, at: Date): Promise<void>
  clear(place: NoticePlace, actor: string, at: Date): Promise<void>
}

// ── Incidents: what happened to customers' data, and to whose ────────────────────────────────────────────────────────

/** What an agent answers with when a customer asks "was I hacked?" (R29). */
export interface Incident {
  name: string
  /** When it happened, YYYY-MM-DD. */
  day: string
  /** What happened and what to tell the customer, in the languages of the desk. */
  texts: { de: string; en: string }
}

export interface Incidents {
  /** The open ones that this account is marked with, the newest first; at most ten. */
  of(brand: string, ref: string): Promise<Incident[]>
}

/** Days on which nobody works. */
export interface HolidayCalendar {
  /** Public holidays of a German state in a year, as YYYY-MM-DD. */
  holidays(state: string, year: number): Promise<ReadonlySet<string>>
}

// ── Agents: who may sit at the desk ──────────────────────────────────────────────────────────────────────────────────

export interface Agent {
  /** What the agent signs in with: small letters, digits, dots and dashes; never given to anybody else later. */
  name: string
  displayName: string
  role: 'agent' | 'supervisor'
  brands: readonly string[]
  /** Names of topics, and `general` for the queues without customer data. */
  topics: readonly string[]
  languages: readonly string[]
  /** E.164, `sip:…`, or `client:…` for the page of the stand-in. */
  phone: string
  /** May not sign in, and is signed in nowhere. */
  disabled: boolean
}

/** Who takes calls, as far as the floor asks. */
export interface Agents {
  find(name: string): Promise<Agent | null>
  list(): Promise<Agent[]>
}

export interface AgentDirectory extends Agents {
  /** All of them by name, disabled ones too. */
  list(): Promise<Agent[]>
  /** False, and nothing is changed, when the name is taken. */
  add(agent: Omit<Agent, 'disabled'>, password: string): Promise<boolean>
  /** False when there is no such agent; so below. */
  change(name: string, changes: Partial<Omit<Agent, 'name' | 'disabled'>>): Promise<boolean>
  /** Ends every session of the agent, who is offered nothing more. */
  disable(name: string): Promise<boolean>
  /** Lets a disabled agent sign in again, who is away until then. */
  enable(name: string): Promise<boolean>
  /** As `disable`, but for the sign-in with the new one. */
  setPassword(name: string, password: string): Promise<boolean>
}

/** Who somebody is: by a password here; a door of OpenID Connect fits the same seam. */
export interface SignIn {
  /** The agent's name, or null for a wrong password, a disabled agent and a name that nobody has: all take the same work. */
  verify(name: string, password: string): Promise<string | null>
}

/** Sign-ins that hold: 12 hours at most, and 60 minutes without use. Only a hash of the token is kept. */
export interface Sessions {
  /** Resolves with a token of 256 random bits. */
  open(agent: string, at: Date): Promise<string>
  /** Whose session this is, and notes its use; null when there is none that holds. */
  find(token: string, at: Date): Promise<string | null>
  /** As `find`, but no use of it: a page that only stands open does not keep the session. */
  holds(token: string, at: Date): Promise<boolean>
  close(token: string): Promise<void>
  closeAllOf(agent: string): Promise<void>
}

/** Opaque words for one call, with which another system of the operator asks for its context: once, within 60 seconds. */
export interface References {
  make(agent: string, callId: string, at: Date): Promise<string>
  /** Null for what was altered, used before or is too old: nothing tells them apart. */
  redeem(reference: string, at: Date): Promise<{ agent: string; callId: string } | null>
}

// ── The telephone network ────────────────────────────────────────────────────────────────────────────────────────────

/** `gone`: the call is over. Anything else that goes wrong is thrown. */
export type Reached = 'done' | 'gone'

/** What we ask of the network. Its own callbacks tell what came of it. */
export interface Telephony {
  /** Rings an agent. `refused`: not this phone, now or later. Anything else that goes wrong is not the phone's. */
  ring(leg: { to: string; from: string; assignment: string; seconds: number }): Promise<{ legId: string } | 'refused'>
  /** The caller's call gets the document of a move. */
  move(callId: string, assignment: string, move: { kind: 'join' | 'check' | 'queue'; nonce: string }): Promise<Reached>
  hangUp(legId: string): Promise<Reached>
  hold(conference: string, legId: string, on: boolean): Promise<Reached>
  /** Everyone falls out, and goes on with what his document says. */
  endRoom(conference: string): Promise<Reached>
}

/** A store that can be asked whether it works, and closed. */
export interface Closable {
  ping(): Promise<void>
  close(): Promise<void>
}
