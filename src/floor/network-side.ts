/** What the telephone network tells and asks: late, twice or in another order than it happened. */
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { Turns } from '../turn/turns.ts'
import { type Assigning, newNonce } from './assigning.ts'
import type { NetworkSide } from './floor.ts'
import { roomOf } from './rooms.ts'
import { checkOf, isInRoom, isTakenOver, refOf } from './whereabouts.ts'
import { nobodyThere, whisper } from './whisper.ts'

export interface NetworkParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  calls: CallStore
  turns: Turns
  assigning: Assigning
}

export function createNetworkSide(parts: NetworkParts): NetworkSide {
  const { hotlines, store, agents, calls, turns, assigning } = parts

  /**
   * An agent takes over from the colleague who has the call. Any other comes to a caller who waits; to wait may be what the
   * colleague has left him to. Who is in a check, or on the way to another agent, is nobody's to take.
   */
  async function accept({ id, callId, from }: Assignment): Promise<Assignment | null> {
    if (from === null) return assigning.act(id, { kind: 'accepted' })
    const holder = (await store.ofCall(callId)).find((other) => other.id !== id && other.state === 'talking')
    const together = holder ? await assigning.actTogether(id, { kind: 'accepted' }, holder.id) : null
    return together ?? comeToWhoWaits(id, callId)
  }

  /** Also where the colleague has left in this moment: the caller waits now. */
  async function comeToWhoWaits(id: string, callId: string): Promise<Assignment | null> {
    const elsewhere = ['talking', 'checking', 'answering']
    const others = (await store.ofCall(callId)).filter((other) => other.id !== id)
    return others.some(({ state }) => elsewhere.includes(state)) ? null : assigning.act(id, { kind: 'accepted' })
  }

  /**
   * Whether the caller has been with another agent since this talk, or one is getting him: the move of this one, played
   * again, would take him out of that talk. Not where he never came to the other: then this is his way back.
   */
  async function isPast(assignment: Assignment): Promise<boolean> {
    const last = await store.lastMoved(assignment.callId)
    if (last === null || last.id === assignment.id) return false
    const call = await calls.get(assignment.callId)
    return call?.moved === last.move?.nonce || (await isTakenOver(store, assignment))
  }

  async function callerIn(assignment: Assignment, conference: string | null): Promise<void> {
    const call = await calls.get(assignment.callId)
    // A late word from a room that he has left since must not be taken for one that he is in.
    if (!call || !isInRoom(call, assignment)) return
    if (assignment.state === 'wrap_up' || assignment.state === 'over') {
      // A colleague who has taken him over is about to bring him in.
      if (await isTakenOver(store, assignment)) return
      await assigning.act(assignment.id, { kind: 'stranded', nonce: newNonce() })
      return
    }
    // Of a room that he is about to leave: the move that was ordered last has not been made yet.
    if (call.moved !== assignment.move?.nonce) return
    await assigning.act(assignment.id, {
      kind: 'caller_in',
      conference,
      check: checkOf(call),
      ref: refOf(hotlines, call),
    })
  }

  /** The assignment of an agent's leg. Until the network has named the leg any is taken for it: it may be answered sooner. */
  async function ofLeg(id: string, legId: string): Promise<Assignment | null> {
    const assignment = await store.assignment(id)
    if (!assignment || assignment.callId === legId) return null
    return assignment.legId === null || assignment.legId === legId ? assignment : null
  }

  return {
    async agentAnswers(id, legId) {
      const assignment = await ofLeg(id, legId)
      const hotline = assignment && hotlines.byBrand.get(assignment.brand)
      if (!assignment || !hotline) return null
      const [agent, call] = await Promise.all([agents.find(assignment.agent), calls.get(assignment.callId)])
      const { brand } = assignment
      const languages = agent?.languages ?? []
      const isOn = assignment.state === 'ringing' || assignment.state === 'answering'
      if (!agent || !call || !isOn) return { brand, say: nobodyThere(hotline, languages), room: null, key: false }
      await assigning.act(id, { kind: 'picked_up' })
      const key = !agent.phone.startsWith('client:')
      return { brand, say: whisper(hotline, call, assignment, { languages, key }), room: roomOf(id), key }
    },
    async agentAccepts(id, legId) {
      const assignment = await ofLeg(id, legId)
      if (!assignment) return null
      const now = assignment.state === 'ringing' ? await accept(assignment) : assignment
      return now?.state === 'answering' || now?.state === 'talking' ? { room: roomOf(id) } : null
    },
    async agentLegEnded(id, legId, how) {
      if (await ofLeg(id, legId)) await assigning.act(id, { kind: 'leg_over', how, nonce: newNonce() })
    },
    async roomChanged({ assignment: id, conference, callId, kind }) {
      if (kind !== 'join') return
      const assignment = await store.assignment(id)
      if (!assignment) return
      if (callId === assignment.callId) return callerIn(assignment, conference)
      if (await ofLeg(id, callId))
        await assigning.act(id, { kind: 'agent_in', legId: callId, conference, nonce: newNonce() })
    },
    async callerMoves(leg, id, kind, nonce) {
      const assignment = await store.assignment(id)
      const move = assignment?.move
      // Forged, replayed or overtaken by another move: he goes on with the document that he has.
      if (!assignment || assignment.callId !== leg.callId || move?.nonce !== nonce || move.kind !== kind) {
        return turns.again(leg)
      }
      if (await isPast(assignment)) return turns.again(leg)
      const room = roomOf(id)
      const isOver = assignment.state === 'over' || assignment.state === 'wrap_up'
      if (kind === 'queue') return turns.move(leg, { name: nonce, to: 'queue', queue: move.queue })
      // The agent has left while the caller was on his way.
      if (isOver) return turns.move(leg, { name: nonce, to: 'queue', queue: null })
      return turns.move(leg, { name: nonce, to: kind === 'join' ? 'room' : 'check', room })
    },
    async isMoving(callId) {
      const [assignment, call] = await Promise.all([store.lastOfCall(callId), calls.get(callId)])
      const move = assignment?.move
      // A call that nobody knows any more goes nowhere: it begins anew. And who was to be put back, and waits, is there.
      if (!call || !move || (move.kind === 'queue' && call.reply?.next.kind === 'enqueue')) return false
      return call.moved !== move.nonce
    },
    callerEnded: assigning.callerGone,
    async callerLeft(callId) {
      for (const { id } of await store.ofCall(callId)) await assigning.act(id, { kind: 'caller_gone' })
    },
  }
}
