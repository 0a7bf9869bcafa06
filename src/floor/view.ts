/**
 * What the desk shows, as data: the shape of every message that the agents' page gets. Strict, so that nothing can be
 * shown that is not named here.
 */
import { z } from 'zod'
import { callContext, callSid } from '../context/call-context.ts'
import { awayBecause } from '../seams/presence.ts'

const word = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/)
const queue = z.string().regex(/^[a-z][a-z0-9_]{0,31}\.[a-z][a-z0-9_]{0,31}$/)
const level = z.union([z.literal(0), z.literal(1), z.literal(2)])
const moment = z.iso.datetime()

/** The name an agent signs in with: small letters, digits, dots and dashes. */
export const agentName = z.string().regex(/^[a-z][a-z0-9.-]{0,31}$/)
export const roles = ['agent', 'supervisor'] as const
/** `available`: is offered the next caller. `away`: is not. */
export const presences = ['available', 'away'] as const

/**
 * How an assignment stands. `ringing`: the agent's phone rings, the caller still waits. `answering`: the agent is in the
 * room and the caller is being brought in. `talking`. `checking`: the caller is asked for number and PIN, the agent waits.
 * `joined`: in the talk of a colleague who passes the call on and is still there.
 * `wrap_up`: the call is over for this agent, who may still write a note.
 */
export const assignmentStates = ['ringing', 'answering', 'talking', 'checking', 'joined', 'wrap_up'] as const

/**
 * What the agent may do now; the page shows these and no others. `leave` stands in place of `finish` while the phone of a
 * colleague rings for the caller. `code`: a call code that the caller tells may be typed. `fetch_back`: that phone stops ringing, or the caller comes back out of the PIN check.
 */
export const deskActions = [
  'decline',
  'hold',
  'resume',
  'check',
  'code',
  'transfer',
  'fetch_back',
  'finish',
  'leave',
  'wrap_up',
] as const

/** How a ticket is named: by its number, or of an account by its topic. */
export const ticketNames = { topic: word, ticket: z.string().regex(/^[0-9]{1,32}$/) }
export const keptWith = ['ticket', 'account', 'call'] as const

/** What was written during this call by those who had it before, or are writing it now. */
export const noteOfCall = z.strictObject({
  at: moment,
  agent: z.string(),
  text: z.string(),
  /** Whether it is being written. */
  draft: z.boolean(),
})

/** What this agent has written so far, as the server has it. */
export const ownDraft = z.strictObject({
  note: z.string(),
  ticket: z.enum(['keep', 'close']),
  goesTo: z
    .union([z.strictObject({ ticket: ticketNames.ticket }), z.strictObject({ topic: ticketNames.topic })])
    .nullable(),
})

export const waitingCaller = z.strictObject({
  callSid,
  brand: word,
  /** Null: the brand's general queue, without customer data. */
  topic: word.nullable(),
  language: z.string(),
  level,
  /** Since when this caller waits. */
  since: moment,
  /** What the order goes by: `since`, or the first report of an open ticket of the same customer and topic. */
  place: moment,
  /**
   * Why the place is what it is. `returned`: kept after an agent lost or passed on the call, or taken over from an earlier call
   * about the same matter. `replaced`: a later one has taken it over.
   */
  reason: z.enum(['waiting', 'ticket', 'returned', 'replaced']),
  ticket: z.string().nullable(),
  /** Display name of the agent whose phone rings for this caller. */
  offeredTo: z.string().nullable(),
  /** Whether this agent's brands, topics and languages fit. */
  mine: z.boolean(),
})

export const assignment = z.strictObject({
  id: z.string(),
  callSid,
  state: z.enum(assignmentStates),
  held: z.boolean(),
  /** Since when the caller is on hold; null: not on hold. */
  heldSince: moment.nullable(),
  brand: word,
  queue,
  topic: word.nullable(),
  /** When this state began. */
  since: moment,
  /** When the phone stops ringing; null in other states. */
  ringUntil: moment.nullable(),
  /** When the wrap-up ends by itself; null in other states. */
  wrapUpUntil: moment.nullable(),
  /** Who passed the call on, with their note to those who get it; null where nobody did. */
  from: z.strictObject({ agent: z.string(), topic: word.nullable(), note: z.string().nullable() }).nullable(),
  /** The colleague whose phone rings for this caller, and until when, or who has joined the talk; null: none. */
  passing: z.strictObject({ to: z.string(), since: moment, until: moment.nullable(), joined: z.boolean() }).nullable(),
  /**
   * All that is shown of a caller that a colleague passes on, until the agent has taken the call; null: the context is
   * shown.
   */
  preview: z.strictObject({ level, language: z.string() }).nullable(),
  /** How the last PIN check in mid-call ended; `running` in state `checking`; null before the first. */
  check: z
    .enum(['running', 'verified', 'refused', 'no_pin', 'silent', 'unavailable', 'limited', 'called_off'])
    .nullable(),
  /**
   * Whether the caller hung up, the agent ended the call or passed it on, or it ended while nobody looked, as at a restart;
   * null until it is over.
   */
  endedBy: z.enum(['caller', 'agent', 'transfer', 'unseen']).nullable(),
  context: callContext.nullable(),
  draft: ownDraft.nullable(),
  /**
   * A letter with a new PIN can be ordered for the number that was keyed; null: not in this brand or state, or none was keyed. `last`: when one was
   * ordered for the account that is shown, and from when the next may be; null: never, or no account is shown.
   */
  letter: z.strictObject({ last: z.strictObject({ at: moment, next: moment }).nullable() }).nullable(),
  /** Which agent of this call found that the caller's name is that of the account that is shown; no proof. Null: nobody. */
  nameConfirmed: z.strictObject({ agent: z.string(), at: moment }).nullable(),
  /** Oldest first. */
  notes: z.array(noteOfCall),
  /** Where a note of this agent will be found: with a matter of the account, with the account, or with the call alone. */
  keeps: z.enum(keptWith),
  actions: z.array(z.enum(deskActions)),
})

export const colleague = z.strictObject({
  name: agentName,
  displayName: z.string(),
  state: z.enum(['free', 'busy', 'away']),
  /**
   * What a colleague sees of this agent's call: as much as this agent; not the account, whose topic is none of theirs; or
   * they cannot be asked, for the brand is none of theirs. Null where this agent talks with nobody.
   */
  sees: z.enum(['the_same', 'no_account', 'not_theirs']).nullable(),
})

/**
 * An agent at work as supervisors see it: the state of this moment and no time of it, for how long somebody talks or is away
 * is a figure of one person (decision J).
 */
export const agentNow = z.strictObject({
  name: agentName,
  displayName: z.string(),
  role: z.enum(roles),
  state: z.enum(['available', 'ringing', 'talking', 'wrap_up', 'away']),
  /** Why the desk made the agent away by itself; null where it did not. */
  awayBecause: z.enum(awayBecause).nullable(),
  brands: z.array(word),
  topics: z.array(word),
  languages: z.array(z.string()),
})

/** A queue at this moment. */
export const queueNow = z.strictObject({
  queue,
  waiting: z.int(),
  longestSince: moment.nullable(),
  /** Agents who are available or at work and take this queue; of several languages in which callers wait, that with the fewest. */
  agents: z.int(),
  /** Of those the ones who are available and have no call. */
  free: z.int(),
  /** From when on it needs somebody to look after it: so many wait, or one of them so many minutes. */
  threshold: z.strictObject({ waiting: z.int(), minutes: z.int() }),
})

/** One queue's day as supervisors see it, by the brand's calendar. */
export const queueFigures = z.strictObject({
  queue,
  /** Taken by an agent, given up while waiting, and how long people waited (seconds). */
  taken: z.int(),
  abandoned: z.int(),
  medianWait: z.number().nullable(),
  longestWait: z.number().nullable(),
})
/** One brand's day as supervisors see it: never a figure of one agent. */
export const brandFigures = z.strictObject({
  brand: word,
  calls: z.int(),
  handedOff: z.int(),
  /** Calls about a topic that needs a proof, and those of them that gave it. */
  needed: z.int(),
  verified: z.int(),
  /** PIN checks in mid-call, and those of them that were passed. */
  checks: z.int(),
  checksPassed: z.int(),
  /** Sent away because too many waited, and because it was closed. */
  turnedAway: z.int(),
  outOfHours: z.int(),
  unserved: z.int(),
  /** Hand-offs by outcome. */
  outcomes: z.record(z.string(), z.int()),
  locks: z.int(),
})

export const deskView = z.strictObject({
  version: z.literal(1),
  /** The server's clock: waits are counted from it. */
  at: moment,
  me: z.strictObject({
    name: agentName,
    displayName: z.string(),
    role: z.enum(roles),
    presence: z.enum(presences),
    /** Why the desk made the agent away by itself; null otherwise. */
    awayBecause: z.enum(awayBecause).nullable(),
    phone: z.string(),
    brands: z.array(word),
    topics: z.array(word),
    languages: z.array(z.string()),
  }),
  /** Since when the telephone network has not answered; null while it does. Agents stay available meanwhile. */
  networkSilentSince: moment.nullable(),
  waiting: z.strictObject({
    total: z.int(),
    mine: z.int(),
    /** The first 50 in order. */
    callers: z.array(waitingCaller),
  }),
  assignment: assignment.nullable(),
  /**
   * Why the agent's phone stopped ringing, in the last minute and not by the agent: the caller hung up, the colleague fetched
   * the call back, the network failed. Null: it did not, or there is another call since.
   */
  missed: z.strictObject({ why: z.enum(['caller', 'fetched_back', 'network']), at: moment }).nullable(),
  colleagues: z.array(colleague),
  /** Where a call of the current brand can be passed on to. `needs`: what a caller must have proved. */
  queues: z.array(z.strictObject({ queue, topic: word.nullable(), needs: level })),
  /** For supervisors only: who is signed in, and every queue. */
  supervision: z.strictObject({ agents: z.array(agentNow), queues: z.array(queueNow) }).nullable(),
  /** For supervisors only; null too where the day cannot be had. */
  figures: z.strictObject({ queues: z.array(queueFigures), brands: z.array(brandFigures) }).nullable(),
})

/** Where an agent passes a call on to. */
export type TransferTo = { kind: 'queue'; queue: string } | { kind: 'agent'; name: string }
/** A ticket to be opened, by its topic, or to be closed, by its number. What changes more, or takes that back, asks for level 2. */
export type TicketWish =
  | { open: string }
  | { close: string }
  | { merge: string; into: string }
  | { reopen: string }
  | { undo: string }
export type AgentRole = (typeof roles)[number]
export type Presence = (typeof presences)[number]
export type DeskAction = (typeof deskActions)[number]
export type WaitingCaller = z.infer<typeof waitingCaller>
export type AssignmentView = z.infer<typeof assignment>
export type AgentNow = z.infer<typeof agentNow>
export type QueueNow = z.infer<typeof queueNow>
export type OwnDraft = z.infer<typeof ownDraft>
export type QueueFigures = z.infer<typeof queueFigures>
export type BrandFigures = z.infer<typeof brandFigures>
export type DeskView = z.infer<typeof deskView>
