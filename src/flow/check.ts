/**
 * What a flow may never do, whatever its callers key: the walk that every start makes. It follows every exit and
 * remembers, for each step, what a caller may lack when he comes there.
 */
import type { Finding } from './finding.ts'
import type { Flow } from './flow.ts'
import { exitsOf, type Step } from './steps/index.ts'

/** What has been reached at least: 0 nothing, 1 a number was keyed, 2 a secret was right for the number keyed last. */
type Reached = 0 | 1 | 2

/**
 * Findings at their places: hand-offs that a caller can reach without the level they ask for, secrets asked for before
 * any number, and circles that never wait for the caller.
 */
export function unsafePaths(flow: Flow): Finding[] {
  const least = leastReached(flow)
  return [...least].flatMap(([name, reached]) => {
    const step = flow.steps.get(name)
    if (!step) return []
    return [
      ...unprovedHandOff(flow, name, step, reached),
      ...unclaimedSecret(flow, name, step, reached),
      ...circleWithoutWaiting(flow, name),
    ]
  })
}

/** For every step the least that a caller can have reached when he enters it. */
function leastReached(flow: Flow): Map<string, Reached> {
  const least = new Map<string, Reached>([[flow.start, 0]])
  const open = [flow.start]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const step = flow.steps.get(name)
    if (!step) continue
    for (const [exit, target] of Object.entries(exitsOf(step))) {
      const reached = after(step, exit, least.get(name) ?? 0)
      const before = least.get(target)
      if (before !== undefined && before <= reached) continue
      least.set(target, reached)
      open.push(target)
    }
  }
  return least
}

/** A new number drops what was proved of the one before; a step that is left without one changes nothing. */
function after(step: Step, exit: string, before: Reached): Reached {
  if (step.type === 'identify' && exit === 'identified') return 1
  if (step.type === 'identify' && (exit === 'refused' || exit === 'unavailable')) return 0
  if (step.type === 'verify' && exit === 'verified') return 2
  return before
}

function unprovedHandOff({ source }: Flow, name: string, step: Step, reached: Reached): Finding[] {
  if ((step.type !== 'enqueue' && step.type !== 'transfer') || reached >= step.level) return []
  const missing = step.level === 2 ? 'a right PIN' : 'a keyed number'
  const remedy = `lead here only after it, or lower the level to ${reached}`
  return [source.finding(['steps', name, 'level'], `a caller can come to '${name}' without ${missing}; ${remedy}`)]
}

function unclaimedSecret({ source }: Flow, name: string, step: Step, reached: Reached): Finding[] {
  if (step.type !== 'verify' || reached >= 1) return []
  const message = `a caller can come to '${name}' without having keyed a number; lead here only from an identify step`
  return [source.findingAtKey(['steps', name], message)]
}

/** Steps that go on at once. */
const passing: ReadonlySet<Step['type']> = new Set(['say', 'branch'])

function circleWithoutWaiting({ steps, source }: Flow, name: string): Finding[] {
  const seen = new Set<string>()
  const open = [name]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const step = steps.get(at)
    if (!step || !passing.has(step.type)) continue
    for (const target of Object.values(exitsOf(step))) {
      if (target === name) {
        const message = `the call can come back to '${name}' without ever waiting for the caller; break this circle`
        return [source.findingAtKey(['steps', name], message)]
      }
      if (!seen.has(target)) open.push(target)
      seen.add(target)
    }
  }
  return []
}
