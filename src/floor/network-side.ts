/** What the telephone network tells and asks: late, twice or in another order than it happened. */
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { Turns } from '../turn/turns.ts'
import type { Assigning } from './assigning.ts'
import { hasCaller } from './assignment.ts'
import type { AssignmentEvent } from './assignment-event.ts'
import type { NetworkSide } from './floor.ts'
import { newNonce } from './nonce.ts'
import { roomOf } from './rooms.ts'
import { checkOf, isInRoom, isTakenOver, NOTHING_SEEN, seenOf } from './whereabouts.ts'
import { nobodyThere, whisper } from './whisper.ts'

export interface NetworkParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  calls: CallStore
  /** As they were saved: for where a caller is, and not for what is proved. */
  saved: Pick<CallStore, 'get'>
  turns: Turns
  assigning: Assigning
}

export function createNetworkSide(parts: NetworkParts): NetworkSide {
  const { hotlines, store, agents, calls, saved, turns, assigning } = parts

  /**
   * An agent joins the colleague who has the call. Any other comes to a caller who waits, perhaps because the colleague
   * left. A caller in a check, or on the way to another agent, is nobody's to take.
   */
  async function accept(mine: Assignment): Promise<Assignment | null> {
    const { id, callId, from } = mine
    if (from === null) return assigning.act(id, { kind: 'accepted' })
    const holder = (await store.ofCall(callId)).find((other) => other.id !== id && other.state === 'talking')
    const together = holder ? await join(mine, holder) : null
    return together ?? comeToWhoWaits(id, callId)
  }

  /** Into the room of the talk. Where it is not known, the caller comes to the colleague and the agent is released. */
  async function join(mine: Assignment, { id, callId, conference }: Assignment): Promise<Assignment | null> {
    if (conference === null)
      return assigning.actTogether(mine.id, () => ({ kind: 'accepted' }), { id, event: { kind: 'handed_over' } })
    const call = await calls.get(callId)
    const seen = call ? await seenOf(parts, call, mine) : NOTHING_SEEN
    const joins = ({ room }: Assignment): AssignmentEvent => ({ kind: 'joins', room, conference, seen })
    return assigning.actTogether(mine.id, joins, { id, event: { kind: 'is_joined' } })
  }

  /** Whose caller is in a room: those who took it over have it after the agent that it is named after. */
  async function holderOf(named: Assignment): Promise<Assignment> {
    const having = ['answering', 'talking', 'checking']
    const all = await store.ofCall(named.callId)
    return all.find(({ room, state }) => room === named.room && having.includes(state)) ?? named
  }

  /** Also where the colleague has left in this moment: the caller waits now. */
  async function comeToWhoWaits(id: string, callId: string): Promise<Assignment | null> {
    const others = (await store.ofCall(callId)).filter((other) => other.id !== id)
    return others.some(hasCaller) ? null : assigning.act(id, { kind: 'accepted' })
  }

  /**
   * Whether the caller has been with another agent since this talk, or one is getting them: the redirect of this one,
   * played again, would take the caller out of that talk. Not where they never came to the other: then this is the way
   * back.
   */
  async function isPast(assignment: Assignment): Promise<boolean> {
    const last = await store.lastRedirected(assignment.callId)
    if (last === null || last.id === assignment.id) return false
    const call = await saved.get(assignment.callId)
    return call?.moved === last.redirect?.nonce || (await isTakenOver(store, assignment))
  }

  async function callerIn(assignment: Assignment, conference: string | null): Promise<void> {
    const call = await calls.get(assignment.callId)
    // A late word from a room that the caller has left since must not be taken for one of the room where they are.
    if (!call || !isInRoom(call, assignment)) return
    if (assignment.state === 'wrap_up' || assignment.state === 'over') {
      // A colleague who has taken the caller over is about to bring them in.
      if (await isTakenOver(store, assignment)) return
      await assigning.act(assignment.id, { kind: 'stranded', nonce: newNonce() })
      return
    }
    // Of a room that the caller is about to leave: the redirect that was ordered last has not been made yet.
    if (call.moved !== assignment.redirect?.nonce) return
    await assigning.act(assignment.id, {
      kind: 'caller_in',
      conference,
      check: checkOf(call),
      seen: await seenOf(parts, call, assignment),
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
      const isIn = now?.state === 'answering' || now?.state === 'talking' || now?.state === 'joined'
      return isIn ? { room: roomOf(now.room) } : null
    },
    async agentMiskeyed(id, legId) {
      if (await ofLeg(id, legId)) await assigning.act(id, { kind: 'unreached', why: 'wrong_key', nonce: newNonce() })
    },
    async agentLegEnded(id, legId, how) {
      if (await ofLeg(id, legId)) await assigning.act(id, { kind: 'leg_over', how, nonce: newNonce() })
    },
    async roomChanged({ assignment: id, conference, callId, kind }) {
      if (kind !== 'join') return
      const assignment = await store.assignment(id)
      if (!assignment) return
      if (callId === assignment.callId) return callerIn(await holderOf(assignment), conference)
      if (await ofLeg(id, callId))
        await assigning.act(id, { kind: 'agent_in', legId: callId, conference, nonce: newNonce() })
    },
    async callerRedirected(leg, id, kind, nonce) {
      const assignment = await store.assignment(id)
      const redirect = assignment?.redirect
      // Forged, replayed or overtaken by another redirect: the caller goes on with the document that the call has.
      if (!assignment || assignment.callId !== leg.callId || redirect?.nonce !== nonce || redirect.kind !== kind) {
        return turns.again(leg)
      }
      if (await isPast(assignment)) return turns.again(leg)
      const room = roomOf(assignment.room)
      const isOver = assignment.state === 'over' || assignment.state === 'wrap_up'
      if (kind === 'queue') return turns.redirect(leg, { name: nonce, to: 'queue', queue: redirect.queue })
      // The agent has left while the caller was on the way.
      if (isOver) return turns.redirect(leg, { name: nonce, to: 'queue', queue: null })
      return turns.redirect(leg, { name: nonce, to: kind === 'join' ? 'room' : 'check', room })
    },
    async isBeingRedirected(callId) {
      const [assignment, call] = await Promise.all([store.lastOfCall(callId), saved.get(callId)])
      const redirect = assignment?.redirect
      // A call that nobody knows any more goes nowhere: it starts again. And who was to be put back, and waits, is
      // there.
      if (!call || !redirect || (redirect.kind === 'queue' && call.reply?.next.kind === 'enqueue')) return false
      return call.moved !== redirect.nonce
    },
    callerEnded: assigning.callerGone,
    async callerLeft(callId) {
      for (const { id } of await store.ofCall(callId)) await assigning.act(id, { kind: 'caller_gone' })
    },
  }
}
