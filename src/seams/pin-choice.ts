/** A customer sets a secret of the account: by portal, by phone, while ordering. Who calls this has proved who asks, and lets agents nowhere near. */
import type { CredentialKind } from '../auth/credentials.ts'
import type { ChoiceFault } from '../auth/pin-policy.ts'
import type { Secret } from '../auth/secret.ts'
import type { Deadline } from './deadline.ts'

/** By which way. `undo`: in the portal, in place of what was changed by phone. */
export type ChosenBy = 'portal' | 'phone' | 'order' | 'undo'

/** Whose. `ref`: as the account source names it. */
export interface ChoosingAccount {
  brand: string
  ref: string
}

/** `actor` goes into the event: `portal`, the name of a token. */
export interface ChoiceBecause {
  by: 'portal'
  actor: string
}

/** `callId`: the call in which the secret in force was right, by its record; by phone nothing else is replaced. */
export interface CallerBecause {
  actor: string
  callId: string
}

/**
 * Why nothing was set, whatever the secret. `no_account`: there is none, or it is over. `not_accepted`: the brand does not take the kind, or it cannot be changed.
 * `operator_locked`: the operator has locked the account and alone lifts that. `hard_locked`: only one that is issued helps, as `renew` through the
 * portal (decision G).
 */
export type NotChosen = 'no_account' | 'not_accepted' | 'operator_locked' | 'hard_locked'

/**
 * Why nothing was set by phone. `changed_lately`: by phone once in 72 h, so that what the owner had can always come back. `not_proved`: what is
 * in force was not right in this call, as where it was set or cleared since: the owner may have done so to keep this caller out.
 */
export type NotChosenByPhone = NotChosen | 'changed_lately' | 'not_proved'

/** `suggestion`: one that no rule forbids, for this customer's eyes and ears alone; that they had it before is as unlikely as to guess it. */
export type Choice = { set: true } | { refused: ChoiceFault; suggestion: Secret } | { refused: NotChosen }

export interface PinChoice {
  /**
   * Sets a chosen secret: judged by the policy of the brand and by the last ones, then verifier, message to the customer and event in one transaction. The old
   * one is dead at once. Tries stay counted and a lock stays.
   */
  choose(
    account: ChoosingAccount,
    kind: CredentialKind,
    secret: Secret,
    because: ChoiceBecause,
    now: Date,
  ): Promise<Choice>
  /**
   * The same in place of the one that was right in this call, and of no other.
   * @param when `by`: nothing is compared or written once it is over.
   * @throws Error where it comes first.
   */
  chooseByPhone(
    account: ChoosingAccount,
    kind: CredentialKind,
    secret: Secret,
    because: CallerBecause,
    when: { now: Date; by: Pick<Deadline, 'left'> },
  ): Promise<Choice | { refused: NotChosenByPhone }>
  /**
   * Sets a random one in the same way. It is issued, so it ends a lock by tries, also the hard one, and tries begin again: what was guessed at is gone. It is
   * for the customer alone, once.
   */
  renew(
    account: ChoosingAccount,
    kind: CredentialKind,
    because: ChoiceBecause,
    now: Date,
  ): Promise<{ set: Secret } | { refused: NotChosen }>
  /**
   * Sets what was chosen with an order, and only where the account never had one: who orders under somebody's number has not proved to be that customer. Where
   * there is or was one, nothing is judged, for a refusal would tell whether it is the same.
   */
  order(
    account: ChoosingAccount,
    kind: CredentialKind,
    secret: Secret,
    because: { actor: string },
    now: Date,
  ): Promise<Choice | { refused: 'has_one' }>
  /**
   * In place of what was set by phone within 72 h, which is dead at once, comes a random one, for the customer alone, once: the one before was keyed by who changed it, so it does not
   * come back. Tries stay counted. Null: nothing was set by phone.
   */
  undo(
    account: ChoosingAccount,
    kind: CredentialKind,
    because: { actor: string },
    now: Date,
  ): Promise<{ set: Secret } | { refused: NotChosen } | null>
}
