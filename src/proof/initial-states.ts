/** Where calls of a flow begin: ringing, or for the PIN check in mid-call, sent there by an agent. */
import { UNKNOWN } from '../auth/assurance.ts'
import { ENTRIES_PER_CALL, TRIES_PER_CALL } from '../auth/lockout.ts'
import { newCall } from '../flow/advance.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { AT, CALLER, somebody } from './environment.ts'
import type { Evidence, State } from './exploration.ts'

const NOTHING_YET: Evidence = { level: 0, by: null, replaces: null, subject: null, named: 0, open: 'unknown' }
const RING = { by: null, on: [] }

/** Calls that ring: with a number, and withheld where that can matter; at each number that decides a language. */
export function ringing(hotline: Hotline, today: string, everyDay: number): State[] {
  const isForeign = hotline.flow.types !== ownStepTypes
  // A number that is not withheld matters where the line one calls from is offered, and to types that may look at it.
  const numbers = hotline.brand.own_line || isForeign ? [CALLER, null] : [CALLER]
  return called(hotline).flatMap((number) =>
    numbers.map((callerNumber): State => {
      const call = newCall(hotline, { id: 'CA', callerNumber, called: number, today, at: AT })
      return { ...RING, on: [], call, proved: NOTHING_YET, days: everyDay }
    }),
  )
}

/** The numbers that make a difference: one that leaves the language open, and one for each language that a number decides. */
function called({ brand: { numbers, language_by_number: decided } }: Hotline): string[] {
  return numbers.filter((number, index) => numbers.findIndex((each) => decided[each] === decided[number]) === index)
}

/**
 * Calls that an agent sends to the check, in every language, and about every topic where types of an operator's own may
 * look at it: without a proof after any number of entries and tries, and with one where all or none of them are left. But
 * for the first language all or none are enough: what is between them, calls come to in the check itself. A call with a
 * proof has a number, withheld or not, that no longer matters.
 */
export function sentByAgent(hotline: Hotline, today: string, everyDay: number): State[] {
  const { brand, flow } = hotline
  const topics = flow.types === ownStepTypes ? [null] : [null, ...brand.topics.map(({ name }) => name)]
  const about = brand.languages.flatMap(({ code }) => topics.map((topic) => ({ language: code, topic })))
  const rung = ringing(hotline, today, everyDay)
  return about.flatMap((known, index) => {
    const states = rung.map((state) => ({ ...state, call: { ...state.call, ...known } }))
    return [
      ...states.flatMap((state) => (index === 0 ? ANY : ENDS).map((counts) => sent(state, counts, unproved))),
      ...states.slice(0, 1).flatMap((state) => ENDS.map((counts) => sent(state, counts, proved))),
    ]
  })
}

interface Counts {
  entries: number
  tries: number
}
type Before = Pick<State['call'], 'claim' | 'assurance'> & { proved: Evidence }

const unproved: Before = { claim: null, assurance: UNKNOWN, proved: NOTHING_YET }
const proved: Before = {
  claim: somebody('subject-1', 'entry'),
  assurance: { level: 2, method: 'pin', at: AT },
  proved: { ...NOTHING_YET, level: 2, by: 'pin', subject: 'subject-1', named: 1 },
}

function sent(state: State, counts: Counts, { proved, ...known }: Before): State {
  const to = { kind: 'queue' as const, queue: queueName(state.call.brand, null) }
  const talk = { room: 'room', back: 'where the call was handed off' }
  // Of the same shape as every call: another one would be slow to copy.
  const handOff = { to, level: 0 as const, at: AT }
  const call = Object.assign({ ...state.call }, counts, known, { handOff, talk })
  return { ...state, on: [], call, proved }
}

function combinations(entries: readonly number[], tries: readonly number[]): Counts[] {
  return entries.flatMap((some) => tries.map((made) => ({ entries: some, tries: made })))
}

function upTo(most: number): number[] {
  return Array.from({ length: most + 1 }, (_, count) => count)
}

const ANY = combinations(upTo(ENTRIES_PER_CALL), upTo(TRIES_PER_CALL))
const ENDS = combinations([0, ENTRIES_PER_CALL], [0, TRIES_PER_CALL])
