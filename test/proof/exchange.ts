/**
 * One exchange with the interpreter. A second caller with the same keys walks along, whose numbers nobody has: until
 * something is proved, both must hear the same.
 */
import type { Call } from '../../src/call/call.ts'
import type { Answer, Question } from '../../src/call/question.ts'
import type { Input, Replied, Turn } from '../../src/call/turn.ts'
import { advance, apologise } from '../../src/flow/advance.ts'
import { BrokenFlow } from '../../src/flow/broken-flow.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { nobody } from '../support/world.ts'
import { type Act, inputOf, NOW } from './concrete.ts'
import { type Bad, badIn, booked, differenceOf, type Happened, type Ledger } from './judgement.ts'

/** A call between two exchanges, and what its caller has done. */
export interface Caller {
  call: Call
  ledger: Ledger
}

/** Both callers; `twin` is null as long as there is no difference between them, and after a proof. */
export interface Pair extends Caller {
  twin: Caller | null
}

/** What an exchange came to; `to` is null where the call broke. */
export interface Outcome {
  answers: Answer[]
  bad: Bad | null
  to: Pair | null
}

export interface Exchanged {
  outcomes: Outcome[]
  /** Steps that were at work and exits that were taken, as `step` and `step.exit`. */
  uses: Set<string>
  /** Queues and numbers, with the level that was said. */
  handedTo: Set<string>
}

/** A turn of one caller: over, stopped at a question, or broken. */
type Over = Replied & { ledger: Ledger }
type Asking = Caller & { ask: Question }
type Taken = Over | Asking | { broke: unknown }

/** Does a thing, and tries the answers of the world. Null: the telephone rings. */
export function exchange(
  hotline: Hotline,
  at: Pair,
  act: Act | null,
  answersTo: (question: Question, ledger: Ledger, call: Call) => Answer[],
): Exchanged {
  const uses = new Set([at.call.step])
  const handedTo = new Set<string>()
  const keys = act?.kind === 'keys' ? act.keys : null

  function take(ledger: Ledger, make: () => Turn): Taken {
    try {
      const turn = make()
      for (const { step, exit } of turn.way) uses.add(step).add(`${step}.${exit}`)
      uses.add(turn.call.step)
      return { ...turn, ledger }
    } catch (broke) {
      if (broke instanceof BrokenFlow) {
        for (const { step, exit } of broke.way) uses.add(step).add(`${step}.${exit}`)
        uses.add(broke.step)
      }
      return { broke }
    }
  }

  const begin = ({ call, ledger }: Caller): Taken =>
    take(ledger, () => {
      if (act?.kind === 'fallback') return apologise(hotline, call, NOW)
      return advance(hotline, call, act === null ? { kind: 'ring', at: NOW } : inputOf(act))
    })

  const answered = ({ call, ask, ledger }: Asking, answer: Answer): Taken => {
    const input: Input = { kind: 'answer', answer, at: NOW }
    return take(booked(ledger, ask, answer), () => advance(hotline, call, input))
  }

  function follow(mine: Taken, other: Taken | null, asked: Happened['asked']): Outcome[] {
    const end = (bad: Bad | null, to: Pair | null): Outcome[] => [
      { answers: asked.map(({ answer }) => answer), bad, to },
    ]
    if ('broke' in mine) return end({ what: 'breaks', why: String(mine.broke) }, null)
    if (other && 'broke' in other) return end({ what: 'breaks', why: String(other.broke) }, null)
    if ('reply' in mine) {
      return other && !('reply' in other) ? end(ONE_IS_ASKED, null) : end(badOf(mine, other, asked), after(mine, other))
    }
    if (other && (!('ask' in other) || other.ask.kind !== mine.ask.kind)) return end(ONE_IS_ASKED, null)
    const { ask: question } = mine
    return answersTo(question, mine.ledger, mine.call).flatMap((answer) =>
      follow(answered(mine, answer), twinAnswered(mine, other, answer), [...asked, { question, answer }]),
    )
  }

  /** Where somebody is found the twin is nobody; before that both are one caller. The twin is never verified. */
  function twinAnswered(mine: Asking, other: Asking | null, answer: Answer): Taken | null {
    if (answer.kind === 'verified' || answer.kind === 'redeemed' || answer.kind === 'replace_only') return null
    const isFound = answer.kind === 'identified' && answer.claim.ref !== null
    if (!isFound) return other && answered(other, answer)
    return answered(other ?? mine, { kind: 'identified', claim: nobody(mine.ledger.numbers + 1, answer.claim.by) })
  }

  function badOf(mine: Over, other: Over | null, asked: Happened['asked']): Bad | null {
    for (const event of mine.events) {
      if (event.kind !== 'handed_off') continue
      const { to, level } = event.handOff
      handedTo.add(`${to.kind === 'queue' ? to.queue : to.number} at ${level}`)
    }
    const of = (one: Over, asked: Happened['asked']): Bad | null =>
      badIn(hotline.brand, { before: at.call, keys, asked, isFallback: act?.kind === 'fallback', ...one })
    // What is asked is told of the first of them: it names that account.
    return of(mine, asked) ?? (other && (of(other, []) ?? differenceOf(mine, other)))
  }

  const outcomes = follow(begin(at), at.twin && begin(at.twin), [])
  return { outcomes, uses, handedTo }
}

const ONE_IS_ASKED: Bad = { what: 'alike', why: 'one of two callers is asked something, and the other is not' }

/** The moment of a reply is noted by the shell. */
function after(mine: Over, other: Over | null): Pair {
  const of = ({ call, ledger }: Over): Caller => ({ call: { ...call, repliedAt: NOW }, ledger })
  return { ...of(mine), twin: other && of(other) }
}

/**
 * All that decides how the calls go on, on a given day. What was said last does not: the interpreter only repeats it,
 * after a stray hash.
 */
export function keyOf(pair: Pair): string {
  const of = ({ call, ledger }: Caller): unknown => [{ ...call, reply: call.reply?.next, today: '' }, ledger]
  return JSON.stringify([of(pair), pair.twin && of(pair.twin)])
}
