/** A matter of a customer (R33): an entry of exactly one customer on one topic, known by the number of its ticket. */
export interface Matter {
  brand: string
  ref: string
  topic: string
  /** Draws a number for a new ticket; asked again where somebody has it. */
  newNumber(): string
  at: Date
}

export interface MatterBook {
  /** The number of the open ticket of a matter; one is opened where there is none. */
  open(matter: Matter): Promise<string>
}

/**
 * What an agent writes about a customer's matter (R37): it goes on the open ticket of the matter, and one is opened where
 * there is none. `close` closes it.
 */
export interface MatterNote extends Matter {
  agent: string
  /** May be empty. */
  text: string
  close: boolean
}
