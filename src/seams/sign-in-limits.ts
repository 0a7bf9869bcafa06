/** How often somebody was wrong at the desk's sign-in: counted over all instances, and kept over their restart. */

export interface SignInTry {
  /** As it was typed: an agent's or not. */
  name: string
  network: string
  /** Whether the network is counted by itself. Not where everybody seems to come from it. */
  isCounted: boolean
}

/** `seconds`: until the next try may be made. */
export type Throttled = { by: 'name' | 'address'; seconds: number }

export interface SignInLimits {
  /**
   * Spends a try before anything is compared, so that many at once get no more than one after the other. Null: it may be made. Rejects where that
   * cannot be counted, and then it may not.
   */
  spend(attempt: SignInTry): Promise<Throttled | null>
  /** Nothing was compared: it was no try. */
  giveBack(attempt: SignInTry): Promise<void>
  /**
   * The try was right: it is taken back, and so are the wrong ones under this name from there. The network is the agent's from now on, for
   * `NETWORK_KEPT_MS`.
   */
  forgive(attempt: SignInTry): Promise<void>
}
