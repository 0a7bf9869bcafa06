/**
 * How much may be tried from one line before anything is looked at (docs/security.md#limits-by-line). The numbers are here and
 * nowhere else. What is counted is what was tried in vain: a secret that was right is given back. Whether a line is over its limits
 * follows from what that line has keyed and from nothing else, so its caller may hear of it. PURE.
 */
import { hmac, lengthPrefixed } from './keyed-hash.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** At most so many in any span of so long (milliseconds). */
export interface Limit {
  most: number
  withinMs: number
}

/**
 * `failures`: secrets that were not right. `accounts`: different numbers on which they were tried, whether or not anybody has them: were
 * those of one account counted as one, a line could learn which numbers belong together.
 */
export interface LineLimits {
  failures: Limit
  accounts: Limit
  /** What it costs honest callers, for people. */
  costs: string
}

export const lineLimits = {
  /** A number that is not withheld. */
  caller: {
    failures: { most: 10, withinMs: HOUR },
    accounts: { most: 5, withinMs: DAY },
    costs: 'a household with more than five customers who all mistype within a day; list its number in shared_lines',
  },
  /** Listed in `shared_lines` of the brand: a firm or a home with one number. Not without a limit, for a number can be forged. */
  shared: {
    failures: { most: 60, withinMs: HOUR },
    accounts: { most: 60, withinMs: DAY },
    costs: 'none in a home of a few hundred',
  },
  /** All whose number is withheld, together. */
  withheld: {
    failures: { most: 60, withinMs: HOUR },
    accounts: { most: 100, withinMs: DAY },
    costs: 'while somebody uses it up, callers without a number are not checked; those who show theirs are',
  },
  /** All numbers that differ in their last three digits alone: who rents a block has a thousand of them. */
  block: {
    failures: { most: 30, withinMs: HOUR },
    accounts: { most: 30, withinMs: DAY },
    costs: 'a firm that shows extensions, with more than thirty customers who mistype within a day',
  },
} as const satisfies Record<string, LineLimits>

/**
 * Calls of one line that may be on at once behind the menu, and so places in the queues. A call whose end nobody has told is forgotten after
 * `withinMs`.
 */
export const callsAtOnce = {
  caller: {
    most: 6,
    withinMs: 2 * HOUR,
    costs: 'a family or a small firm with more than six calls on; list its number',
  },
  shared: { most: 60, withinMs: 2 * HOUR, costs: 'none in a home of a few hundred' },
  withheld: {
    most: 60,
    withinMs: 2 * HOUR,
    costs:
      'in an outage those who hide their number are turned away while so many of them wait; those who show theirs are let in',
  },
} as const satisfies Partial<Record<keyof typeof lineLimits, Limit & { costs: string }>>

/** Of the places in one queue, where a brand limits them, no line has more. */
export const MOST_OF_A_QUEUE = 1 / 2

export type LayerName = keyof typeof lineLimits | 'calls'

/** Of which brand, from which number (E.164; null when it is withheld), and whether that is one of the brand's shared lines. */
export interface FromLine {
  brand: string
  number: string | null
  isShared: boolean
}

/** One counter that a try draws on. `key`: no number can be read back from it. */
export interface Layer {
  name: LayerName
  key: string
  failures: Limit
  accounts: Limit
}

const BLOCK_DIGITS = 3

/**
 * All that a try from a line draws on.
 * @param key of this purpose alone.
 */
export function layersOf(key: Buffer, { brand, number, isShared }: FromLine): Layer[] {
  const layer = (name: keyof typeof lineLimits, of: string): Layer => {
    const { failures, accounts } = lineLimits[name]
    return { name, key: lineName(key, [brand, name, of]), failures, accounts }
  }
  if (number === null) return [layer('withheld', '')]
  if (isShared) return [layer('shared', number)]
  return [layer('caller', number), layer('block', number.slice(0, -BLOCK_DIGITS))]
}

/**
 * What a call from a line draws on while it is on: each is a failure of one and the same account, so to speak.
 * @param places in one queue of the brand; null where it does not limit them.
 */
export function callsLayerOf(key: Buffer, { brand, number, isShared }: FromLine, places: number | null): Layer {
  const kind = number === null ? 'withheld' : isShared ? 'shared' : 'caller'
  const { most, withinMs } = callsAtOnce[kind]
  const share = places === null ? most : Math.max(1, Math.floor(places * MOST_OF_A_QUEUE))
  return {
    name: 'calls',
    key: lineName(key, [brand, 'calls', kind, number ?? '']),
    failures: { most: Math.min(most, share), withinMs },
    accounts: { most: 1, withinMs },
  }
}

/** The name of what is said by the fields: nothing of it can be read back. */
export function lineName(key: Buffer, of: string[]): string {
  return hmac(key, lengthPrefixed(of)).toString('base64url')
}

/** A try in vain, as the counters of its line remember it. `at`: ms. */
export interface InVain {
  account: string
  at: number
}

/** Whether nothing more may be tried on that number at that moment. Tries that are older than both spans may be left out. */
export function isFull(
  { failures, accounts }: Pick<Layer, 'failures' | 'accounts'>,
  tries: readonly InVain[],
  account: string,
  at: number,
): boolean {
  const within = ({ withinMs }: Limit): InVain[] => tries.filter((each) => each.at > at - withinMs)
  if (within(failures).length >= failures.most) return true
  const recent = within(accounts)
  if (recent.some((each) => each.account === account)) return false
  return new Set(recent.map((each) => each.account)).size >= accounts.most
}

/** Where one instance counts by itself, it gives half. */
export function halved({ most, withinMs }: Limit): Limit {
  return { most: Math.max(1, Math.floor(most / 2)), withinMs }
}
