/** Whose PINs are guessed at: drawn at random, or chosen as people choose them, as far as the rules of a brand let them. */
import { faultOf, type PinOwner, type PinPolicy } from '../auth/pin-policy.ts'
import { Secret } from '../auth/secret.ts'
import { LabError } from './lab-error.ts'
import { heat, leaked } from './pin-counts.ts'
import type { Chance } from './random.ts'

/**
 * The shares of all PINs that customers have, in the order in which a guesser who knows them tries them: the most likely first. Which
 * digits they are does not matter to a guesser.
 */
export interface Population {
  name: PopulationName
  /** Sums of the shares: at `k` the chance to be right with the first `k + 1`. */
  sums: Float64Array
}

/** `random`: issued. `leaked` and `heat`: chosen, by either source. */
export const populationNames = ['random', 'leaked', 'heat'] as const
export type PopulationName = (typeof populationNames)[number]

/**
 * Those of a brand: who chose one that a rule forbids chooses again among the others, as people do.
 * @param known what the guesser knows of the customer. With a birth date the likely ones are tried first that are made of it.
 */
export function populationOf(name: PopulationName, policy: PinPolicy, known: PinOwner = STRANGER): Population {
  const digits = digitsOf(policy)
  const shares = name === 'random' ? null : withDates(digits, name, known)
  const allowed: number[] = []
  for (let pin = 0; pin < 10 ** digits; pin++)
    if (faultOf(secretOf(pin, digits), policy, known) === null) allowed.push(shares?.[pin] ?? 1)
  return { name, sums: sumsOf(allowed) }
}

/** Nothing is known but the number: what the rules forbid each customer besides, as the own birthday, is not. */
const STRANGER: PinOwner = { birthDate: null, numbers: [], names: [] }

/**
 * So many choose a PIN made of their own birth date. A thief who knows the date is right with one wallet in eleven to eighteen, in eighteen where
 * PINs like 1234 are refused: Bonneau, Preibusch and Anderson, A Birthday Present Every Eleven Wallets?
 * (https://link.springer.com/chapter/10.1007/978-3-642-32946-3_3). A wallet has several cards, so it is rather too much.
 */
const OF_BIRTH_DATES = 1 / 18

/** How the shares look to somebody who knows the birth date: each spelling of it as likely as any other. */
function withDates(digits: number, name: Exclude<PopulationName, 'random'>, known: PinOwner): number[] {
  if (digits !== CHOSEN_DIGITS)
    throw new LabError(`How people choose PINs of ${digits} digits is not known, so '${name}' cannot be played.`)
  const shares = name === 'leaked' ? normal(leaked) : sharesOfHeat()
  if (known.birthDate === null) return shares
  const dates: PinPolicy = { entry: { digits }, forbid: ['birth_date', 'birth_year'] }
  const isDate = shares.map((_share, pin) => faultOf(secretOf(pin, digits), dates, known) !== null)
  const spellings = isDate.filter(Boolean).length
  return shares.map((share, pin) => share * (1 - OF_BIRTH_DATES) + (isDate[pin] ? OF_BIRTH_DATES / spellings : 0))
}

function secretOf(pin: number, digits: number): Secret {
  return new Secret(String(pin).padStart(digits, '0'))
}

/** The counts are of PINs of so many digits. */
export const CHOSEN_DIGITS = 4
/** Of longer ones not every single one can be judged in a time that people wait. */
export const MOST_DIGITS = 6

function digitsOf({ entry }: PinPolicy): number {
  if ('digits' in entry && entry.digits <= MOST_DIGITS) return entry.digits
  throw new LabError(`The lab plays PINs of at most ${MOST_DIGITS} digits; name a brand that has those.`)
}

function normal(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function sumsOf(weights: readonly number[]): Float64Array {
  let sum = 0
  return Float64Array.from(
    normal(weights).sort((a, b) => b - a),
    (share) => {
      sum += share
      return sum
    },
  )
}

/** The chance that one of the first so many guesses is right. Between whole numbers: of that share of the accounts one guess more. */
export function chanceWithin({ sums }: Population, guesses: number): number {
  const at = (count: number): number => (count <= 0 ? 0 : (sums[Math.min(count, sums.length) - 1] ?? 1))
  const whole = Math.floor(guesses)
  return at(whole) + (guesses - whole) * (at(whole + 1) - at(whole))
}

/** A customer's PIN, as its place in the guesser's order, from 0. */
export function drawn({ sums }: Population, chance: Chance): number {
  const at = chance()
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] ?? 1) > at) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * DataGenetics published the shares of the twenty most common PINs, in per cent, and the others as a picture: ln share = 0.0505 brightness - 15.128 fits
 * the twenty. The rest of it is scaled so that all shares together are one, and the published ones stay.
 */
const PUBLISHED: Readonly<Record<string, number>> = {
  1234: 10.713,
  1111: 6.016,
  '0000': 1.881,
  1212: 1.197,
  7777: 0.745,
  1004: 0.616,
  2000: 0.613,
  4444: 0.526,
  2222: 0.516,
  6969: 0.512,
  9999: 0.451,
  3333: 0.419,
  5555: 0.395,
  6666: 0.391,
  1122: 0.366,
  1313: 0.304,
  8888: 0.303,
  4321: 0.293,
  2001: 0.29,
  1010: 0.285,
}

function sharesOfHeat(): number[] {
  const published = Object.values(PUBLISHED).reduce((sum, share) => sum + share, 0) / 100
  const fitted = heat.map((brightness) => Math.exp(0.0505 * brightness - 15.128))
  const isPublished = (pin: number): number | undefined => PUBLISHED[String(pin).padStart(CHOSEN_DIGITS, '0')]
  const rest = fitted.reduce((sum, share, pin) => (isPublished(pin) === undefined ? sum + share : sum), 0)
  return fitted.map((share, pin) => {
    const known = isPublished(pin)
    return known === undefined ? (share * (1 - published)) / rest : known / 100
  })
}
