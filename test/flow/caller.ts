import { Secret } from '../../src/auth/secret.ts'
import type { Call } from '../../src/call/call.ts'
import type { Question } from '../../src/call/question.ts'
import type { Reply } from '../../src/call/reply.ts'
import type { CallEvent, GivenBack, Input } from '../../src/call/turn.ts'
import { advance, newCall } from '../../src/flow/advance.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { createWorld, type Told } from '../support/world.ts'
import { DEMO_DAY } from './shipped.ts'

/** How the world answers, who calls and when. */
export interface World extends Told {
  callerNumber?: string | null
  called?: string
  today?: string
}

/** A caller on the phone with the core. Keys come after five seconds and silence after thirty, unless it says when. */
export interface Caller {
  keys(digits: string, afterMs?: number): Caller
  silence(afterMs?: number): Caller
  returned(reason: GivenBack, afterMs?: number): Caller
  readonly call: Call
  readonly reply: Reply
  /** What they hear now; with `smallHotline` these are prompt keys. */
  readonly hears: string[]
  /** What was asked, but for notices, hours and lines. */
  readonly questions: Question[]
  readonly events: CallEvent[]
}

export function ring(hotline: Hotline, { callerNumber, called, today, ...told }: World = {}): Caller {
  let now = Date.parse('2026-11-22T10:00:00.000Z')
  const at = (): string => new Date(now).toISOString()
  const questions: Question[] = []
  const events: CallEvent[] = []
  const answerTo = createWorld(told)
  let call = newCall(hotline, {
    id: 'CA1',
    callerNumber: callerNumber === undefined ? '+491713920001' : callerNumber,
    ...(called === undefined ? {} : { called }),
    today: today ?? DEMO_DAY,
    at: at(),
  })
  let reply: Reply
  const turn = (input: Input): void => {
    let next = advance(hotline, call, input)
    while ('ask' in next) {
      if (!['notice', 'open', 'agent', 'admit'].includes(next.ask.kind)) questions.push(next.ask)
      next = advance(hotline, next.call, { kind: 'answer', answer: answerTo(next.ask), at: at() })
    }
    ;({ reply } = next)
    events.push(...next.events)
    // The shell notes when a reply went out; a repeated one keeps its first time.
    call = { ...next.call, repliedAt: at() }
  }
  turn({ kind: 'ring', at: at() })
  const caller: Caller = {
    keys(digits, afterMs = 5000) {
      now += afterMs
      turn({ kind: 'digits', digits: new Secret(digits), at: at() })
      return caller
    },
    silence(afterMs = 30_000) {
      now += afterMs
      turn({ kind: 'no_input', at: at() })
      return caller
    },
    returned(reason, afterMs = 5000) {
      now += afterMs
      turn({ kind: 'returned', reason, at: at() })
      return caller
    },
    get call() {
      return call
    },
    get reply() {
      return reply
    },
    get hears() {
      return reply.say.map(({ text }) => text)
    },
    questions,
    events,
  }
  return caller
}
