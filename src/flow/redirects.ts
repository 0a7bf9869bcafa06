/**
 * What agents do with a call that was handed to them, as the core sees it: bring the caller into a room, send them to the
 * PIN check, put them back into a queue. PURE, like `advance`.
 */
import { type Call, FRESH_VISIT, type Talk } from '../call/call.ts'
import type { Replied, Turn } from '../call/turn.ts'
import { advance } from './advance.ts'
import { handedOver } from './end-turn.ts'
import { type Hotline, topicOfQueue } from './hotline.ts'
import { queueAgain } from './queue-again.ts'

/** Out of the queue, or out of a PIN check that the agent calls off, into the agent's room. */
export function bringIn({ brand }: Hotline, before: Call, room: string): Replied {
  const talk = talkIn(room, before)
  const reply = { say: [], next: { kind: 'room' as const, room } }
  const there = before.flow === brand.flow ? before : calledOff(before, brand.flow, talk)
  return { call: { ...there, talk, reply }, way: [], reply, events: [] }
}

/** What was proved stays proved; what was only begun has brought nothing. */
function calledOff(before: Call, flow: string, { back }: Talk): Call {
  const begun = before.outcome === 'not_needed' ? 'no_pin' : before.outcome
  const outcome = before.assurance.level === 2 ? 'verified' : begun
  return { ...before, check: null, outcome, flow, step: back, visit: FRESH_VISIT, unsaid: [] }
}

/** Out of the room, into the flow of the PIN check. Tries and entries go on counting: the policy's numbers are a call's. */
export function beginCheck(stepUp: Hotline, before: Call, room: string, at: string): Turn {
  const talk = talkIn(room, before)
  const { name, start } = stepUp.flow
  const call: Call = {
    ...before,
    talk,
    flow: name,
    step: start,
    visit: FRESH_VISIT,
    outcome: 'not_needed',
    keyingSince: at,
    unsaid: [],
  }
  return advance(stepUp, call, { kind: 'ring', at })
}

/** Back into a queue, with the wait so far: an agent passes the call on, or is gone. */
export function putBack(hotline: Hotline, before: Call, queue: string | null, at: string): Replied {
  const handOff = queueAgain(hotline, before, queue, at)
  const topic = handOff.to.kind === 'queue' ? topicOfQueue(hotline.brand.name, handOff.to.queue) : null
  const unsaid = [hotline.words.speak(before.language, { key: 'talk.passed_on' })]
  return handedOver(hotline, { ...before, topic, unsaid, visit: FRESH_VISIT }, handOff)
}

function talkIn(room: string, { talk, step }: Call): Talk {
  return { room, back: talk?.back ?? step }
}
