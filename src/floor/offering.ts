/**
 * Which caller is offered to which agent: agents who have been free longest first, each the longest waiting caller who
 * fits.
 */
import { randomBytes } from 'node:crypto'
import type { Hotline } from '../flow/hotline.ts'
import type { Agent, Agents } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { Assignment, FloorStore, Skills } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Assigning } from './assigning.ts'
import { newAssignment } from './assignment.ts'
import type { Done } from './floor.ts'
import type { Outage } from './outage.ts'
import { takes } from './takes.ts'
import { timesOf } from './times.ts'

/** From the beginning of one round of offers to that of the next, at least, ms: however much happens on the floor. */
const BETWEEN_ROUNDS_MS = 100

export interface Offering {
  /**
   * Offers to every free agent who wants calls. Runs once at a time and once in 100 ms; asked meanwhile it runs once more.
   */
  offerAll(): Promise<void>
  /** To one agent, available or away: the next caller, or the one named. */
  offerTo(agent: Agent, callId: string | null): Promise<Done>
  /** Whether the last round found nobody who waits to be offered. */
  isIdle(): boolean
  /** Waits for a round that is under way. */
  settled(): Promise<void>
}

export function createOffering(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  assigning: Assigning
  outage: Outage
  clock: Clock
  log: Log
}): Offering {
  const { hotlines, store, agents, assigning, outage, clock, log } = parts
  let round: Promise<void> | null = null
  let again = false
  /** When the last round began, ms. */
  let began = Number.NEGATIVE_INFINITY
  const ringing = new Set<Promise<unknown>>()
  /** When an agent's phone was last tried in vain, ms; forgotten when it rings. */
  const failedAt = new Map<string, number>()

  function make(agent: Agent, callId: string | null): ReturnType<FloorStore['offer']> {
    const at = clock.now()
    const assignmentOf = (place: Parameters<Parameters<FloorStore['offer']>[2]>[0]): Assignment =>
      newAssignment(
        { ...place, id: newId(), agent: agent.name, from: null },
        at.toISOString(),
        timesOf(hotlines, place),
      )
    return store.offer(skillsOf(agent), callId, assignmentOf, at)
  }

  /** The screen shows the context before the phone rings. */
  async function ring(made: Assignment): Promise<boolean> {
    await assigning.changed()
    return assigning.ring(made)
  }

  function keep(work: Promise<unknown>): void {
    const kept = work.catch((err: unknown) => log.error({ err }, 'an agent could not be rung'))
    ringing.add(kept)
    void kept.finally(() => ringing.delete(kept))
  }

  async function offerTo(agent: Agent, callId: string | null): Promise<Done> {
    const made = await make(agent, callId)
    if (made === 'busy') return { refused: 'busy' }
    if (made === 'taken') return { refused: 'too_late' }
    if (made === 'none') return { refused: callId === null ? 'nobody_waits' : 'not_found' }
    return (await ring(made)) ? { done: true } : { refused: 'unreachable' }
  }

  async function rings(made: Assignment): Promise<boolean> {
    const done = await ring(made)
    if (done) failedAt.delete(made.agent)
    else failedAt.set(made.agent, clock.now().getTime())
    return done
  }

  let idle = false

  async function roundOfOffers(): Promise<void> {
    idle = false
    if (outage.isResting()) return
    // A look that takes no lock, and grows with neither callers nor desks: most rounds find nobody to be offered.
    const kinds = await store.kinds(clock.now())
    idle = kinds.length === 0
    if (idle) return
    const busy = new Set((await store.active()).map(({ agent }) => agent))
    // Read after: an agent who has just ended a talk is taken for free since then, and not since the time before it.
    const free = (await store.presences())
      .filter(({ agent, presence }) => presence === 'available' && !busy.has(agent))
      // Whose phone was tried in vain comes last, for what fails may be that phone alone; and after an outage those whose page
      // was not heard yet come after those who are there for certain.
      .sort(
        (a, b) =>
          Number(b.heard) - Number(a.heard) ||
          (failedAt.get(a.agent) ?? 0) - (failedAt.get(b.agent) ?? 0) ||
          (a.since < b.since ? -1 : 1),
      )
    if (free.length === 0) return
    const known = new Map((await agents.list()).map((agent) => [agent.name, agent]))
    for (const { agent: name } of free) {
      const agent = known.get(name)
      if (!agent || agent.disabled || !kinds.some((kind) => takes(agent, kind))) continue
      const made = await make(agent, null)
      if (typeof made !== 'object') continue
      // One after the other, so that who has been free longest is first; and no phone that is slow to ring holds up the rest.
      if (!outage.isOn()) keep(rings(made))
      // In an outage one phone is tried, and the others when it rings.
      else if (!(await rings(made))) return
    }
  }

  async function offerAll(): Promise<void> {
    again = true
    round ??= (async () => {
      try {
        while (again) {
          const rest = began + BETWEEN_ROUNDS_MS - clock.now().getTime()
          // Not longer either: a clock that is set back holds up nobody.
          if (rest > 0) await clock.wait(Math.min(rest, BETWEEN_ROUNDS_MS))
          again = false
          began = clock.now().getTime()
          await roundOfOffers()
        }
      } catch (err) {
        log.error({ err }, 'callers could not be offered to agents; the next sweep tries again')
      } finally {
        round = null
      }
    })()
    await round
  }

  async function settled(): Promise<void> {
    await round
    await Promise.all(ringing)
  }

  return { offerAll, offerTo, isIdle: () => idle, settled }
}

export function skillsOf({ name, brands, topics, languages }: Agent): Skills {
  return { agent: name, brands, topics, languages }
}

/** 128 bits, in the form of a name: it stands in addresses and names the room. */
export function newId(): string {
  return randomBytes(16).toString('hex')
}
