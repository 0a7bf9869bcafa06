/** What happened to customers, as their agents have to know. */

/** What an agent answers with when a customer asks "was I hacked?" (R29). */
export interface Incident {
  name: string
  /** When it happened, YYYY-MM-DD. */
  day: string
  /** What happened and what to tell the customer, by language: those that the brand had when it was opened. */
  texts: Record<string, string>
}

export interface Incidents {
  /** The open ones that this account is marked with, the newest first; at most ten. */
  of(brand: string, ref: string): Promise<Incident[]>
}
