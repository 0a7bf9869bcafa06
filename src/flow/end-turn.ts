/** How a turn ends: with what the caller is asked, in a queue, at a number, with an agent again, or for good. PURE. */
import { type Call, FRESH_VISIT, type HandOff } from '../call/call.ts'
import type { Next, Reply } from '../call/reply.ts'
import type { CallEvent, Passage, Replied, TurnedAway } from '../call/turn.ts'
import { BrokenFlow } from './broken-flow.ts'
import { typeOf } from './flow.ts'
import type { Hotline } from './hotline.ts'
import type { StepType } from './step.ts'

/** A call that is handed off outside of any step, its level already looked at. */
export function handedOver(hotline: Hotline, call: Call, handOff: HandOff): Replied {
  return handOver(hotline, { ...call }, handOff, [])
}

/** Whether the way that ends here has sent the caller away unserved. */
export function turnedAway({ flow }: Hotline, way: readonly Passage[]): CallEvent[] {
  for (const { step, exit } of way) {
    const config = flow.steps.get(step)
    const why = config && ofTable(typeOf(flow, config).turnsAway, exit)
    if (why) return [{ kind: 'turned_away', why }]
  }
  return []
}

function ofTable(table: StepType['turnsAway'], exit: string): TurnedAway | undefined {
  return table && Object.hasOwn(table, exit) ? table[exit] : undefined
}

/** These finish the turn's own copy of the call. */
export function handOver({ brand }: Hotline, call: Call, handOff: HandOff, way: Passage[]): Replied {
  const { to } = handOff
  call.handOff = handOff
  if (call.talk !== null) {
    call.flow = brand.flow
    call.step = call.talk.back
    call.talk = null
  }
  const next: Next = to.kind === 'queue' ? { kind: 'enqueue', queue: to.queue } : { kind: 'dial', number: to.number }
  return reply(call, next, [{ kind: 'handed_off', handOff }], way)
}

/** In place of a hand-off while it is closed: an hours step has asked, so its prompts are there. */
export function keepOut({ words }: Hotline, call: Call, kept: HandOff, way: Passage[]): Replied {
  call.unsaid = [words.speak(call.language, { key: 'hours.closed' })]
  return { ...reply(call, { kind: 'hang_up' }, [{ kind: 'turned_away', why: 'closed' }], way), kept }
}

/** In place of a hand-off while as many calls of the line are on as may be: what is heard where a queue is full. */
export function noPlace({ words }: Hotline, call: Call): Replied {
  const refused = { ...call, unsaid: [words.speak(call.language, { key: 'full' })] }
  return reply(refused, { kind: 'hang_up' }, [{ kind: 'turned_away', why: 'full' }], [])
}

/** Out of the PIN check: the call is where it was in its brand's own flow, with what the check brought. */
export function rejoin({ brand }: Hotline, call: Call, way: Passage[]): Replied {
  const { talk } = call
  if (talk === null) {
    throw new BrokenFlow('talk', call.step, `step '${call.step}' leads back to an agent, but none has sent the caller`)
  }
  call.check = call.outcome
  // What was proved before stays proved, whatever became of this check.
  if (call.assurance.level === 2) call.outcome = 'verified'
  call.flow = brand.flow
  call.step = talk.back
  call.visit = FRESH_VISIT
  return reply(call, { kind: 'room', room: talk.room }, [], way)
}

export function reply(call: Call, next: Next, events: CallEvent[], way: Passage[]): Replied {
  const reply: Reply = { say: call.unsaid, next }
  call.unsaid = []
  call.asked = 0
  call.reply = reply
  return { call, way, reply, events }
}
