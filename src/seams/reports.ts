/** Reports of matters, by whatever channel they come (R33 to R37). */

/** What somebody told another channel than this hotline, or told it before it kept reports. */
export interface Report {
  brand: string
  customerNumber: string
  topic: string
  /** When it was first told to that channel. */
  at: Date
  /** One of `flow/report.ts`, or of the brand's own. */
  channel: string
  /** What the channel calls it; null: it is the same as another one of this channel, customer and topic with the same time. */
  id: string | null
  /** The ticket number that another system has given it; null: none. */
  number: string | null
  text: string | null
}

/** Who brings it, and when. */
export interface Bringing {
  /** For the record: a token's name, `cli`. */
  actor: string
  received: Date
  /** Draws a number for a new ticket; asked again where somebody has it. */
  newNumber(): string
}

/** What became of a report. */
export interface Kept {
  kind: 'kept'
  /** The ticket of the matter. */
  number: string
  /** The first report of the matter, ISO 8601: what its waiting time counts from. */
  reportedAt: string
  /** Whether there was a ticket of this matter already, which it joined. */
  attached: boolean
  /** Whether the very same report had come before. Nothing was changed then. */
  before: boolean
}

/**
 * `no_customer`: of this brand. `number_taken`: the number is somebody's, or of another or a closed matter. `other_report`: the channel
 * has given this id to another report. Nothing was changed.
 */
export type Reported = Kept | { kind: 'no_customer' | 'number_taken' | 'other_report' }

export interface ReportBook {
  /** Attaches a report to the open ticket of its customer and topic, or opens one; the earliest report counts (R35). */
  report(report: Report, by: Bringing): Promise<Reported>
}
