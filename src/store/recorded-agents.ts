/** The agents as commands change them: each change and its event are written together or not at all. */
import type { Kysely } from 'kysely'
import type { Agent, AgentDirectory } from '../seams/agents.ts'
import { createAgents } from './agents.ts'
import { createEventLog } from './events.ts'
import type { Schema } from './schema.ts'

/** @param actor who changes them, in the events. */
export function createRecordedAgents(db: Kysely<Schema>, actor: string): AgentDirectory {
  const recorded = (
    act: string,
    agent: string,
    change: (agents: AgentDirectory) => Promise<boolean>,
    facts: Record<string, string> = {},
  ): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      const isDone = await change(createAgents(trx))
      if (isDone)
        await createEventLog(trx).append({
          kind: 'agent',
          callId: '-',
          brand: '-',
          ref: null,
          actor,
          facts: { act, agent, ...facts },
        })
      return isDone
    })
  const { find, list } = createAgents(db)
  return {
    find,
    list,
    add: (agent, password) => recorded('add', agent.name, (agents) => agents.add(agent, password), rightsOf(agent)),
    change: (name, changes) =>
      recorded('change', name, (agents) => agents.change(name, changes), {
        fields: Object.keys(changes).join(' '),
        ...rightsOf(changes),
      }),
    disable: (name) => recorded('disable', name, (agents) => agents.disable(name)),
    enable: (name) => recorded('enable', name, (agents) => agents.enable(name)),
    setPassword: (name, password) => recorded('password', name, (agents) => agents.setPassword(name, password)),
  }
}

/** What the agent may from now on, and nothing of the person. */
function rightsOf({ role, brands, topics }: Partial<Agent>): Record<string, string> {
  return {
    ...(role === undefined ? {} : { role }),
    ...(brands === undefined ? {} : { brands: brands.join(' ') }),
    ...(topics === undefined ? {} : { topics: topics.join(' ') }),
  }
}
