/** The facts a flow may ask of the world. `turn/answer.ts` answers every member, and nothing else touches the world. */
import type { CredentialKind } from '../auth/credentials.ts'
import type { IdentifierKind } from '../auth/identifiers.ts'
import type { Secret } from '../auth/secret.ts'
import type { Claim } from './call.ts'

/** The days of the week as files and prompts name them, Sunday first, as JavaScript counts. */
export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof weekdays)[number]

export type Question =
  | { kind: 'identify'; by: { kind: 'entry'; digits: Secret; kinds: IdentifierKind[] } | { kind: 'own_line' } }
  | { kind: 'verify'; claim: Claim; credential: CredentialKind; digits: Secret }
  /** Whether the agent who sent the caller to the PIN check still waits for him. */
  | { kind: 'agent'; room: string }
  /** What callers with this topic (null: all of the brand) are to be told for the time being. */
  | { kind: 'notice'; topic: string | null }
  /** Whether people of this brand can be reached now. */
  | { kind: 'open' }
  /** How many wait in a queue of this brand, and how long that takes. */
  | { kind: 'backlog'; queue: string }
  /** The number of the verified customer's ticket for the topic of the call; one is opened where there is none. */
  | { kind: 'ticket' }

/**
 * `failed` is one answer for wrong, locked, unknown and none set up: the flow cannot tell them apart.
 * `unchecked`: the try of this step was already spent by an earlier delivery and is never evaluated again.
 * `unavailable`: the world could not be asked; nothing was spent.
 */
export type Answer =
  | { kind: 'identified'; claim: Claim }
  | { kind: 'verified'; credential: CredentialKind }
  | { kind: 'failed' }
  | { kind: 'unchecked' }
  | { kind: 'unavailable' }
  | { kind: 'agent_waits' }
  | { kind: 'agent_gone' }
  /** In the language of the call; null: nothing. */
  | { kind: 'notice'; text: string | null }
  | { kind: 'open' }
  /** `opens`: the next hours, `time` as HH:MM; null where they are more than six days away. */
  | { kind: 'closed'; opens: { day: 'today' | 'tomorrow' | Weekday; time: string } | null }
  | { kind: 'free' }
  /** The wait to be expected is longer than the brand counts as usual. */
  | { kind: 'long'; minutes: number }
  | { kind: 'full' }
  /** Null: nobody is proved, or the ticket could not be had. */
  | { kind: 'ticket'; number: string | null }
