/** What must hold of whole calls: no way goes round, the policy's numbers are kept, and how long a call can last. */
import { spokenSeconds } from '../call/pace.ts'
import { questions } from '../call/question.ts'
import type { Spoken } from '../call/reply.ts'
import type { Finding } from '../flow/files/finding.ts'
import { placeOfExit } from '../flow/flow.ts'
import { pace } from './budget.ts'
import { type Exploration, type State, type Transition, wayTo } from './exploration.ts'

export interface Whole {
  /** Findings, each with the call that shows it. */
  violations: { finding: Finding; way: Transition[] }[]
  /** The most that any call can have. `turns`: replies; `seconds`: as `secondsOf` counts them. */
  most: { tries: number; entries: number; changes: number; turns: number; seconds: number }
}

/** Weighs all ways from the ringing on. */
export function weigh(exploration: Exploration): Whole {
  const { initial, hotline } = exploration
  const { source } = hotline.flow
  const { order, circle } = sorted(initial)
  const all = { order, initial, place: new Map(order.map((state, index) => [state, index])) }
  const violations: Whole['violations'] = []
  const [first] = circle
  if (first) {
    const exits = circle.flatMap(({ way }) => way)
    const last = exits.at(-1)
    const path = last ? placeOfExit(hotline.flow, last.step, last.exit) : ['steps', first.step]
    const round = exits.map(({ step, exit }) => `'${step}' by '${exit}'`).join(', ')
    const message = `a call can go round for ever, leaving ${round || `'${first.step}' by no exit`}; lead it on to a person or to the end`
    const before = first.from.by === null ? [] : wayTo(first.from.by)
    violations.push({ finding: source.finding('loop', path, message), way: [...before, ...circle] })
  }
  const seconds = heaviest(all, secondsOf(exploration))
  const turns = heaviest(all, () => 1)
  const most = {
    tries: 0,
    entries: 0,
    changes: 0,
    letters: 0,
    turns: turns.weight,
    seconds: Math.min(seconds.weight, untilLed(exploration)),
  }
  for (const [kind, { limit }] of Object.entries(questions)) {
    if (limit === null) continue
    const asks = ({ asked }: Transition): number =>
      asked.length === 0 ? 0 : asked.filter(({ question }) => question.kind === kind).length
    const { weight, way } = heaviest(all, asks, ({ call }) => call[limit.counter] ?? 0)
    most[limit.counter] = weight
    if (weight <= limit.most) continue
    const step = way.findLast((transition) => asks(transition) > 0)?.from.call.step ?? hotline.flow.start
    const message = `a call can have ${weight} ${limit.what}; the policy allows ${limit.most}: count every question in the call, and leave the step when they are used up`
    violations.push({ finding: source.finding('tries', ['steps', step], message), way })
  }
  return { violations, most }
}

/**
 * Seconds after which a call is led to a person at the latest: the time to key, what was begun in it, and a step that has no person. No bound where a step
 * asks on, or a call comes back from a queue to keys.
 */
function untilLed(exploration: Exploration): number {
  const { hotline, states } = exploration
  const seconds = secondsOf(exploration)
  let longest = 0
  for (const { call, on } of states) {
    const waits = call.reply?.next.kind === 'gather'
    if (waits && !on.some(({ act }) => act.kind === 'late')) return Number.POSITIVE_INFINITY
    for (const transition of on) {
      if (!waits && transition.reply?.next.kind === 'gather') return Number.POSITIVE_INFINITY
      longest = Math.max(longest, seconds(transition))
    }
  }
  return hotline.brand.keying_minutes * 60 + 2 * longest
}

/** We alone bring callers out of a queue by `left`, after a restart; it leads back into the same queue. */
function isOurs({ act }: Transition): boolean {
  return act.kind === 'returned' && act.reason === 'left'
}

/** The states, each before all that follow it; and of the circles that were met the one that a call meets first. */
function sorted(initial: readonly State[]): { order: State[]; circle: Transition[] } {
  const finished: State[] = []
  const state = new Map<State, 'open' | 'done'>()
  let circle: Transition[] = []
  const path: { at: State; next: number }[] = []
  const enter = (at: State): void => {
    state.set(at, 'open')
    path.push({ at, next: 0 })
  }
  for (const root of initial) {
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const transition = top.at.on[top.next++]
      if (transition === undefined) {
        state.set(top.at, 'done')
        finished.push(top.at)
        path.pop()
      } else if (transition.to && !isOurs(transition)) {
        const seen = state.get(transition.to)
        if (seen === undefined) enter(transition.to)
        else if (seen === 'open') {
          const from = path.findIndex(({ at }) => at === transition.to)
          const met = path.slice(from).flatMap(({ at, next }) => at.on[next - 1] ?? [])
          if (circle.length === 0 || turnsUntilRound(met) < turnsUntilRound(circle)) circle = met
        }
      }
    }
  }
  return { order: finished.reverse(), circle }
}

function turnsUntilRound(circle: readonly Transition[]): number {
  const by = circle[0]?.from.by
  return circle.length + (by ? wayTo(by).length : 0)
}

/** The states in an order, and where each stands in it. */
interface All {
  order: readonly State[]
  initial: readonly State[]
  place: ReadonlyMap<State, number>
}

/** The heaviest way from a root; circles are gone round once. */
function heaviest(
  { order, initial, place }: All,
  weightOf: (transition: Transition) => number,
  /** What a call that begins here brings along. */
  before: (root: State) => number = () => 0,
): { weight: number; way: Transition[] } {
  const best = order.map((): { weight: number; by: Transition | null } | null => null)
  for (const root of initial) best[place.get(root) ?? -1] = { weight: before(root), by: null }
  let heaviest: { weight: number; by: Transition | null } = { weight: 0, by: null }
  for (const [index, from] of order.entries()) {
    const sofar = best[index]
    if (!sofar) continue
    for (const transition of from.on) {
      if (isOurs(transition)) continue
      const weight = sofar.weight + weightOf(transition)
      if (weight > heaviest.weight) heaviest = { weight, by: transition }
      const to = transition.to === null ? 0 : (place.get(transition.to) ?? 0)
      if (to > index && weight > (best[to]?.weight ?? -1)) best[to] = { weight, by: transition }
    }
  }
  const way: Transition[] = []
  for (
    let transition = heaviest.by;
    transition !== null;
    transition = best[place.get(transition.from) ?? -1]?.by ?? null
  )
    way.unshift(transition)
  return { weight: heaviest.weight, way }
}

/**
 * Seconds of an exchange for a caller in no hurry: they use up the time that the hotline waits for the first key, key at
 * the pace of the budget, and hear out what is said then. Waiting in a queue and talks are not counted.
 */
function secondsOf({ mute }: Exploration): (transition: Transition) => number {
  // A hotline that is mute says a text by one object, whatever the call.
  const known = new Map<Spoken, number>()
  /** What cannot be spoken takes no time; that it cannot is a finding of its own. */
  const secondsOfLine = (line: Spoken): number => {
    try {
      return spokenSeconds(mute.aloud(line).text, line.language)
    } catch {
      return 0
    }
  }
  const spoken = (transition: Transition): number =>
    (transition.reply?.say ?? []).reduce((sum, line) => {
      let seconds = known.get(line)
      if (seconds === undefined) {
        seconds = secondsOfLine(line)
        known.set(line, seconds)
      }
      return sum + seconds
    }, 0)
  return (transition) => {
    const next = transition.from.call.reply?.next
    const waits = next?.kind === 'gather' ? next.timeout : 0
    const keys = transition.act.kind === 'keys' ? transition.act.keys.length * pace.key : 0
    return waits + keys + pace.turn + spoken(transition)
  }
}
