/** A fake of the Turns interface that records what it is asked and answers what the test set. */
import type { Call, WaitEnd } from '../../src/call/call.ts'
import type { Next, Reply } from '../../src/call/reply.ts'
import type { Answered, Destination, Leg, StepInput, Turns } from '../../src/turn/turns.ts'

export interface Asked {
  what: keyof Turns
  leg?: Leg
  callId?: string
  why?: WaitEnd
  token?: string
  round?: number
  input?: StepInput
  redirect?: Destination
}

export interface RecordingTurns extends Turns {
  asked: Asked[]
  /** What the next questions get. */
  answered: Answered
  waiting: Awaited<ReturnType<Turns['wait']>>
  /** When set, every question throws it. */
  broken: Error | null
}

export function recordingTurns(answered: Answered): RecordingTurns {
  async function note<T>(asked: Asked, answer: () => T): Promise<T> {
    turns.asked.push(asked)
    if (turns.broken !== null) throw turns.broken
    return answer()
  }
  const turns: RecordingTurns = {
    asked: [],
    answered,
    waiting: { kind: 'over' },
    broken: null,
    ring: (leg) => note({ what: 'ring', leg }, () => turns.answered),
    step: (leg, token, input) => note({ what: 'step', leg, token, input }, () => turns.answered),
    held: (leg, token, round) => note({ what: 'held', leg, token, round }, () => turns.answered),
    fallback: (leg) => note({ what: 'fallback', leg }, () => turns.answered),
    redirect: (leg, redirect) => note({ what: 'redirect', leg, redirect }, () => turns.answered),
    again: (leg) => note({ what: 'again', leg }, () => turns.answered),
    ended: (callId) => note({ what: 'ended', callId }, () => undefined),
    endWait: (callId, why) => note({ what: 'endWait', callId, why }, () => true),
    wait: (callId) => note({ what: 'wait', callId }, () => turns.waiting),
    settled: async () => {},
  }
  return turns
}

/** A call that hears these words and then that; nothing else of it is of interest to a door. */
export function callHearing(say: Reply['say'], next: Next, callId: string): Call {
  const call: Partial<Call> & Pick<Call, 'id' | 'brand' | 'language' | 'reply'> = {
    id: callId,
    brand: 'rheinnetz',
    language: 'de',
    callerNumber: null,
    handOff: null,
    reply: { say, next },
  }
  return call as Call
}
