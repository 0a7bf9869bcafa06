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

/** Names are never given twice in a brand. */
export interface IncidentPlace {
  brand: string
  name: string
}

/** An incident as kept, with how many accounts it touched. Moments are ISO 8601. */
export interface IncidentRecord extends Incident {
  brand: string
  opened: string
  closed: string | null
  accounts: number
}

/** A line of a file that names a customer. */
export interface NumberedLine {
  line: number
  customerNumber: string
}

/** Lines by what became of them: marked now, marked before, no customer of the brand. */
export interface Marked {
  marked: number
  before: number
  unknown: number
}

export interface MarkOptions {
  actor: string
  at: Date
  /** Marks the others; otherwise one unknown number keeps all from being marked. */
  skipUnknown: boolean
  onUnknown: (line: number) => void
}

/** `actor`: who did it. Each change and its event are written together or not at all. */
export interface IncidentBook extends Incidents {
  /** False, and nothing is changed, when the name was given before. */
  open(incident: Incident & { brand: string }, actor: string, at: Date): Promise<boolean>
  /**
   * Marks the accounts of these customers, all or none; those marked already stay so. Null when no such incident is open.
   * Throws what `batches` throws, and marks nothing then.
   */
  mark(
    place: IncidentPlace,
    batches: AsyncIterable<readonly NumberedLine[]>,
    options: MarkOptions,
  ): Promise<Marked | null>
  /** Takes the flag off and keeps the record. Null when no such incident is open, else how many accounts it touched. */
  close(place: IncidentPlace, actor: string, at: Date): Promise<number | null>
  /** All that ever were, the newest first. */
  list(): Promise<IncidentRecord[]>
}
