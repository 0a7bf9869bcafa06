/** Days on which a brand is open or closed unlike on others of their weekday, set while calls run. */

export interface SpecialDay {
  brand: string
  /** YYYY-MM-DD, where the brand is. */
  day: string
}

export interface SpecialHours extends SpecialDay {
  /** When it is open, `HH:MM-HH:MM` each, in order; none: closed all day. */
  hours: readonly string[]
  /** Why, by language, for callers who come while it is closed; empty: nothing is said of it. */
  texts: Record<string, string>
  /** When it was set, ISO 8601. */
  since: string
}

/** What calls ask of them. */
export interface SpecialHoursBook {
  /** All of that day and later; days are compared where the brands are, so name yesterday to be sure. */
  from(day: string): Promise<SpecialHours[]>
}

/** `actor`: who did it, for the history and the events; each change and its event are written together or not at all. */
export interface SpecialHoursStore extends SpecialHoursBook {
  /** Replaces those of the same day. */
  set(hours: Omit<SpecialHours, 'since'>, actor: string, at: Date): Promise<void>
  clear(day: SpecialDay, actor: string, at: Date): Promise<void>
}
