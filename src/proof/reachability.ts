/** Which steps and exits calls take, and which no call can. */

import { changeableKinds } from '../auth/credentials.ts'
import type { Topic } from '../flow/brand.ts'
import type { Finding } from '../flow/files/finding.ts'
import { exitsOf, type Flow, placeOfExit, typeOf } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import { hoursSchema } from '../flow/hours.ts'
import { isOf, ownStepTypes } from '../flow/steps/index.ts'
import type { Waits } from '../flow/waits.ts'
import type { ProofFinding } from './counter-example.ts'
import { everyDayKind } from './days.ts'
import { type Exploration, type Transition, transitionsOf } from './exploration.ts'
import { explore } from './explore.ts'

/** What calls of a hotline take: names of steps, and `step.exit` of exits. */
export interface Coverage {
  hotline: Hotline
  /** Whether its calls are sent by agents, and do not ring. */
  inTalk: boolean
  seen: ReadonlySet<string>
}

export function seenIn(exploration: Exploration): Set<string> {
  const { flow } = exploration.hotline
  const seen = new Set<string>([flow.start])
  const note = noting(flow, seen)
  for (const transition of transitionsOf(exploration)) note(transition)
  return seen
}

/** Adds to what is seen what a transition takes. */
function noting(flow: Flow, seen: Set<string>): (transition: Transition) => void {
  // Hundreds of thousands of exchanges take the same few exits.
  const taken = new Map<string, Set<string>>()
  return ({ way, step }) => {
    seen.add(step)
    for (const { step, exit } of way) {
      const exits = taken.get(step) ?? new Set()
      if (exits.has(exit)) continue
      taken.set(step, exits.add(exit))
      seen.add(step).add(`${step}.${exit}`)
      // A step that leads out of the flow is no more the one where the call stands.
      const config = flow.steps.get(step)
      const target = config && exitsOf(flow, config)[exit]
      if (target !== undefined) seen.add(target)
    }
  }
}

/**
 * Steps and exits that no call takes: not with these brands, and not with any that could be written. An exit that its
 * step type asks for is none of them: authors could not remove it.
 */
export function unreached(flow: Flow, own: readonly Coverage[]): ProofFinding[] {
  const seen = new Set(own.flatMap((one) => [...one.seen]))
  const untried = untriedIn(flow, seen)
  const steps = (): string[] => [...flow.steps.keys()].filter((step) => !seen.has(step))
  const exits = (): Exit[] =>
    [...flow.steps].flatMap(([step, config]) =>
      seen.has(step)
        ? Object.entries(exitsOf(flow, config))
            .filter(([exit]) => !seen.has(`${step}.${exit}`))
            .map(([exit, to]) => ({ step, exit, to }))
        : [],
    )
  const [first] = own
  const unused = (): Exit[] => exits().filter(({ step }) => !isForeign(flow, step))
  // An exit that its step type asks for is none to be found: more calls could not make it one that can be removed.
  const isMissing = (): boolean =>
    steps().some((step) => !untried.steps.has(step)) || unused().some((exit) => canGo(flow, exit, seen))
  // One kind of day is enough for what hangs on the brand alone, as hours do, and takes a fraction of the time.
  for (const kinds of [everyDayKind().slice(-1), everyDayKind()]) {
    if (!first || !isMissing()) break
    const { hotline, inTalk } = first
    const note = noting(flow, seen)
    let size = 0
    // Breadth first all of it is seen early, where there are calls that take it.
    const isEnough = (transition: Transition): boolean => {
      note(transition)
      if (seen.size === size) return false
      size = seen.size
      return !isMissing()
    }
    explore(anyBrand(hotline), kinds, null, { inTalk, isEnough })
  }
  const brands = own.map(({ hotline }) => hotline.brand.name)
  const [removable, demanded] = [true, false].map((can) => unused().filter((one) => canGo(flow, one, seen) === can))
  const findings = [
    ...untried.findings,
    ...steps().flatMap((step) => {
      if (untried.steps.has(step)) return []
      const others = (demanded ?? []).filter(({ to }) => to === step).map((at) => `'${at.exit}' of '${at.step}'`)
      const remedy =
        others.length === 0 ? ' or remove it' : `, or remove it and let ${others.join(' and ')} name another`
      return flow.source.findingAtKey('step', ['steps', step], `no call comes to '${step}'; lead to it${remedy}`)
    }),
    ...(removable ?? []).map(({ step, exit }) => {
      const message = `no call leaves '${step}' by '${exit}'; remove this exit`
      return flow.source.finding('exit', placeOfExit(flow, step, exit), message)
    }),
  ]
  return findings.map((finding) => ({ ...finding, brands, call: null }))
}

/**
 * What steps of an operator's type do by an exit that no call took. Other brands are no help: such a type may look for an
 * entry that was not tried, and whatever stands behind was not proved.
 */
function untriedIn(flow: Flow, seen: ReadonlySet<string>): { findings: Finding[]; steps: ReadonlySet<string> } {
  const exits = [...flow.steps].flatMap(([step, config]) =>
    seen.has(step) && isForeign(flow, step)
      ? Object.entries(exitsOf(flow, config)).flatMap(([exit, to]) =>
          seen.has(`${step}.${exit}`) ? [] : [{ step, exit, to }],
        )
      : [],
  )
  const behind = new Map<string, Exit>()
  for (const exit of exits) {
    const reached = new Set([exit.to])
    for (const step of reached) {
      const config = flow.steps.get(step)
      if (!config || seen.has(step)) continue
      if (!behind.has(step)) behind.set(step, exit)
      for (const to of Object.values(exitsOf(flow, config))) reached.add(to)
    }
  }
  const remedy = ({ step }: Exit): string =>
    `name the entry for it in samples() of type '${flow.steps.get(step)?.type}', or remove the exit`
  const findings = [
    ...exits.map((at) => {
      const message = `no call that is tried leaves '${at.step}' by '${at.exit}', and one that is not may do harm; ${remedy(at)}`
      return flow.source.finding('untried', placeOfExit(flow, at.step, at.exit), message)
    }),
    ...[...behind].map(([step, at]) => {
      const message = `no call that is tried comes to '${step}', but '${at.exit}' of '${at.step}' leads there; ${remedy(at)}`
      return flow.source.findingAtKey('untried', ['steps', step], message)
    }),
  ]
  return { findings, steps: new Set(behind.keys()) }
}

function isForeign(flow: Flow, step: string): boolean {
  const config = flow.steps.get(step)
  return config !== undefined && typeOf(flow, config) !== ownStepTypes[config.type]
}

interface Exit {
  step: string
  exit: string
  to: string
}

/** Whether the step can be written without the exit, and loses with it none that calls take. */
function canGo(flow: Flow, { step, exit }: Exit, seen: ReadonlySet<string>): boolean {
  const config = flow.steps.get(step)
  if (!config) return false
  const type = typeOf(flow, config)
  const written = (flow.source.data as { steps: Record<string, unknown> }).steps[step]
  const [, , ...place] = placeOfExit(flow, step, exit)
  // Its target alone, or, where that may not be missing, what stands around it: of a key that leads somewhere, the key.
  for (let depth = place.length; depth > 0; depth--) {
    const read = type.schema.safeParse(without(written, place.slice(0, depth)))
    if (!read.success) continue
    const left = Object.keys(type.exits(read.data))
    return (
      !left.includes(exit) &&
      Object.keys(exitsOf(flow, config)).every((one) => left.includes(one) || !seen.has(`${step}.${one}`))
    )
  }
  return false
}

function without(value: unknown, [part, ...rest]: readonly PropertyKey[]): unknown {
  if (Array.isArray(value))
    return value.flatMap((item, index) => (index !== part ? [item] : rest.length > 0 ? [without(item, rest)] : []))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      name !== part ? [[name, inner]] : rest.length > 0 ? [[name, without(inner, rest)]] : [],
    ),
  )
}

/** A brand that offers all that a brand can offer: topics of every need, written or not, new secrets, the own line, call codes, hours, limits. */
function anyBrand(hotline: Hotline): Hotline {
  const { brand } = hotline
  const free = [...'0123456789'].filter((key) => ![brand.person_key, brand.language_key].includes(key))
  const steps = [...hotline.flow.steps.values()]
  const asked = steps.flatMap((step) => (isOf('set_pin', step) ? step.credential : []))
  // Flows may ask whether a topic sets a secret and have no step that does.
  const sets =
    asked.at(0) ?? (steps.some((step) => isOf('branch', step) && step.on === 'sets') ? changeableKinds[0] : undefined)
  const looksAtSome = steps.some((step) => isOf('hours', step))
  const kinds = [false, true].flatMap((written) => ([0, 1, 2] as const).map((needs) => ({ needs, written })))
  const topics = kinds.map(({ needs, written }, index): Topic => {
    const own = brand.topics.find((topic) => topic.needs === needs && topic.written === written)
    const topic = { name: own?.name ?? `topic_${index}`, press: free[index] ?? '', needs, written, more: false }
    // Only where a flow can look at them: they make the states of a call twice as many.
    return index === 0 && looksAtSome ? { ...topic, hours: hoursSchema.parse({}) } : topic
  })
  if (sets !== undefined)
    topics.push({ name: 'set', press: free[kinds.length] ?? '', needs: 2, written: false, more: false, sets })
  const waits: Waits = {
    longest: { minutes: 5, exit: 'call_later' },
    nobody: { minutes: 1, exit: 'ticket' },
    closing: { exit: 'transfer' },
  }
  return {
    ...hotline,
    // With a code for first use callers come to where a new secret is set, in a brand that takes such a secret.
    brand: {
      ...brand,
      credentials: sets === undefined ? brand.credentials : [...new Set([...brand.credentials, sets])],
      pins: { ...brand.pins, first_use: sets !== undefined },
      topics,
      own_line: true,
      call_codes: true,
      queues: { most: 10, long_minutes: 1 },
      waits,
    },
  }
}
