/** What must hold of whole calls: no way goes round, the policy's numbers are kept, and how long a call can last. */
import { questions } from '../call/question.ts'
import type { Spoken } from '../call/reply.ts'
import type { Finding } from '../flow/files/finding.ts'
import { placeOfExit } from '../flow/flow.ts'
import { pace, spokenSeconds } from './budget.ts'
import { type Arc, type Exploration, type State, wayTo } from './exploration.ts'

export interface Whole {
  /** Findings, each with the call that shows it. */
  violations: { finding: Finding; way: Arc[] }[]
  /** The most that any call can have. `turns`: replies; `seconds`: as `secondsOf` counts them. */
  most: { tries: number; entries: number; turns: number; seconds: number }
}

/** Weighs all ways from the ringing on. */
export function weigh(exploration: Exploration): Whole {
  const { roots, hotline } = exploration
  const { source } = hotline.flow
  const { order, circle } = sorted(roots)
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
  const seconds = heaviest(order, roots, secondsOf(exploration))
  const turns = heaviest(order, roots, () => 1)
  const most = { tries: 0, entries: 0, turns: turns.weight, seconds: seconds.weight }
  for (const [kind, { limit }] of Object.entries(questions)) {
    if (limit === null) continue
    const asks = ({ asked }: Arc): number => asked.filter(({ question }) => question.kind === kind).length
    const { weight, way } = heaviest(order, roots, asks, ({ call }) => call[limit.counter])
    most[limit.counter] = weight
    if (weight <= limit.most) continue
    const step = way.findLast((arc) => asks(arc) > 0)?.from.call.step ?? hotline.flow.start
    const message = `a call can have ${weight} ${limit.what}; the policy allows ${limit.most}: count every question in the call, and leave the step when they are used up`
    violations.push({ finding: source.finding('tries', ['steps', step], message), way })
  }
  return { violations, most }
}

/** We alone bring callers out of a queue by `left`, after a restart; it leads back into the same queue. */
function isOurs({ act }: Arc): boolean {
  return act.kind === 'returned' && act.reason === 'left'
}

/** The states, each before all that follow it; and of the circles that were met the one that a call meets first. */
function sorted(roots: readonly State[]): { order: State[]; circle: Arc[] } {
  const finished: State[] = []
  const state = new Map<State, 'open' | 'done'>()
  let circle: Arc[] = []
  const path: { at: State; next: number }[] = []
  const enter = (at: State): void => {
    state.set(at, 'open')
    path.push({ at, next: 0 })
  }
  for (const root of roots) {
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const arc = top.at.on[top.next++]
      if (arc === undefined) {
        state.set(top.at, 'done')
        finished.push(top.at)
        path.pop()
      } else if (arc.to && !isOurs(arc)) {
        const seen = state.get(arc.to)
        if (seen === undefined) enter(arc.to)
        else if (seen === 'open') {
          const from = path.findIndex(({ at }) => at === arc.to)
          const met = path.slice(from).flatMap(({ at, next }) => at.on[next - 1] ?? [])
          if (circle.length === 0 || turnsUntilRound(met) < turnsUntilRound(circle)) circle = met
        }
      }
    }
  }
  return { order: finished.reverse(), circle }
}

function turnsUntilRound(circle: readonly Arc[]): number {
  const by = circle[0]?.from.by
  return circle.length + (by ? wayTo(by).length : 0)
}

/** The heaviest way from a root; circles are gone round once. */
function heaviest(
  order: readonly State[],
  roots: readonly State[],
  weightOf: (arc: Arc) => number,
  /** What a call that begins here brings along. */
  before: (root: State) => number = () => 0,
): { weight: number; way: Arc[] } {
  const place = new Map(order.map((state, index) => [state, index]))
  const best = new Map<State, { weight: number; by: Arc | null }>(
    roots.map((root) => [root, { weight: before(root), by: null }]),
  )
  let heaviest: { weight: number; by: Arc | null } = { weight: 0, by: null }
  for (const from of order) {
    const sofar = best.get(from)
    if (!sofar) continue
    for (const arc of from.on) {
      if (isOurs(arc)) continue
      const weight = sofar.weight + weightOf(arc)
      if (weight > heaviest.weight) heaviest = { weight, by: arc }
      const { to } = arc
      if (!to || (place.get(to) ?? 0) <= (place.get(from) ?? 0)) continue
      if (weight > (best.get(to)?.weight ?? -1)) best.set(to, { weight, by: arc })
    }
  }
  const way: Arc[] = []
  for (let arc = heaviest.by; arc !== null; arc = best.get(arc.from)?.by ?? null) way.unshift(arc)
  return { weight: heaviest.weight, way }
}

/**
 * Seconds of an exchange for a caller in no hurry: he uses up the time that the hotline waits for the first key, keys at
 * the pace of the budget, and hears out what is said then. Waiting in a queue and talks are not counted.
 */
function secondsOf({ mute }: Exploration): (arc: Arc) => number {
  const known = new Map<string, number>()
  /** What cannot be spoken takes no time; that it cannot is a finding of its own. */
  const secondsOfLine = (line: Spoken): number => {
    try {
      return spokenSeconds(mute.aloud(line).text)
    } catch {
      return 0
    }
  }
  const spoken = (arc: Arc): number =>
    (arc.reply?.say ?? []).reduce((sum, line) => {
      const key = `${line.language} ${line.text}`
      let seconds = known.get(key)
      if (seconds === undefined) {
        seconds = secondsOfLine(line)
        known.set(key, seconds)
      }
      return sum + seconds
    }, 0)
  return (arc) => {
    const next = arc.from.call.reply?.next
    const waits = next?.kind === 'gather' ? next.timeout : 0
    const keys = arc.act.kind === 'keys' ? arc.act.keys.length * pace.key : 0
    return waits + keys + pace.turn + spoken(arc)
  }
}
