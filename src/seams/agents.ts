/** Who may sit at the desk. */

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

/**
 * Sign-ins that hold: 12 hours at most, and 60 minutes without use; and in any case until a call that came within that time
 * is over for its agent. Only a hash of the token is kept.
 */
export interface Sessions {
  /** Resolves with a token of 256 random bits. */
  open(agent: string, at: Date): Promise<string>
  /** Whose session this is, and notes its use; null when there is none that holds. */
  find(token: string, at: Date): Promise<string | null>
  /** As `find`, but no use of it: a page that only stands open, with no call at hand, does not keep the session. */
  holds(token: string, at: Date): Promise<string | null>
  /** Whose sessions hold, each once. */
  signedIn(at: Date): Promise<string[]>
  close(token: string): Promise<void>
  closeAllOf(agent: string): Promise<void>
}

/** Opaque words for one call, with which another system of the operator asks for its context: once, within 60 seconds. */
export interface References {
  make(agent: string, callId: string, at: Date): Promise<string>
  /** Null for what was altered, used before or is too old: nothing tells them apart. */
  redeem(reference: string, at: Date): Promise<{ agent: string; callId: string } | null>
}
