/** One phone of the exchange, with what can be done to it: by the person who holds it, and by REST. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../seams/clock.ts'
import type { PhoneEvent } from '../engine/caller.ts'
import { createNap } from '../engine/nap.ts'
import type { FinalStatus } from '../engine/parameters.ts'
import type { Fault, PhoneNote, PhoneView } from '../view.ts'
import { type PhoneFacts, watchPhone } from './phone-view.ts'
import { createReceiver, type Receiver } from './receiver.ts'

/** What is asked for and cannot be done now is answered with false, and nothing happens. */
export interface Handset {
  id: string
  callSid: string
  view(): PhoneView
  /** Twilio's word for how the call stands. */
  status(): 'ringing' | 'in-progress' | FinalStatus
  press(keys: string): boolean
  hangUp(): boolean
  answer(): boolean
  decline(): boolean
  order(fault: Fault | null): boolean
  /** Gives the call another document. */
  redirect(url: string): boolean
  /** Ends the call from outside; one that rings is called off. */
  complete(): boolean
  note(note: PhoneNote, text: string): void
  /** For the engine alone. */
  engine: {
    caller: Receiver['caller']
    notice(event: PhoneEvent): void
    ring(seconds: number): Promise<FinalStatus>
    /** Ends the ringing, or keeps it from beginning. */
    settle(how: FinalStatus): boolean
  }
}

export function createHandset(facts: Omit<PhoneFacts, 'id'>, clock: Clock, changed: () => void): Handset {
  const id = randomUUID()
  const receiver = createReceiver(clock)
  const watch = watchPhone({ id, ...facts }, () => clock.now())
  const bell = createNap(clock)
  let rung: FinalStatus | null = null
  let inProgress = false
  let over = false

  /** How the ringing ends; the first word counts. */
  function settle(how: FinalStatus): boolean {
    if (facts.kind !== 'agent' || rung !== null || over) return false
    rung = how
    bell.wake()
    return true
  }

  const live = (act: () => void): boolean => {
    if (!inProgress || over) return false
    act()
    return true
  }

  function end(how: 'hang_up' | 'completed'): boolean {
    if (over) return false
    over = true
    receiver.cut({ kind: how })
    return true
  }

  return {
    id,
    callSid: facts.callSid,
    view: watch.view,
    status() {
      if (over) return rung ?? 'completed'
      return inProgress ? 'in-progress' : 'ringing'
    },
    press: (keys) => live(() => receiver.press(keys)),
    hangUp: () => settle('busy') || end('hang_up'),
    answer: () => settle('completed'),
    decline: () => settle('busy'),
    order(fault) {
      if (over) return false
      receiver.order(fault)
      if (fault === null) watch.note('no_fault')
      else watch.note('next_fault', fault)
      changed()
      return true
    },
    redirect: (url) => live(() => receiver.cut({ kind: 'redirected', url })),
    complete: () => settle('canceled') || end('completed'),
    note(note, text) {
      watch.note(note, text)
      changed()
    },
    engine: {
      caller: receiver.caller,
      notice(event) {
        if (event.kind === 'answered') inProgress = true
        if (event.kind === 'ended') over = true
        watch.notice(event)
        changed()
      },
      async ring(seconds) {
        if (rung === null) await bell.sleep(seconds * 1000)
        rung ??= 'no-answer'
        return rung
      },
      settle,
    },
  }
}
