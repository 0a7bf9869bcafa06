/** Rings the phone of the agent of an assignment, and hangs up where it was called off meanwhile. */
import type { Agents } from '../seams/agents.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Telephony } from '../seams/telephony.ts'
import type { AssignmentEvent } from './assignment-event.ts'
import { newNonce } from './nonce.ts'

interface RingingParts {
  store: Pick<FloorStore, 'assignment'>
  agents: Pick<Agents, 'find'>
  telephony: Pick<Telephony, 'ring' | 'hangUp'>
  log: Log
  /** E.164: from which of a brand's numbers agents are rung. */
  numberOf(brand: string): string
  /** How long a phone of this queue rings, ms. */
  ringMsOf(of: Pick<Assignment, 'brand' | 'queue'>): number
  act(id: string, event: AssignmentEvent): Promise<Assignment | null>
}

/** False: the network did not answer; the agent is free, and the caller has kept the place. */
export function createRinging(parts: RingingParts): (assignment: Assignment) => Promise<boolean> {
  const { store, agents, telephony, log, numberOf, ringMsOf, act } = parts

  /** What broke is told by what watches the network, once for all who were to be rung. */
  async function legTo(to: string, { id, brand, queue }: Assignment) {
    const leg = { to, from: numberOf(brand), assignment: id, seconds: ringMsOf({ brand, queue }) / 1000 }
    try {
      return await telephony.ring(leg)
    } catch {
      return 'no_network'
    }
  }

  async function hangUpIfStray(id: string, legId: string): Promise<void> {
    const now = await store.assignment(id)
    if (now && now.state !== 'over' && (now.legId === null || now.legId === legId)) return
    await telephony.hangUp(legId).catch((err: unknown) => log.error({ err }, 'a stray leg could not be ended'))
  }

  return async (assignment) => {
    const { id, callId } = assignment
    const lost = (why: 'unreachable' | 'network') => act(id, { kind: 'unreached', why, nonce: newNonce() })
    const agent = await agents.find(assignment.agent)
    const leg = agent && (await legTo(agent.phone, assignment))
    if (leg === 'no_network') {
      await lost('network')
      return false
    }
    if (leg === null || leg === 'refused') {
      log.warn({ callId }, "the network refuses an agent's phone, or the agent has none any more")
      await lost('unreachable')
      return true
    }
    const { legId } = leg
    try {
      const rung = await act(id, { kind: 'rung', legId })
      // Called off while it was being set up: nobody may ring for nobody.
      if (rung === null || rung.state === 'over') await hangUpIfStray(id, legId)
    } catch (err) {
      log.error({ callId, err }, 'that a phone rings could not be kept')
      await telephony.hangUp(legId).catch(() => {})
      await lost('network')
      return false
    }
    return true
  }
}
