/**
 * The proof: explores every hotline and says what is wrong, each time with the shortest call that shows it. PURE, as all
 * of this folder: it imports `flow`, `call` and `auth`, and runs the very `advance` that calls run.
 */
import type { Topic } from '../flow/brand.ts'
import type { Finding, RuleCode } from '../flow/finding.ts'
import { exitsOf, type Flow, placeOfExit } from '../flow/flow.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import { type Budget, budgetIn } from './budget.ts'
import { dayKinds, everyDayKind } from './days.ts'
import { type Arc, arcsOf, type Exploration, wayTo } from './exploration.ts'
import { explore } from './explore.ts'
import { heardIn } from './heard.ts'
import { createWatcher } from './watch.ts'
import { type Whole, weigh } from './whole.ts'

/** What happened in one turn of a bad call. */
export type Exchanged = Pick<Arc, 'from' | 'act' | 'asked' | 'way' | 'reply' | 'broke'>

/** A call from the ringing on, such as one that breaks a rule. */
export interface BadCall {
  exploration: Exploration
  /** The kind of day on which it takes place, by its number in the exploration. */
  day: number
  exchanges: Exchanged[]
}

/** A finding with the brands that it concerns, and the shortest call that shows it; null where no single call does. */
export interface Proved extends Finding {
  brands: string[]
  call: BadCall | null
}

export interface Proof {
  findings: Proved[]
  flows: number
  brands: number
  /** States and exchanges that were tried, over all hotlines. */
  states: number
  exchanges: number
  /** The most that any call can have, over all hotlines. */
  most: Whole['most']
  explorations: Exploration[]
}

/** Proves hotlines, and drafts: flows that no brand names yet, which need not lead to any topic. */
export function prove(hotlines: Iterable<Hotline>, drafts: Iterable<Hotline> = []): Proof {
  const all = [...hotlines]
  const inUse = all.map(proveHotline)
  const inDraft = [...drafts].map(proveHotline)
  const one = [...inUse, ...inDraft]
  const flows = [...new Set(one.map(({ exploration }) => exploration.hotline.flow))]
  const findings = [
    ...one.flatMap(({ proved }) => proved),
    ...inUse.flatMap(({ exploration }) => topicsWithoutQueue(exploration)),
    ...flows.flatMap((flow) =>
      unreached(
        flow,
        one.map(({ exploration }) => exploration).filter(({ hotline }) => hotline.flow === flow),
      ),
    ),
    ...inUse.flatMap(({ exploration }) => overBudget(exploration)),
  ]
  const highest = (of: (most: Whole['most']) => number): number => Math.max(0, ...one.map(({ most }) => of(most)))
  return {
    findings: merged(findings),
    flows: flows.length,
    brands: all.length,
    states: one.reduce((sum, { exploration }) => sum + exploration.states.length, 0),
    exchanges: one.reduce((sum, { exploration }) => sum + count(arcsOf(exploration)), 0),
    most: {
      tries: highest(({ tries }) => tries),
      entries: highest(({ entries }) => entries),
      turns: highest(({ turns }) => turns),
      seconds: highest(({ seconds }) => seconds),
    },
    explorations: one.map(({ exploration }) => exploration),
  }
}

interface One {
  exploration: Exploration
  proved: Proved[]
  most: Whole['most']
}

/** What single turns and whole calls of one hotline break. */
function proveHotline(hotline: Hotline): One {
  const watcher = createWatcher(hotline)
  const exploration = explore(hotline, dayKinds(hotline.brand), watcher)
  const { violations, most } = weigh(exploration)
  const brands = [hotline.brand.name]
  const proved = [
    ...watcher.violations().map(({ finding, taken }) => {
      const { from, act, asked, way, result, broke, day } = taken
      const last = { from, act, asked, way, reply: result?.reply ?? null, broke }
      const before = from.by === null ? [] : wayTo(from.by)
      return { ...finding, brands, call: { exploration, day, exchanges: [...before, last] } }
    }),
    ...violations.map(({ finding, way }) => {
      return { ...finding, brands, call: { exploration, day: firstDay(way.at(-1)?.days ?? 1), exchanges: way } }
    }),
    ...(exploration.tooMany ? [tooMany(hotline)] : []),
  ]
  return { exploration, proved, most }
}

function tooMany({ flow, brand }: Hotline): Proved {
  const message = `the flow '${flow.name}' has more different calls than can be tried; split it, or take steps out`
  return { ...flow.source.finding('loop', ['steps'], message), brands: [brand.name], call: null }
}

function firstDay(days: number): number {
  return Math.log2(days & -days)
}

/** Every topic has calls that come to its queue at the level that it needs, on every kind of day. */
function topicsWithoutQueue(exploration: Exploration): Proved[] {
  const { hotline, kinds } = exploration
  const { brand, source } = hotline
  const days = new Map<string, number>()
  for (const { reply, to, days: on } of arcsOf(exploration)) {
    if (reply?.next.kind !== 'enqueue' || !to?.call.handOff) continue
    const key = `${reply.next.queue} ${to.call.handOff.level}`
    days.set(key, (days.get(key) ?? 0) | on)
  }
  const lacks = ({ name, needs }: Topic): boolean =>
    (days.get(`${queueName(brand.name, name)} ${needs}`) ?? 0) !== (1 << kinds.length) - 1
  return brand.topics.flatMap((topic, index) => {
    if (!lacks(topic)) return []
    const message = `no call about '${topic.name}' comes to its queue '${queueName(brand.name, topic.name)}' at level ${topic.needs}, at least on some days; lead callers there in flow '${brand.flow}'`
    return [{ ...source.finding('topic', ['topics', index], message), brands: [brand.name], call: null }]
  })
}

/** Steps and exits that no call takes: not with these brands, and not with any that could be written. */
function unreached(flow: Flow, explorations: readonly Exploration[]): Proved[] {
  const seen = new Set<string>([flow.start])
  const note = (exploration: Exploration): void => {
    for (const { way, step } of arcsOf(exploration)) {
      seen.add(step)
      for (const { step, exit } of way) seen.add(step).add(`${step}.${exit}`)
    }
  }
  const missing = (): { step: string; exit: string | null }[] =>
    [...flow.steps].flatMap(([step, config]): { step: string; exit: string | null }[] =>
      seen.has(step)
        ? Object.keys(exitsOf(flow, config))
            .filter((exit) => !seen.has(`${step}.${exit}`))
            .map((exit) => ({ step, exit }))
        : [{ step, exit: null }],
    )
  for (const exploration of explorations) note(exploration)
  const [first] = explorations
  if (first && missing().length > 0) note(explore(anyBrand(first.hotline), everyDayKind()))
  const brands = explorations.map(({ hotline }) => hotline.brand.name)
  return missing().map(({ step, exit }) => {
    const finding =
      exit === null
        ? flow.source.findingAtKey('step', ['steps', step], `no call comes to '${step}'; lead to it or remove it`)
        : flow.source.finding(
            'exit',
            placeOfExit(flow, step, exit),
            `no call leaves '${step}' by '${exit}'; remove this exit`,
          )
    return { ...finding, brands, call: null }
  })
}

/** A brand that offers all that a brand can offer: topics of every need, and the line one calls from. */
function anyBrand(hotline: Hotline): Hotline {
  const { brand } = hotline
  const free = [...'0123456789'].filter((key) => ![brand.person_key, brand.language_key].includes(key))
  const topics = ([0, 1, 2] as const).map((needs, index): Topic => {
    const name = brand.topics.find((topic) => topic.needs === needs)?.name ?? `topic_of_level_${needs}`
    return { name, press: free[index] ?? '', needs }
  })
  return { ...hotline, brand: { ...brand, topics, own_line: true } }
}

function overBudget(exploration: Exploration): Proved[] {
  const { hotline, kinds } = exploration
  const brands = [hotline.brand.name]
  const { flow, source } = hotline
  const at = (code: RuleCode, message: string): Proved => {
    return { ...source.finding(code, ['name'], message), brands, call: null }
  }
  const placed = ({ longest }: Budget, message: string): Proved =>
    message.includes(longest.text) && flow.steps.has(longest.step)
      ? { ...flow.source.finding('budget', ['steps', longest.step, 'prompt'], message), brands, call: null }
      : at('budget', message)
  const heard = heardIn(exploration)
  return kinds.flatMap((_kind, index) => {
    try {
      return budgetIn(exploration, index, heard).flatMap((budget) =>
        budget.broken.map((message) => placed(budget, `${message}; say less, or ask for less`)),
      )
    } catch (error) {
      return [at('topic', error instanceof Error ? error.message : String(error))]
    }
  })
}

/** One finding for each rule and place, whatever the brand. */
function merged(findings: readonly Proved[]): Proved[] {
  const byPlace = new Map<string, Proved>()
  for (const finding of findings) {
    const { code, file, line, column } = finding
    const key = [code, file, line, column].join()
    const known = byPlace.get(key)
    if (known) known.brands = [...new Set([...known.brands, ...finding.brands])]
    else byPlace.set(key, { ...finding })
  }
  return [...byPlace.values()]
}

function count(items: Iterable<unknown>): number {
  let number = 0
  for (const _ of items) number++
  return number
}

/** A shortest call that leaves a step by an exit: where a transcript of it can start from. Null when no call does. */
export function callThrough(exploration: Exploration, step: string, exit: string): BadCall | null {
  let shortest: Arc[] | null = null
  for (const arc of arcsOf(exploration)) {
    if (!arc.way.some((passage) => passage.step === step && passage.exit === exit)) continue
    const way = wayTo(arc)
    if (shortest === null || way.length < shortest.length) shortest = way
  }
  return shortest && { exploration, day: firstDay(shortest.at(-1)?.days ?? 1), exchanges: shortest }
}
