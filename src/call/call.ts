/**
 * A call as plain data. PURE: imports `auth` only.
 *
 * Glossary: *caller* who phones · *called number* decides the brand · *turn* one exchange, webhook in and reply out ·
 * *identify* who they claim to be · *verify* the proof of it · *claim* what identify found, opaque to the flow ·
 * *assurance* level 0 unknown, 1 identified, 2 verified · *topic* what the call is about · *question* what a flow asks of
 * the world · *reply* what the caller hears, and what happens then · *hand-off* giving the call to agents · *room* an agent's
 * conference, where the *talk* is · *outcome* how identification and verification ended.
 */
import type { Assurance } from '../auth/assurance.ts'
import type { ChangeableKind } from '../auth/credentials.ts'
import type { StoredVerifier } from '../auth/verifier.ts'
import type { Reply, Spoken } from './reply.ts'

/** How verification ended, as the agent sees it. `limited`: too much was tried from this line, so nothing was checked. */
export const outcomes = ['verified', 'no_pin', 'refused', 'silent', 'unavailable', 'limited', 'not_needed'] as const
export type Outcome = (typeof outcomes)[number]

/** Roll-out phase of a brand (R17, decision E). */
export const phases = ['voluntary', 'announced', 'mandatory'] as const
export type Phase = (typeof phases)[number]

/**
 * Who the caller claims to be. `ref` is the account source's opaque key, null when nobody has the number keyed: no flow
 * can look at it. `subject` is what locks are counted under, and exists for unknown numbers too.
 */
export interface Claim {
  subject: string
  ref: string | null
  /**
   * Stands for the number that was keyed, where that is somebody's; tries by line are counted under it. Of a number that nobody has `subject` is the same.
   */
  keyed?: string
  /**
   * The SIMs whose PUK would count: the one keyed, that of a keyed phone number, else all that run; none that rests. Calls that an earlier
   * version began have none.
   */
  sims?: readonly string[]
  /** The topics for which alone the account may still be proved, after its last contract; without it all. */
  topics?: readonly string[]
  by: 'entry' | 'own_line'
  /** Proved by a code that an agent was told, after another number had been named in the call. */
  isOther?: true
  /** A code for first use of this kind was right: it may be replaced in this call, and proves nothing else. It goes with the claim, so with the next number. */
  replaces?: ChangeableKind
  /** Wrong tries in a row before this call, for the agent's eyes only. */
  failuresBefore: number
  /** A ticket number that was keyed and exists. It points to a matter and proves nothing (R38). */
  ticket: string | null
  /** The topic of that ticket. Calls that an earlier version began have none. */
  ticketTopic?: string | null
}

/**
 * What a step remembers while the call waits in it; forgotten when the call enters a step. `help`: its second menu is open, the help
 * with a number or a PIN, or the rest of the topics. `entry`: a new secret was keyed once, and is to be keyed again; what is kept is a
 * verifier under the key that is no part of any store, bound to this call. `isCut`: the try that is checked now was said to be the last of the call.
 */
export interface Visit {
  help: boolean
  silences: number
  misses: number
  entry?: StoredVerifier
  isCut?: true
}

export const FRESH_VISIT: Visit = { help: false, silences: 0, misses: 0 }

/**
 * Whether people can be reached in this call, as the hours steps of its flow were told: `unknown` until one of them has asked.
 * It holds for the call: who was let in is served after closing time too (decision H).
 */
export type Open = 'yes' | 'no' | 'unknown'

/**
 * Why a wait in a queue ended without an agent: it was as long as the brand lets it be, nobody was there to take it, the hotline
 * closed, or the caller pressed the key that leads out.
 */
export const waitEnds = ['longest', 'nobody', 'closing', 'key'] as const
export type WaitEnd = (typeof waitEnds)[number]

/**
 * How far the network vouches for the caller's number (STIR/SHAKEN): `full` for caller and number, `partial` for the caller, `gateway` for
 * where it took the call over; `failed`: it was signed, and does not hold; `unsigned`.
 */
export const attestations = ['full', 'partial', 'gateway', 'failed', 'unsigned'] as const
export type Attestation = (typeof attestations)[number]

/** What the network tells of a call besides its two numbers: for agents to read. No flow sees it, and it proves nothing (R14). */
export interface Carried {
  /** As it was written, E.164 or not; null when the call was not forwarded, or nobody says so. */
  forwardedFrom: string | null
  attestation: Attestation | null
  /** X- headers of a SIP trunk, by their name without it. */
  headers: { name: string; value: string }[]
}

/** Where the call was handed to. `level` is what the queue asks of its callers, not what this caller has. */
export interface HandOff {
  to: { kind: 'queue'; queue: string } | { kind: 'number'; number: string }
  level: 0 | 1 | 2
  at: string
  /** When the caller was handed to a queue for the first time, where this is not the first: the wait goes on from there. */
  since?: string
}

/** The agent's room that the call belongs to, from the moment the caller is brought in until they are handed off again. */
export interface Talk {
  room: string
  /** The step that handed the call off: the flow goes on there when the talk is over. */
  back: string
}

export interface Call {
  /** Twilio's CallSid. */
  id: string
  brand: string
  /** Local calendar day of the brand when the call began, YYYY-MM-DD: phases and "already shown" go by it. */
  today: string
  startedAt: string
  /** Since when the caller keys: since the call began, or came back from a queue or a talk (ISO 8601). */
  keyingSince: string
  language: string
  /** Whether that was decided, by the number called or by the caller: then no other language is offered. */
  languageSettled: boolean
  /** E.164, or null when withheld. Context only: caller ID proves nothing (R14). */
  callerNumber: string | null
  /** Null where the network tells nothing of it. */
  carried: Carried | null
  /** The flow that the call is in: its brand's own, or the PIN check in mid-call. */
  flow: string
  step: string
  visit: Visit
  topic: string | null
  open: Open
  claim: Claim | null
  assurance: Assurance
  outcome: Outcome
  /** Well-formed identifier entries and PIN tries of this call. Only ever rise. */
  entries: number
  tries: number
  /** How often a new secret was keyed, twice each time. Only ever rises. Calls that an earlier version began have none. */
  changes?: number
  /** How often a letter with a new secret was ordered. Only ever rises; none likewise. */
  letters?: number
  /** What `collect` steps saved. */
  fields: Record<string, string>
  handOff: HandOff | null
  /** Why the last wait ended without an agent; null before that. */
  waitEnd: WaitEnd | null
  /** Whether a queue has failed while this call waited in it: it is put back once. */
  queueBroke: boolean
  talk: Talk | null
  /** Names the last way between queue, room and PIN check that was taken: one that is delivered twice is taken once. */
  moved: string | null
  /** How the last PIN check in mid-call ended. */
  check: Outcome | null
  /** Questions to the world in a turn that has no reply yet. */
  asked: number
  /** Spoken by steps passed through in a turn that has no reply yet. */
  unsaid: Spoken[]
  /** A hash key alone was the last that was pressed, and counted as nothing; the next one counts. */
  hashed: boolean
  /** The reply the caller is hearing; null before the first. */
  reply: Reply | null
  /** When that reply went out (ISO 8601). */
  repliedAt: string | null
}
