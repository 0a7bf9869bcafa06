/** A floor for tests: the real one over the stores that are given, with agents and a telephone network of the test's own. */

import { createFloor } from '../../src/floor/create-floor.ts'
import type { Floor } from '../../src/floor/floor.ts'
import type { Agent, Agents } from '../../src/seams/agents.ts'
import type { Log } from '../../src/seams/log.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import type { Deps } from '../../src/server/deps.ts'

/** Agents who can be found by name. */
export function agentsOf(list: readonly Agent[]): Agents {
  return {
    find: async (name) => list.find((agent) => agent.name === name) ?? null,
    list: async () => [...list],
  }
}

/** Takes bills of Rheinnetz, and what has no topic. */
export const anna: Agent = {
  name: 'anna',
  displayName: 'Anna',
  role: 'agent',
  brands: ['rheinnetz'],
  topics: ['bill', 'general'],
  languages: ['de'],
  disabled: false,
  phone: 'client:anna',
}

/** Nobody is rung in these tests; code that tries is told. */
export const noNetwork: Telephony = {
  ring: async () => Promise.reject(new Error('no agent can be rung here')),
  redirect: async () => Promise.reject(new Error('no call can be redirected here')),
  isOn: async () => true,
  hangUp: async () => 'gone',
  hold: async () => 'not_there',
  endRoom: async () => 'not_there',
}

export function floorOver(
  deps: Deps,
  log: Log,
  { agents = deps.agents, telephony = noNetwork }: { agents?: Agents; telephony?: Telephony } = {},
): Floor {
  const { live, floorStore } = deps
  return createFloor({
    ...deps,
    agents,
    calls: live.calls,
    limits: live.limits,
    signals: live.signals,
    store: floorStore,
    telephony,
    log,
  })
}
