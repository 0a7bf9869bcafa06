import type { Agent } from '../seams/agents.ts'
import type { Crowd, Kind, Told } from '../seams/waiting.ts'
import { takes } from './takes.ts'

/**
 * What is true of a caller's place for the agents who are there. Every agent takes the earliest caller that fits. So only
 * those ahead can come first that one of this caller's agents takes too, and all of them do if each of this caller's agents
 * takes every one of them: then it is a place. Otherwise an agent may pass some of them by, and no number is true: `soon`
 * where every one ahead can be taken at once, `later` where they are more than the agents. Where nobody is there who takes
 * this caller, nothing is promised (`hold`).
 */
export function truePlace(me: Kind, ahead: readonly Crowd[], there: readonly Agent[]): Told {
  const mine = there.filter((agent) => takes(agent, me))
  if (mine.length === 0) return 'hold'
  const before = ahead.filter((crowd) => mine.some((agent) => takes(agent, crowd)))
  const isOneOrder = mine.every((agent) => before.every((crowd) => takes(agent, crowd)))
  const callers = before.reduce((sum, crowd) => sum + crowd.callers, 0)
  if (isOneOrder) return callers + 1
  return callers < mine.length ? 'soon' : 'later'
}
