/** What other systems of the operator's may do by the API: each by a token of its own, for some brands and some acts. */

/** Every act that a token may be given, with what it lets its bearer do. */
export const acts = {
  read_calls: 'who waits, and the context of each call',
  redeem_reference: 'the context of a call that an agent opened',
  set_agent_away: 'make agents of its brands away',
  read_notices: 'what callers are told for the time being',
  set_notices: 'tell callers something, and take it back',
  read_hours: 'days that are open or closed unlike others',
  set_hours: 'open or close a brand on one day',
  tickets: 'report matters of customers, which opens tickets',
  verify: 'have the secret of a customer checked, which spends a try of the account',
  read_customers:
    'the state of one account by the customer number: locks, tries, kinds of credentials, identifiers, open tickets',
  write_customers: 'take one customer over, as a line of a customer file; no PIN that exists is replaced',
  set_ordered_pins: 'set the PIN that a customer chose with an order, where the account never had one',
  lock_customers: 'lock one account, so that nothing verifies it',
  unlock_customers: 'lift such a lock',
  end_customers: 'end all contracts of one account',
  erase_customers: 'ask for one account to be erased, and take that back',
  change_customers:
    'tell of one account what happened: numbers that came or went, another SIM, the end of a contract, an address confirmed',
  merge_customers: 'make one customer of two, who keeps the PIN of the one',
  make_call_codes: 'make a code by which one call is let in as a customer who is logged in',
  clear_pins: 'make the PINs and PUKs of one account worth nothing',
} as const satisfies Record<string, string>

export type Act = keyof typeof acts

export const actNames = Object.keys(acts) as [Act, ...Act[]]

/** What API_TOKEN of the settings is called. It may do everything in all brands, and no other is given this name. */
export const FIRST_TOKEN = 'api'

/** How many requests with keys that can be guessed: within an hour and a day, each from its first such request on. */
export interface Budget {
  perHour: number
  perDay: number
}

export interface Token {
  name: string
  brands: readonly string[]
  acts: readonly Act[]
}

/** What the door of the API asks of them. */
export interface Tokens {
  /** Whose secret this is, and notes its use; null where nobody has it, or it was revoked. */
  find(secret: string): Promise<Token | null>
  /** Notes a use of the one in the settings. */
  usedFirst(): Promise<void>
  /**
   * Takes one request out of the budget, in a statement that commits by itself, before anything is looked up.
   * @returns null when it is taken, else after how many seconds there is one again.
   */
  spend(name: string): Promise<number | null>
}

/** A token as kept, and never its secret. Moments are ISO 8601. */
export interface TokenRecord {
  name: string
  /** Null: all, as those of the one in the settings; so are its acts, and it has no budget. */
  brands: readonly string[] | null
  acts: readonly Act[] | null
  budget: Budget | null
  /** Who made it and when; null for the one in the settings. */
  created: { at: string; by: string } | null
  /** To the minute; null: never. */
  lastUsed: string | null
  revoked: { at: string; by: string } | null
}

/** `actor`: who did it. Each change and its event are written together or not at all. */
export interface TokenBook extends Tokens {
  /** The secret, which is told once and kept nowhere; null when the name was given before, also to one that was revoked. */
  add(token: Token & { budget: Budget }, actor: string): Promise<string | null>
  /** From the next request on, at every server. False when there is no such token that holds. */
  revoke(name: string, actor: string): Promise<boolean>
  /** The one in the settings first, then by name, revoked ones too. */
  list(): Promise<TokenRecord[]>
}
