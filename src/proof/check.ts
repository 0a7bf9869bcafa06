/**
 * The proof: explores every hotline and says what is wrong, each time with the shortest call that shows it. PURE, as all
 * of this folder: it imports `flow`, `call` and `auth`, and runs the very `advance` that calls run.
 *
 * Glossary, as model checking has it: *state* a call between two webhooks, with what its caller has proved · *initial
 * state* where calls begin · *action* what a caller or the network does · *environment* what comes from outside ·
 * *successor* what an action comes to, one for each way in which the world can answer · *transition* a successor as it is
 * kept, from a state to a state · *exploration* all states that calls can come to · *invariant* what must hold of every
 * successor · *counter-example* a shortest call that breaks a rule.
 */
import type { Topic } from '../flow/brand.ts'
import { isUnsafe, type RuleCode } from '../flow/files/finding.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import { isOf } from '../flow/steps/index.ts'
import { alike, type Group } from './alike.ts'
import { type Budget, budgetIn, NobodyVerified } from './budget.ts'
import type { CounterExample, ProofFinding } from './counter-example.ts'
import { dayKinds } from './days.ts'
import { type Exploration, type Transition, transitionsOf, wayTo } from './exploration.ts'
import { explore } from './explore.ts'
import { heardIn } from './heard.ts'
import { type Coverage, seenIn, unreached } from './reachability.ts'
import { createWatcher } from './watch.ts'
import { type Whole, weigh } from './whole-calls.ts'

export interface Proof {
  findings: ProofFinding[]
  flows: number
  brands: number
  /** States and exchanges that were tried, over all hotlines. */
  states: number
  exchanges: number
  /** The most that any call can have, over all hotlines. */
  most: Whole['most']
  /** Those asked for; they hold every state, so they are not kept otherwise. */
  explorations: Exploration[]
}

/**
 * Proves hotlines; the PIN checks that agents send callers to; and drafts: flows that no brand names yet. The last two
 * need not lead to any topic. Where a flow lets calls do what they must not, that alone is told of it: whether all of it
 * can be reached, and how long it takes, is seen when it is mended.
 */
export function prove(
  hotlines: Iterable<Hotline>,
  { drafts = [], checks = [] }: { drafts?: Iterable<Hotline>; checks?: Iterable<Hotline> } = {},
  { keep = false } = {},
): Proof {
  const one = [
    ...[...hotlines].map((hotline) => proveHotline(hotline, { isDraft: false, inTalk: false, keep })),
    ...alike([...checks]).map((group) => proveAlike(group, keep)),
    ...[...drafts].map((hotline) => proveHotline(hotline, { isDraft: true, inTalk: false, keep })),
  ]
  const flows = [...new Set(one.map(({ hotline }) => hotline.flow))]
  const findings = flows.flatMap((flow) => {
    const own = one.filter(({ hotline }) => hotline.flow === flow)
    const wrong = own.flatMap(({ wrong }) => wrong)
    return wrong.length > 0 ? wrong : [...own.flatMap(({ lacking }) => lacking), ...unreached(flow, own)]
  })
  const sum = (of: (one: One) => number): number => one.reduce((total, each) => total + of(each), 0)
  const highest = (of: (most: Whole['most']) => number): number => Math.max(0, ...one.map(({ most }) => of(most)))
  return {
    findings: merged(findings),
    flows: flows.length,
    brands: one.filter(({ isDraft }) => !isDraft).length,
    states: sum(({ states }) => states),
    exchanges: sum(({ exchanges }) => exchanges),
    most: {
      tries: highest(({ tries }) => tries),
      entries: highest(({ entries }) => entries),
      turns: highest(({ turns }) => turns),
      seconds: highest(({ seconds }) => seconds),
    },
    explorations: one.flatMap(({ exploration }) => exploration ?? []),
  }
}

/** What is known of one hotline when its exploration has been looked through. */
interface One extends Coverage {
  isDraft: boolean
  /** What calls can do and must not. */
  wrong: ProofFinding[]
  /** What they should be able to do, and in time. */
  lacking: ProofFinding[]
  states: number
  exchanges: number
  most: Whole['most']
  exploration: Exploration | null
}

function proveHotline(
  hotline: Hotline,
  { isDraft, inTalk, keep }: { isDraft: boolean; inTalk: boolean; keep: boolean },
): One {
  const watcher = createWatcher(hotline)
  const exploration = explore(hotline, dayKinds(hotline.brand), watcher, { inTalk })
  const { violations, most } = weigh(exploration)
  const brands = [hotline.brand.name]
  const wrong = [
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
  const unsafe = wrong.filter(isUnsafe)
  // Where a flow never asks for the hours, one way that lacks them says it all.
  const never = ![...hotline.flow.steps.values()].some((step) => isOf('hours', step))
  const warnings = wrong.filter((one) => !isUnsafe(one))
  const told = warnings.filter(
    ({ code }, place) => !never || place === warnings.findIndex((other) => other.code === code),
  )
  const isRight = unsafe.length === 0
  return {
    hotline,
    isDraft,
    inTalk,
    wrong: unsafe,
    lacking: isRight ? [...told, ...(isDraft ? [] : lackingIn(exploration))] : [],
    seen: seenIn(exploration),
    states: exploration.states.length,
    exchanges: count(transitionsOf(exploration)),
    most,
    exploration: keep ? exploration : null,
  }
}

/** One exploration stands for all brands of a group: what it finds concerns each of them. */
function proveAlike([hotline, ...others]: Group, keep: boolean): One {
  const one = proveHotline(hotline, { isDraft: true, inTalk: true, keep })
  const brands = [hotline, ...others].map(({ brand }) => brand.name)
  return { ...one, wrong: one.wrong.map((finding) => ({ ...finding, brands })) }
}

function tooMany({ flow, brand }: Hotline): ProofFinding {
  const message = `the flow '${flow.name}' has more different calls than can be tried; split it, or take steps out`
  return { ...flow.source.finding('size', ['steps'], message), brands: [brand.name], call: null }
}

function firstDay(days: number): number {
  return Math.log2(days & -days)
}

function lackingIn(exploration: Exploration): ProofFinding[] {
  const mute = languagesWithoutCalls(exploration)
  // Nobody can be timed on the way to their proof in a language that nobody is spoken to in.
  return [
    ...waitsWithoutEnd(exploration),
    ...topicsWithoutQueue(exploration),
    ...(mute.length > 0 ? mute : overBudget(exploration)),
  ]
}

/** Every wait ends, at the latest by the limits of the brand, and callers hear how they go on. */
function waitsWithoutEnd(exploration: Exploration): ProofFinding[] {
  const { brand, source, flow } = exploration.hotline
  const steps = new Set<string>()
  for (const { reply, to } of transitionsOf(exploration))
    if (reply?.next.kind === 'enqueue' && to) steps.add(to.call.step)
  const open = [...flow.steps].filter(
    ([step, config]) => steps.has(step) && isOf('enqueue', config) && !config.unserved,
  )
  const brands = [brand.name]
  // Where the brand has no limits, the steps need no way on from them yet.
  if (!brand.waits) {
    const message = `callers of '${brand.name}' may wait without end; say in 'waits' what follows a long wait, and that nobody is there`
    return steps.size === 0 ? [] : [{ ...source.finding('wait', ['name'], message), brands, call: null }]
  }
  return open.map(([step]) => {
      const message = `no wait ends in '${step}'; add 'unserved', to a branch on unserved that says how callers go on`
      return { ...flow.source.findingAtKey('wait', ['steps', step], message), brands, call: null }
    })
}

/** Every language of the brand is chosen in some call, or decided by the number called. */
function languagesWithoutCalls(exploration: Exploration): ProofFinding[] {
  const { brand, source, flow } = exploration.hotline
  const spoken = new Set<string>()
  for (const { language } of transitionsOf(exploration)) spoken.add(language)
  return brand.languages.flatMap(({ code }, index) => {
    if (spoken.has(code)) return []
    const message = `no call of '${brand.name}' comes to '${code}': a menu offers one other language alone; ask for it in flow '${flow.name}' by a step of type 'language', or give it a number in 'language_by_number'`
    return [{ ...source.finding('language', ['languages', index], message), brands: [brand.name], call: null }]
  })
}

/** Every topic has calls that come to its queue at the level that it needs, on every kind of day. */
function topicsWithoutQueue(exploration: Exploration): ProofFinding[] {
  const { hotline, kinds } = exploration
  const { brand, source } = hotline
  const days = new Map<string, number>()
  for (const { reply, to, days: on } of transitionsOf(exploration)) {
    if (reply?.next.kind !== 'enqueue' || !to?.call.handOff) continue
    const key = `${reply.next.queue} ${to.call.handOff.level}`
    days.set(key, (days.get(key) ?? 0) | on)
  }
  // A caller who needs a proof may have given more than the topic asks for; a caller who has none can give none.
  const lacks = ({ name, needs }: Topic): boolean => {
    const levels = needs === 0 ? [0] : [0, 1, 2].filter((level) => level >= needs)
    const on = levels.reduce((all, level) => all | (days.get(`${queueName(brand.name, name)} ${level}`) ?? 0), 0)
    return on !== (1 << kinds.length) - 1
  }
  return brand.topics.flatMap((topic, index) => {
    if (!lacks(topic)) return []
    const message = `no call about '${topic.name}' comes to its queue '${queueName(brand.name, topic.name)}' at level ${topic.needs}, at least on some days; lead callers there in flow '${brand.flow}'`
    return [{ ...source.finding('topic', ['topics', index], message), brands: [brand.name], call: null }]
  })
}

function overBudget(exploration: Exploration): ProofFinding[] {
  const { hotline, kinds } = exploration
  const brands = [hotline.brand.name]
  const { flow, source } = hotline
  const at = (code: RuleCode, message: string): ProofFinding => {
    return { ...source.finding(code, ['name'], message), brands, call: null }
  }
  const placed = ({ longest, longestMenu }: Budget, message: string): ProofFinding => {
    const told = [longest, longestMenu].find(({ text, step }) => message.includes(`"${text}"`) && flow.steps.has(step))
    return told
      ? { ...flow.source.finding('budget', ['steps', told.step, 'prompt'], message), brands, call: null }
      : at('budget', message)
  }
  const heard = heardIn(exploration)
  return kinds.flatMap((_kind, index) => {
    try {
      return budgetIn(exploration, index, heard).flatMap((budget) =>
        budget.broken.map((message) => placed(budget, `${message}; say less, or ask for less`)),
      )
    } catch (error) {
      if (!(error instanceof NobodyVerified)) throw error
      return [at('topic', `${error.message}; lead callers of its topics to their proof`)]
    }
  })
}

/** One finding for each rule and place, whatever the brand. */
function merged(findings: readonly ProofFinding[]): ProofFinding[] {
  const byPlace = new Map<string, ProofFinding>()
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
export function callThrough(exploration: Exploration, step: string, exit: string): CounterExample | null {
  let shortest: Transition[] | null = null
  for (const transition of transitionsOf(exploration)) {
    if (!transition.way.some((passage) => passage.step === step && passage.exit === exit)) continue
    const way = wayTo(transition)
    if (shortest === null || way.length < shortest.length) shortest = way
  }
  return shortest && { exploration, day: firstDay(shortest.at(-1)?.days ?? 1), exchanges: shortest }
}
