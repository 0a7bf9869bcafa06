/** Who waits for an agent: durable, because nobody may be lost. */
import type { WaitEnd } from '../call/call.ts'

/** A caller who is put into a queue. */
export interface Arrival {
  callId: string
  brand: string
  queue: string
  /** The queue that the flow chose, where a ticket number that proves nothing led to another one: what others hear counts this caller there. */
  chosen?: string | null
  /** Null for the queue without customer data. */
  topic: string | null
  language: string
  level: 0 | 1 | 2
  /** Since when they wait in this call, ISO 8601; null: since now. */
  since: string | null
  /** The account that was proved, whose open ticket of the topic carries its time (decision D); null: none was proved. */
  ref: string | null
  /** A ticket number that was keyed and exists: it points to a matter, and its time counts while it is open (R38). */
  ticket: string | null
}

export interface Waiting extends Omit<Arrival, 'ref' | 'since' | 'chosen'> {
  /** Since when they wait, ISO 8601. */
  since: string
  /** What the order goes by: `since`, or the first report of the open ticket. */
  place: string
  /** `returned`: the place was kept, or was that of an earlier call. `replaced`: a later call about the same matter has it. */
  reason: 'waiting' | 'ticket' | 'returned' | 'replaced'
}

/** What an agent must take to take a caller. */
export type Kind = Pick<Waiting, 'brand' | 'queue' | 'language'>

/** Callers of one kind, and how many they are; at least one. */
export interface Crowd extends Kind {
  callers: number
}

/** What a waiting caller is told: a place (1 is next), that somebody comes soon or later, or only to hold on. */
export type Told = number | 'soon' | 'later' | 'hold'

/** Where a caller waits, as far as they may be told. What of it is true is for the floor to say, which knows the agents. */
export interface Place {
  /** Those with an earlier place, in whatever queue, as if nobody below level 2 had a ticket: neither its time nor its queue. */
  ahead: readonly Crowd[]
  /** Whether their open ticket gives them the place. */
  byTicket: boolean
  /** Whether a later call of the same customer about the same matter has taken their place over. */
  replaced: boolean
  /** What was told before, and when (ISO 8601); null before the first time. */
  told: { at: string; as: Told } | null
}

/** How a place in the queue was given up. */
export type LeaveReason = 'hung_up' | 'taken' | 'moved' | 'unseen'

/** Who waits: longest wait first, which for an open ticket began with its first report (R34, R35). */
export interface WaitingList {
  /**
   * Gives the call a place in its queue; a call that is there already keeps its place. One customer has one place for one
   * matter: a call of the same account takes over that of an earlier one, which goes to the end, but not while a phone rings
   * for it.
   */
  join(arrival: Arrival, at: Date): Promise<void>
  /** Whether it had a place. */
  leave(callId: string, why: LeaveReason, at: Date): Promise<boolean>
  /** Notes that the caller still listens; their place, or null when they are in no queue. */
  seen(callId: string, at: Date): Promise<Place | null>
  /** May be written a moment later, with what others are told. */
  told(callId: string, as: Told, at: Date): Promise<void>
  /** Notes that this wait ends, and why: the network then says no more than that the caller is out. False: they are in no queue. */
  ends(callId: string, why: WaitEnd): Promise<boolean>
  /** Why the wait was ended; null where it was not, and it goes on. */
  endOf(callId: string): Promise<WaitEnd | null>
  /** How many wait in a queue, as if nobody below level 2 had a ticket. */
  length(queue: string, at: Date): Promise<number>
  /**
   * Mean seconds between two callers taken from a queue in the last half hour, or since when it stands still while somebody
   * waits, whichever is more; null with fewer than two. As if nobody below level 2 had a ticket.
   */
  pace(queue: string, at: Date): Promise<number | null>
  /** Each kind of those who are got by nobody yet, once. */
  kinds(at: Date): Promise<Kind[]>
  /** Those unseen for half an hour lose their places. */
  dropUnseen(at: Date): Promise<void>
  /** All who wait, in order, without those unseen for half an hour (they are dropped). */
  list(at: Date): Promise<Waiting[]>
  /** Callers who were not heard since that moment, at most so many: the longest unheard first, and these after all others. */
  unheard(since: Date, most: number, last: readonly string[]): Promise<string[]>
  /** The network says that these calls are on: their callers keep the place. */
  vouchFor(callIds: readonly string[], at: Date): Promise<void>
}
