/** What keeps an account from being erased. */

/**
 * What keeps an account from being erased. `contract`: one runs, or none has ended. `locked`: an operator has locked it. `disputed`: a
 * number of its own is claimed by another customer. `incident`: one is open that touched it. `call`: with somebody of it, one waits, is talked to
 * or is being wrapped up.
 */
export const hindrances = ['contract', 'locked', 'disputed', 'incident', 'open_ticket', 'call'] as const
export type Hindrance = (typeof hindrances)[number]

/** Moments are ISO 8601. `hindered`: what would keep it from being erased now, though it was asked for. */
export interface Erasure {
  requested: string
  due: string
  hindered: Hindrance[]
}

/** Why it is not done, for people. */
export function hinderedSentence(hindered: readonly Hindrance[]): string {
  return hindered.map((each) => sentences[each]).join(' ')
}

const sentences: Record<Hindrance, string> = {
  contract: 'The customer has a contract, or never had one that ended: end the account first.',
  locked: 'The account is locked by an operator: unlock it when that is settled.',
  disputed: 'Another customer claims a number of the account: let the next customer file settle it.',
  incident: 'The account was touched by an incident that is not closed: close the incident first.',
  open_ticket: 'The customer has an open ticket: close it first.',
  call: 'Somebody of this account is on the phone, or the call is being wrapped up: try again later.',
}
