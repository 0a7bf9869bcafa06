import { kindsOf } from '../auth/credentials.ts'
import { type Brand, phaseOn, pinIsShown } from '../flow/brand.ts'

/**
 * All days that are alike for a brand and for an account. Flows look at the day only through the brand's dates, so one day of each kind
 * stands for every day there is. `roll_out` and `pin_shown_from` are the dates in force on it.
 */
export interface DayKind extends Pick<Brand, 'roll_out' | 'pin_shown_from'> {
  /** One such day, YYYY-MM-DD. */
  day: string
  /**
   * How it is for the account of the caller: `runs` as on most days; `rests`: a SIM or number is too new to prove anything; `tail`: the last
   * contract is over, and it is proved for what the brand names alone.
   */
  account: 'runs' | 'rests' | 'tail'
}

/** A day before any that a brand can name. */
const BEFORE_ALL = '1970-01-01'

/**
 * The kinds of days that a brand's dates bring, the last kind first: calls that people are shown take place then. After those of most
 * accounts come the same days for accounts at rest and in their tail, where the brand has what these change.
 */
export function dayKinds(brand: Brand): DayKind[] {
  const ordinary = datedKinds(brand)
  const others: DayKind['account'][] = [
    ...(kindsOf('sim', brand.credentials).length > 0 ? ['rests' as const] : []),
    ...(brand.tail ? ['tail' as const] : []),
  ]
  return [...ordinary, ...others.flatMap((account) => ordinary.map((kind) => ({ ...kind, account })))]
}

function datedKinds(brand: Brand): DayKind[] {
  const { roll_out, pin_shown_from } = brand
  const dates = [roll_out.announced, roll_out.mandatory, pin_shown_from].filter((date) => date !== undefined)
  const kinds = new Map<string, DayKind>()
  for (const day of [dayBefore(dates), ...dates.sort()]) {
    kinds.set(`${phaseOn(brand, day)} ${pinIsShown(brand, day)}`, { day, roll_out, pin_shown_from, account: 'runs' })
  }
  return [...kinds.values()].reverse()
}

/** Every kind that some brand could bring: each phase, with the PIN shown and not. */
export function everyDayKind(): DayKind[] {
  const day = '2000-01-01'
  return [{}, { announced: day }, { announced: day, mandatory: day }].flatMap((roll_out) => [
    { day, roll_out, pin_shown_from: undefined, account: 'runs' as const },
    { day, roll_out, pin_shown_from: day, account: 'runs' as const },
  ])
}

/** The kinds on which every topic has its callers and every secret its day: as a mask, bit n for kind n. */
export function ordinaryDays(kinds: readonly DayKind[]): number {
  return kinds.reduce((days, { account }, kind) => (account === 'runs' ? days | (1 << kind) : days), 0)
}

/** The one kind of a calendar day. */
export function kindOf({ roll_out, pin_shown_from }: Brand, day: string): DayKind {
  return { day, roll_out, pin_shown_from, account: 'runs' }
}

function dayBefore(dates: readonly string[]): string {
  const [first] = [...dates].sort()
  return first === undefined
    ? BEFORE_ALL
    : new Date(Date.parse(`${first}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
