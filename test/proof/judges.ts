/** Two judges of mutants: the proof, and the oracle, who knows nothing of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Finding, RuleCode } from '../../src/flow/files/finding.ts'
import { exitsOf, type Flow } from '../../src/flow/flow.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { endsOf, offerFor } from '../../src/flow/waits.ts'
import { prove } from '../../src/proof/check.ts'
import { flowsDir, shipped } from '../flow/shipped.ts'
import type { Bad } from './judgement.ts'
import { differences, type FlowData, flowOf, type Mutant } from './mutations.ts'
import { createOracle } from './oracle.ts'

/** Whether all brands are tried in all their languages; otherwise one brand of each policy is, in its first language. */
export const isWhole = process.env.MUTANTS === 'all'

/** Rules that say that nobody gets what they should not, and that no call breaks. The others say that nothing is missing. */
export const safetyRules: ReadonlySet<RuleCode> = new Set<RuleCode>([
  'level',
  'secret',
  'account',
  'alike',
  'input',
  'loop',
  'tries',
  'break',
  'return',
  'hours',
  'change',
])

export const shippedData = parse(readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')) as FlowData

interface Policy {
  /** All that a caller's fate can depend on in a brand, but for the topics; its dates count by their order. */
  rest: string
  topics: string[]
}

function policyOf({ brand }: Hotline): Policy {
  const dates = [brand.roll_out.announced, brand.roll_out.mandatory, brand.pin_shown_from]
  const order = dates.map((date) => date && dates.filter((other) => other !== undefined && other < date).length)
  const identifiers = brand.identifiers.map(({ kind, check }) => [kind, check])
  const offered = endsOf(brand.waits).map((why) => [why, offerFor(brand.waits, why)])
  const rest = JSON.stringify([
    identifiers,
    brand.tail ?? null,
    brand.credentials,
    brand.own_line,
    brand.pins.letters,
    brand.queues,
    offered,
    order,
  ])
  return { rest, topics: topicsOf(brand) }
}

/** What kinds of topics a brand has. */
function topicsOf({ topics }: Hotline['brand']): string[] {
  return [
    ...new Set(topics.map(({ needs, written, sets }) => `${needs}${written ? ' written' : ''}${sets ? ' sets' : ''}`)),
  ].sort()
}

/** One brand of each policy. A brand that is like another one with fewer topics has no calls that the other has not. */
function hotlinesOnTrial(): Hotline[] {
  const all = [...shipped.values()].map((hotline) => ({ hotline, policy: policyOf(hotline) }))
  if (isWhole) return all.map(({ hotline }) => hotline)
  const kept = all.filter(({ policy: { rest, topics } }, index) => {
    const covers = ({ policy }: (typeof all)[number]): boolean =>
      policy.rest === rest && topics.every((topic) => policy.topics.includes(topic))
    return !all.some((other, place) => covers(other) && (other.policy.topics.length > topics.length || place < index))
  })
  return kept.map(({ hotline }) => {
    const { brand } = hotline
    return { ...hotline, brand: { ...brand, languages: brand.languages.slice(0, 1) } }
  })
}

export const onTrial = hotlinesOnTrial()

/** The oracle listens to keys of prompts; what they say decides nothing. */
const inKeys: Hotline['words'] = {
  has: () => true,
  speak: (language, { key, vars, language: own }) => {
    return { text: vars ? `${key} ${JSON.stringify(vars)}` : key, language: own ?? language }
  },
}

/** The hotlines with which the proof judges what nobody finds unsafe: that with most needs and dates, or all. */
const forSafe = isWhole ? onTrial : onTrial.toSorted((one, other) => variety(other) - variety(one)).slice(0, 1)

function variety({ brand }: Hotline): number {
  return topicsOf(brand).length + daysOf(brand).length
}

/** A day of each kind that a brand has: before all of its dates, and each of them. */
export function daysOf({ roll_out, pin_shown_from }: Hotline['brand']): string[] {
  const dates = [roll_out.mandatory, roll_out.announced, pin_shown_from].filter((date) => date !== undefined)
  return [...new Set([...dates, '2000-01-01'])]
}

export interface Trial {
  mutant: Mutant
  flow: Flow
  /** In what it differs from the shipped flow. */
  changed: ReadonlySet<string>
  /** What the oracle found bad, by brand. */
  unsafe: Map<string, { bad: Bad; call: string[]; today: string }>
  /** Steps and exits that no call came through, of no brand and on no day; counts where nothing is bad. */
  unused: Set<string>
  /** Topics whose callers were not handed to their queue with what it needs, on some day, as `brand.topic`. */
  lacking: Set<string>
  /** Whether every call was tried. */
  isComplete: boolean
}

/** Asks the oracle about every flow, on every hotline and day; a brand is left at its first bad call. */
export function askOracle(base: Flow, mutants: readonly { mutant: Mutant; flow: Flow }[]): Trial[] {
  const trials = mutants.map(({ mutant, flow }): Trial => {
    const exits = [...flow.steps].flatMap(([name, step]) =>
      Object.keys(exitsOf(flow, step)).map((exit) => `${name}.${exit}`),
    )
    const unused = new Set([...flow.steps.keys(), ...exits])
    const changed = differences(base, flow)
    return { mutant, flow, changed, unsafe: new Map(), unused, lacking: new Set(), isComplete: true }
  })
  for (const hotline of onTrial) {
    const { brand } = hotline
    const oracle = createOracle({ ...hotline, words: inKeys })
    for (const today of daysOf(brand)) {
      oracle.judge(base, today, new Set())
      for (const trial of trials) {
        if (trial.unsafe.has(brand.name)) continue
        const verdict = oracle.judge(trial.flow, today, trial.changed)
        const { bad, call, used, handedTo, isComplete } = verdict
        if (bad) trial.unsafe.set(brand.name, { bad, call, today })
        for (const use of used) trial.unused.delete(use)
        for (const { name, needs } of brand.topics) {
          const own = `${brand.name}.${name}`
          if (!handedTo.has(`${own} at ${needs}`)) trial.lacking.add(own)
        }
        if (!bad && !isComplete) trial.isComplete = false
      }
    }
  }
  return trials
}

/** The mutants that can be read at all, as flows. */
export function read(mutants: readonly Mutant[]): { mutant: Mutant; flow: Flow }[] {
  return mutants.flatMap((mutant) => {
    const flow = flowOf(mutant.data)
    return flow ? [{ mutant, flow }] : []
  })
}

class Refused extends Error {
  readonly code: RuleCode
  constructor(code: RuleCode) {
    super(`refused by the rule '${code}'`)
    this.code = code
  }
}

/** The first safety rule that the proof finds broken, or null. The proof is left there: no later finding takes it back. */
export function firstSafetyRule(hotline: Hotline): RuleCode | null {
  const { source } = hotline.flow
  const finding = (code: RuleCode, path: readonly PropertyKey[], message: string): Finding => {
    if (safetyRules.has(code)) throw new Refused(code)
    return source.finding(code, path, message)
  }
  try {
    prove([{ ...hotline, flow: { ...hotline.flow, source: { ...source, finding } } }])
    return null
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}

/** All that the proof says of a flow that nobody found unsafe. */
export function proofOf(flow: Flow): { code: RuleCode; message: string; brands: string[] }[] {
  // Without the calls: each holds all that the exploration knows, and there are thousands.
  return prove(forSafe.map((hotline) => ({ ...hotline, flow }))).findings.map(({ code, message, brands }) => {
    return { code, message, brands }
  })
}

/** Whether a finding says what the oracle has seen too: that something is missing. Null: that is not for it to tell. */
export function isFounded(trial: Trial, { code, message, brands }: ReturnType<typeof proofOf>[number]): boolean | null {
  const [, first = '', second = ''] = /^no call (?:comes to|leaves|about) '(\w+)'(?: by '(\w+)')?/.exec(message) ?? []
  const lacks = (topic: string): boolean => brands.every((brand) => trial.lacking.has(`${brand}.${topic}`))
  switch (code) {
    case 'step':
      return trial.unused.has(first)
    case 'exit':
      return trial.unused.has(`${first}.${second}`)
    case 'topic':
      if (first !== '') return lacks(first)
      // Where nobody who does everything right is verified, no topic that needs it comes to its queue: but by a call
      // that is let in because it is closed, which is not the good way. Of that the oracle cannot tell.
      return topicsThatNeed(2, brands).some(lacks) || (trial.mutant.what.startsWith('hours.') ? null : false)
    default:
      return null
  }
}

function topicsThatNeed(level: number, brands: readonly string[]): string[] {
  const topics = onTrial.filter(({ brand }) => brands.includes(brand.name)).flatMap(({ brand }) => brand.topics)
  return topics.filter(({ needs }) => needs === level).map(({ name }) => name)
}
