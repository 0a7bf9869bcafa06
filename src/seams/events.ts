/** Who, what, when; append-only, and never a digit. */
export interface DurableEvent {
  kind:
    | 'verify'
    | 'hand_off'
    | 'end'
    | 'context_read'
    | 'note'
    | 'ticket'
    | 'name'
    | 'talk'
    | 'sign_in'
    | 'sign_in_refused'
    | 'sign_out'
    | 'incident'
    | 'notice'
    | 'special_hours'
    | 'spray'
    | 'check'
    | 'proof_lost'
    | 'turned_away'
    | 'unserved'
    | 'presence'
    | 'token'
    | 'account'
    | 'agent'
  /** `-` where there is no call, as at a sign-in; so is the brand. */
  callId: string
  brand: string
  /** The account's opaque ref where one is claimed, else null. */
  ref: string | null
  /**
   * Who did it: `caller`, an agent's name, `cli` for a command of the operator's, `api/NAME` for the bearer of that token (`api`: the one
   * in the settings), `server` for what comes by itself; `-` for a sign-in under a name that nobody has.
   */
  actor: string
  /** Facts of the kind: result class, level, queue. Short words and numbers only. */
  facts: Record<string, string | number | boolean | null>
}

export interface EventLog {
  append(event: DurableEvent): Promise<void>
}
