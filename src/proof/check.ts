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
import { isUnsafe } from '../flow/files/finding.ts'
import type { Hotline } from '../flow/hotline.ts'
import { isOf } from '../flow/steps/index.ts'
import { alike, type Group } from './alike.ts'
import type { CounterExample, ProofFinding } from './counter-example.ts'
import { dayKinds } from './days.ts'
import { type Exploration, type Transition, transitionsOf, wayTo } from './exploration.ts'
import { explore } from './explore.ts'
import { lackingIn } from './lacking.ts'
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

/** `keep`: the explorations. `calls`: what calls do alone is looked for, and not what is missing or never reached, which no call shows. */
interface Wanted {
  keep?: boolean
  calls?: boolean
}

/**
 * Proves hotlines; the PIN checks that agents send callers to; and drafts: flows that no brand names yet. The last two
 * need not lead to any topic. Where a flow lets calls do what they must not, that alone is told of it: whether all of it
 * can be reached, and how long it takes, is seen when it is mended.
 */
export function prove(
  hotlines: Iterable<Hotline>,
  { drafts = [], checks = [] }: { drafts?: Iterable<Hotline>; checks?: Iterable<Hotline> } = {},
  wanted: Wanted = {},
): Proof {
  const one = [
    ...[...hotlines].map((hotline) => proveHotline(hotline, { isDraft: false, inTalk: false }, wanted)),
    ...alike([...checks]).map((group) => proveAlike(group, wanted)),
    ...[...drafts].map((hotline) => proveHotline(hotline, { isDraft: true, inTalk: false }, wanted)),
  ]
  const flows = [...new Set(one.map(({ hotline }) => hotline.flow))]
  const findings = flows.flatMap((flow) => {
    const own = one.filter(({ hotline }) => hotline.flow === flow)
    const wrong = own.flatMap(({ wrong }) => wrong)
    if (wrong.length > 0) return wrong
    return [...own.flatMap(({ lacking }) => lacking), ...(wanted.calls ? [] : unreached(flow, own))]
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
      changes: highest(({ changes }) => changes),
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
  { isDraft, inTalk }: { isDraft: boolean; inTalk: boolean },
  { keep = false, calls = false }: Wanted,
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
    lacking: isRight ? [...told, ...(isDraft || calls ? [] : lackingIn(exploration))] : [],
    seen: seenIn(exploration),
    states: exploration.states.length,
    exchanges: count(transitionsOf(exploration)),
    most,
    exploration: keep ? exploration : null,
  }
}

/** One exploration stands for all brands of a group: what it finds concerns each of them. */
function proveAlike([hotline, ...others]: Group, wanted: Wanted): One {
  const one = proveHotline(hotline, { isDraft: true, inTalk: true }, wanted)
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
