/**
 * The record of a call's hand-off and end. What cannot be written is told loudly, and no caller is dropped for it: the
 * PIN tries were recorded before they were compared.
 */
import type { Level } from '../auth/assurance.ts'
import type { Call } from '../call/call.ts'
import type { CallEvent } from '../call/turn.ts'
import { phaseOn } from '../flow/brand.ts'
import { type Hotline, topicOf } from '../flow/hotline.ts'
import type { DurableEvent, EventLog } from '../seams/events.ts'
import type { Log } from '../seams/log.ts'

export interface CallRecord {
  /** What a turn has brought: `before` is the call as it was, and `events` are those of the core. */
  saved(hotline: Hotline, before: Call | null, call: Call, events: readonly CallEvent[]): Promise<void>
  /** A hand-off at level 0 of a call that could not be kept. */
  sentAway(callId: string, brand: string, queue: string): Promise<void>
  ended(hotline: Hotline | undefined, call: Call): Promise<void>
}

export function createCallRecord(events: EventLog, log: Pick<Log, 'error'>): CallRecord {
  async function append(event: Omit<DurableEvent, 'actor'>): Promise<void> {
    try {
      await events.append({ ...event, actor: 'caller' })
    } catch (err) {
      log.error({ callId: event.callId, err }, `the event '${event.kind}' could not be recorded`)
    }
  }
  const of = (call: Call) => ({ callId: call.id, brand: call.brand, ref: call.claim?.ref ?? null })

  function saidBy(hotline: Hotline, call: Call, event: CallEvent): Promise<void> {
    if (event.kind === 'turned_away') return append({ kind: 'turned_away', ...of(call), facts: { why: event.why } })
    if (event.kind === 'unserved') {
      const { handOff } = call
      const from = handOff?.to.kind === 'queue' ? handOff.to.queue : null
      return append({ kind: 'unserved', ...of(call), facts: { why: event.why, queue: from } })
    }
    const { outcome, assurance } = call
    const { to, level: queueLevel } = event.handOff
    const where = to.kind === 'queue' ? to.queue : to.number
    // With topic and phase a coming date can be tried on calls that there were.
    const phase = phaseOn(hotline.brand, call.today)
    const reached = { queueLevel, level: assurance.level, outcome, needs: needsOf(hotline, call) }
    const facts = { to: where, ...reached, topic: call.topic, phase }
    return append({ kind: 'hand_off', ...of(call), facts })
  }

  return {
    async saved(hotline, before, call, events) {
      // While agents have the caller, the floor tells of it.
      if (before?.assurance.level === 2 && call.assurance.lost !== undefined && before.talk === null)
        await append({ kind: 'proof_lost', ...of(call), facts: { why: call.assurance.lost } })
      for (const event of events) await saidBy(hotline, call, event)
      const check = checkStep(hotline, before, call)
      if (check === 'begin') await append({ kind: 'check', ...of(call), facts: { act: 'begin' } })
      if (check === 'end') await append({ kind: 'check', ...of(call), facts: { act: 'end', outcome: call.check } })
    },
    sentAway(callId, brand, queue) {
      const facts = {
        to: queue,
        queueLevel: 0,
        level: 0,
        outcome: 'unavailable',
        needs: null,
        topic: null,
        phase: null,
      }
      return append({ kind: 'hand_off', callId, brand, ref: null, facts })
    },
    ended(hotline, call) {
      const { outcome, tries, assurance } = call
      const facts = { level: assurance.level, outcome, tries, needs: hotline ? needsOf(hotline, call) : null }
      return append({ kind: 'end', ...of(call), facts })
    },
  }
}

/** What the topic of the call asks for; null before one was chosen. */
function needsOf(hotline: Hotline, { topic }: Call): Level | null {
  return topicOf(hotline, topic)?.needs ?? null
}

/** Whether the turn has led the caller into the PIN check in mid-call, or out of it and back to the agent. */
function checkStep({ brand }: Hotline, before: Call | null, { flow, talk }: Call): 'begin' | 'end' | null {
  if (before === null || talk === null || before.flow === flow) return null
  return before.flow === brand.flow ? 'begin' : 'end'
}
