/** What is measured, medians and their spread. */

/** CPU microseconds of the server, each a list with one figure per round. */
export interface Measured {
  floor: number[]
  floorKept: number[]
  turn: number[]
  call: number[]
  verify: number[]
  /** The same requests at the same pace and with the same hash, to the floor. */
  plainCall: number[]
  /** Keypad turn against the floors before and after it. */
  turnRatio: number[]
  turnRatioKept: number[]
  /** Whole call against its turns at floor cost plus one verify. */
  callRatio: number[]
  callRatioKept: number[]
  /** Whole call against the plain one. */
  plainCallRatio: number[]
  /** Rounds thrown away because a call was sent to a person: the machine was too busy with other things. */
  overloaded: number
  /** Bytes of an average document. */
  bytes: { floor: number; turn: number }
  /** Answers a second, as a sanity check of the generator. */
  rate: { floor: number; turn: number }
}

export interface Spread {
  median: number
  least: number
  most: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return { median: (lower + upper) / 2, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

/** `1.23 (1.20 to 1.31)` */
export function shown(values: readonly number[], digits: number): string {
  const { median, least, most } = spreadOf(values)
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}

/**
 * A figure that is missing, zero or no number comes from a bench that measures nothing. A large one is never nonsense.
 * @throws naming the figure.
 */
export function refuseNonsense(measured: Measured): void {
  const { overloaded: _, bytes, rate, ...figures } = measured
  const all = { ...figures, bytes: Object.values(bytes), rate: Object.values(rate) }
  for (const [name, values] of Object.entries(all)) {
    const isSane = values.length > 0 && values.every((value) => Number.isFinite(value) && value > 0)
    if (!isSane) throw new Error(`the bench measured nonsense: ${name} is [${values.join(', ')}]`)
  }
}
