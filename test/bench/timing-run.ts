/** A round for each pair, every state once in it and in an order of its own, and what is found in them. */
import { chanceOf } from '../../src/lab/random.ts'
import type { CheckWork } from '../support/counted-checks.ts'
import { type Compared, compared, type Verdict, verdictOn } from './statistics.ts'
import { comparisons, type StateName, states, type TimedCall, type TimedCalls } from './timing-calls.ts'

/** Fewer say nothing of times, whatever they are; counts are judged always. */
export const LEAST_PAIRS = 100
/** Calls under way: as many as wait for the grid, half a second each, while one is worked for. */
const AT_ONCE = 24

export type Turn = keyof TimedCall

/** One state against the one that it must not be told from, in one turn. */
export interface Finding {
  state: StateName
  with: StateName
  turn: Turn
  /** Before the grid: what is there to be seen if the grid were not. */
  worked: Compared
  /** As the caller has the answer. */
  heard: Compared
  /** What each asks for, where it is not the same; null where it is. */
  otherWork: [CheckWork, CheckWork] | null
  /** Of counts alone where there are too few pairs. */
  verdict: Verdict
}

export type Calls = Record<StateName, TimedCall[]>

const names = Object.keys(states) as StateName[]

/** @param told after each round. */
export async function rounds(
  calls: TimedCalls,
  { pairs, seed }: { pairs: number; seed: number },
  told: (done: number) => void,
): Promise<Calls> {
  const chance = chanceOf(seed)
  const made = Object.fromEntries(names.map((name) => [name, []])) as unknown as Calls
  const order = Array.from({ length: pairs }, () => shuffled(names, chance)).flat()
  let [next, done] = [0, 0]
  async function goOn(): Promise<void> {
    for (let name = order[next++]; name !== undefined; name = order[next++]) {
      made[name].push(await calls.call(name))
      done += 1
      if (done % names.length === 0) told(done / names.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, goOn))
  return made
}

export function findingsIn(made: Calls): Finding[] {
  return comparisons.flatMap(([state, other]) =>
    (['number', 'secret'] as const).map((turn): Finding => {
      const [mine, theirs] = [made[state], made[other]].map((calls) => calls.map((call) => call[turn]))
      if (!mine || !theirs) throw new Error('a state was not called')
      const of = (what: 'worked' | 'heard'): Compared =>
        compared(
          theirs.map((timed) => timed[what]),
          mine.map((timed) => timed[what]),
        )
      const [worked, heard] = [of('worked'), of('heard')]
      const otherWork = differing(
        theirs.map(({ work }) => work),
        mine.map(({ work }) => work),
      )
      const isTimed = worked.pairs >= LEAST_PAIRS
      const verdicts = isTimed ? [verdictOn(worked), verdictOn(heard)] : []
      const worst = (['apart', 'unclear', 'alike'] as const).find((each) => verdicts.includes(each))
      const verdict = otherWork ? 'apart' : (worst ?? 'alike')
      return { state, with: other, turn, worked, heard, otherWork, verdict }
    }),
  )
}

/** The first of each side that is unlike the first of all. */
function differing(theirs: readonly CheckWork[], mine: readonly CheckWork[]): [CheckWork, CheckWork] | null {
  const [first] = theirs
  const unlike = [...theirs, ...mine].find((work) => JSON.stringify(work) !== JSON.stringify(first))
  return first && unlike ? [first, unlike] : null
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], chance: () => number): T[] {
  const all = [...items]
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(chance() * (at + 1))
    ;[all[at], all[other]] = [all[other] as T, all[at] as T]
  }
  return all
}
