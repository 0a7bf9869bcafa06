/**
 * Mutants of the shipped flow, judged by proof and oracle: all of them by `npm run mutants`, else as many of each kind, others
 * at each commit. Two test files take one half each.
 */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Flow } from '../../src/flow/flow.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { seedOfRun } from '../support/counts.ts'
import { counted, measured } from '../support/measured.ts'
import { badThings } from './judgement.ts'
import {
  askOracle,
  firstSafetyRule,
  isFounded,
  isWhole,
  onTrial,
  proofOf,
  read,
  safetyRules,
  shippedData,
  type Trial,
} from './judges.ts'
import { flowOf, kinds, type Mutant, mutantsOf } from './mutations.ts'

const BATCH = 900
const DRAWN_OF_EACH_KIND = 12
const seed = seedOfRun()

interface Judged {
  mutants: Mutant[]
  trials: Trial[]
  /** For brands in which the oracle finds a mutant unsafe: the first safety rule that the proof finds broken. */
  unsafe: { trial: Trial; brand: string; rule: string | null }[]
  safe: { trial: Trial; findings: ReturnType<typeof proofOf> }[]
}

export function tryMutants(half: 0 | 1): void {
  describe(`every second mutant of the shipped flow, from number ${half} on`, () => {
    let judged: Judged
    beforeAll(() => {
      judged = judgeHalf(half)
    })
    afterAll(() => {
      console.log(report(judged))
      if (!isWhole) return
      const accepted = judged.unsafe.filter(({ rule }) => rule === null).length
      measured(
        `unsafe mutations of the shipped flow that the proof accepts, half ${half + 1} of 2`,
        `${accepted} of ${counted(judged.unsafe.length)} (${counted(judged.mutants.length)} mutants)`,
      )
    })

    it('is one of many, of every kind, safe and unsafe', () => {
      const { mutants, trials, unsafe, safe } = judged
      for (const kind of kinds) expect(mutants.some((mutant) => mutant.kind === kind)).toBe(true)
      expect(trials.length).toBeGreaterThan(mutants.length / 3)
      expect(trials.every(({ isComplete }) => isComplete)).toBe(true)
      expect(safe.length).toBeGreaterThan(trials.length / 10)
      expect(trials.length - safe.length).toBeGreaterThan(trials.length / 10)
      if (!isWhole) return
      for (const what of ['breaks', 'round'] as const) {
        expect(unsafe.filter(({ trial, brand }) => trial.unsafe.get(brand)?.bad.what === what).length).toBeGreaterThan(
          100,
        )
      }
      expect(safe.filter(({ findings }) => findings.length === 0).length).toBeGreaterThan(200)
    })

    it('breaks a rule of safety in the proof wherever the oracle finds a bad call', () => {
      const missed = judged.unsafe.filter(({ rule }) => rule === null)
      expect(missed.map(({ trial, brand }) => [trial.mutant.what, brand, trial.unsafe.get(brand)])).toEqual([])
    })

    it('breaks none where the oracle, who has tried every call, finds none bad', () => {
      const strict = judged.safe.filter(({ findings }) => findings.some(({ code }) => safetyRules.has(code)))
      // Not the findings themselves: a picture of all that they hold takes minutes.
      expect(strict.map(({ trial, findings }) => [trial.mutant.what, findings.map(({ message }) => message)])).toEqual(
        [],
      )
    })

    it('is said to lack only what no call of the oracle has', () => {
      const unfounded = judged.safe.flatMap(({ trial, findings }) =>
        findings
          .filter((finding) => isFounded(trial, finding) === false)
          .map(({ message }) => [trial.mutant.what, message]),
      )
      expect(unfounded).toEqual([])
    })
  })
}

function judgeHalf(half: 0 | 1): Judged {
  const base = flowOf(shippedData) as Flow
  const own = [...mutantsOf(shippedData)].filter((_, index) => index % 2 === half)
  const mutants = isWhole ? own : kinds.flatMap((kind) => drawn(own.filter((mutant) => mutant.kind === kind)))
  const trials = inBatches(mutants).flatMap((batch) => askOracle(base, read(batch)))
  const unsafe = trials.flatMap((trial, index) =>
    judgedWith(trial, index).map((hotline) => {
      const rule = firstSafetyRule({ ...hotline, flow: trial.flow })
      return { trial, brand: hotline.brand.name, rule }
    }),
  )
  const safe = trials
    .filter(({ unsafe }) => unsafe.size === 0)
    .map((trial) => ({ trial, findings: proofOf(trial.flow) }))
  return { mutants, trials, unsafe, safe }
}

function drawn(mutants: readonly Mutant[]): Mutant[] {
  const rank = ({ what }: Mutant): string => createHash('sha256').update(`${seed} ${what}`).digest('hex')
  return mutants.toSorted((one, other) => rank(one).localeCompare(rank(other))).slice(0, DRAWN_OF_EACH_KIND)
}

/** All brands in which a mutant is unsafe where all is tried; else one of them, another for the next mutant. */
function judgedWith({ unsafe }: Trial, index: number): Hotline[] {
  const brands = onTrial.filter(({ brand }) => unsafe.has(brand.name))
  return isWhole ? brands : brands.filter((_brand, place) => place === index % brands.length)
}

/** An oracle remembers every call of every mutant that it has tried: too many at once do not fit into memory. */
function inBatches(mutants: readonly Mutant[]): Mutant[][] {
  const count = Math.ceil(mutants.length / BATCH)
  return Array.from({ length: count }, (_, batch) => mutants.filter((_mutant, index) => index % count === batch))
}

function report({ mutants, trials, unsafe, safe }: Judged): string {
  const count = <T>(all: readonly T[], nameOf: (one: T) => string): string => {
    const numbers = new Map<string, number>()
    for (const one of all) numbers.set(nameOf(one), (numbers.get(nameOf(one)) ?? 0) + 1)
    const sorted = [...numbers].sort(([, one], [, other]) => other - one)
    return sorted.map(([name, number]) => `  ${String(number).padStart(6)}  ${name}`).join('\n')
  }
  const readable = new Set(trials.map(({ mutant }) => mutant))
  const isUnsafe = new Set(unsafe.map(({ trial }) => trial.mutant))
  const fate = (mutant: Mutant): string =>
    !readable.has(mutant) ? 'refused by reading' : isUnsafe.has(mutant) ? 'unsafe' : 'safe'
  const codesOf = ({ findings }: Judged['safe'][number]): string =>
    [...new Set(findings.map(({ code }) => code))].sort().join(', ') || 'accepted'
  return [
    `${mutants.length} mutants${isWhole ? '' : ` drawn by SEED=${seed}`}, on ${onTrial.map(({ brand }) => brand.name).join(', ')}:`,
    count(mutants, (mutant) => `${mutant.kind}: ${fate(mutant)}`),
    `${isUnsafe.size} unsafe ones; with each brand, what the oracle met and by which rule the proof refuses:`,
    count(unsafe, ({ trial, brand, rule }) => `${trial.unsafe.get(brand)?.bad.what}: ${rule ?? 'ACCEPTED'}`),
    `${safe.length} safe ones, and the rules by which the proof refuses:`,
    count(safe, codesOf),
    `bad things looked for: ${badThings.join(', ')}`,
  ].join('\n')
}
