/**
 * The record of a call's hand-off and end. What cannot be written is told loudly, and no caller is dropped for it: the
 * PIN tries were recorded before they were compared.
 */
import type { Call, HandOff } from '../call/call.ts'
import type { DurableEvent, EventLog } from '../seams/events.ts'
import type { Log } from '../seams/log.ts'

export interface CallRecord {
  handedOff(call: Call, handOff: HandOff): Promise<void>
  /** A hand-off at level 0 of a call that could not be kept. */
  sentAway(callId: string, brand: string, queue: string): Promise<void>
  ended(call: Call): Promise<void>
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

  return {
    handedOff(call, { to, level: queueLevel }) {
      const { outcome, assurance } = call
      const facts = { to: to.kind === 'queue' ? to.queue : to.number, queueLevel, level: assurance.level, outcome }
      return append({ kind: 'hand_off', ...of(call), facts })
    },
    sentAway(callId, brand, queue) {
      const facts = { to: queue, queueLevel: 0, level: 0, outcome: 'unavailable' }
      return append({ kind: 'hand_off', callId, brand, ref: null, facts })
    },
    ended(call) {
      const facts = { level: call.assurance.level, outcome: call.outcome, tries: call.tries }
      return append({ kind: 'end', ...of(call), facts })
    },
  }
}
