/**
 * Who is at work in what state, and how the queues stand: of this moment, out of what the floor keeps for its own work.
 * Nothing is written down here, so nothing of a person outlasts the shift (decision J).
 */
import { firstLanguage, thresholdOf } from '../flow/brand.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import type { Agent, Sessions } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { Assignment } from '../seams/floor.ts'
import type { PresenceRow } from '../seams/presence.ts'
import type { Waiting } from '../seams/waiting.ts'
import { takes } from './takes.ts'
import { isThere } from './there.ts'
import type { AgentNow, DeskView, QueueNow } from './view.ts'

export interface OnTheFloor {
  waiting: readonly Waiting[]
  presences: ReadonlyMap<string, PresenceRow>
  active: readonly Assignment[]
  agents: readonly Agent[]
}

export interface Supervision {
  now(floor: OnTheFloor): Promise<NonNullable<DeskView['supervision']>>
}

/** What of the day and of this moment is told of, in the order of the files. */
export function everyQueue({ byBrand }: { byBrand: ReadonlyMap<string, Hotline> }) {
  return [...byBrand.values()].flatMap(({ brand }) =>
    [...brand.topics.map(({ name }) => name), null].map((topic) => ({
      brand,
      topic,
      queue: queueName(brand.name, topic),
    })),
  )
}

export function createSupervision(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  sessions: Pick<Sessions, 'signedIn'>
  clock: Clock
}): Supervision {
  const { hotlines, sessions, clock } = parts
  return {
    async now(floor) {
      const signedIn = new Set(await sessions.signedIn(clock.now()))
      return {
        // An agent at a telephone alone is at work without a page.
        agents: floor.agents
          .filter((agent) => !agent.disabled && (signedIn.has(agent.name) || isThere(agent, floor)))
          .map((agent) => agentNow(agent, floor)),
        queues: everyQueue(hotlines).map(({ brand, topic, queue }): QueueNow => {
          const here = floor.waiting.filter((caller) => caller.queue === queue)
          // Of several languages that are waited in, the one in which the fewest are there: nobody, where nobody speaks it.
          const languages = new Set(here.length === 0 ? [firstLanguage(brand)] : here.map(({ language }) => language))
          const [there = []] = [...languages]
            .map((language) => ({ brand: brand.name, queue, language }))
            .map((place) => floor.agents.filter((agent) => isThere(agent, floor) && takes(agent, place)))
            .sort((few, many) => few.length - many.length)
          return {
            queue,
            waiting: here.length,
            longestSince: here.map(({ since }) => since).sort()[0] ?? null,
            agents: there.length,
            free: there.filter(({ name }) => !floor.active.some(({ agent }) => agent === name)).length,
            threshold: thresholdOf(brand, topic),
          }
        }),
      }
    },
  }
}

function agentNow({ name, displayName, role, brands, topics, languages }: Agent, floor: OnTheFloor): AgentNow {
  const row = floor.presences.get(name)
  const state = stateOf(floor.active.find(({ agent }) => agent === name)) ?? row?.presence ?? 'away'
  // Who went away and then closed the page is not at work either.
  const isGone = row !== undefined && !row.heard
  const because = state === 'away' ? (row?.because ?? (isGone ? 'page_gone' : null)) : null
  const skills = { brands: [...brands], topics: [...topics], languages: [...languages] }
  return { name, displayName, role, state, awayBecause: because, ...skills }
}

/** A caller who is being fetched or checked is still this agent's. */
function stateOf(assignment: Assignment | undefined): 'ringing' | 'talking' | 'wrap_up' | null {
  if (!assignment || assignment.state === 'over') return null
  return assignment.state === 'ringing' || assignment.state === 'wrap_up' ? assignment.state : 'talking'
}
