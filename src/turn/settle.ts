/** What the core decides of one input, with all that it asks of the world on the way. */
import { type AnsweredQuestion, isAdmitted } from '../call/admitted.ts'
import type { Call } from '../call/call.ts'
import { questions } from '../call/question.ts'
import type { CallEvent, Turn } from '../call/turn.ts'
import { advance, apologise } from '../flow/advance.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Deadline } from '../seams/deadline.ts'
import { answer, type World } from './answer.ts'

/** `asked`: it was asked what tells of accounts, so the answer leaves on the grid. */
export type Decided = { call: Call; events: CallEvent[]; asked: boolean }

/**
 * Answers what a turn asks, until there is a reply; what breaks on the way ends at a person. So does a secret that was not admitted: the check takes no flow that has one looked
 * at, and tries some calls and not all.
 */
export async function settle(
  world: World,
  hotline: Hotline,
  call: Call,
  { at, token, by }: { at: string; token: string; by: Deadline },
  begin: () => Turn,
): Promise<Decided> {
  let asked = false
  try {
    let turn = begin()
    let before: AnsweredQuestion | undefined
    while ('ask' in turn) {
      asked ||= questions[turn.ask.kind].tellsOfAccounts
      if (!isAdmitted(turn.ask, before)) throw new Error(`${turn.ask.kind} asks for a secret that was not admitted`)
      const given = await answer(world, turn.ask, { call: turn.call, brand: hotline.brand, token, by })
      before = { question: turn.ask, answer: given }
      turn = advance(hotline, turn.call, { kind: 'answer', answer: given, at })
    }
    return { ...turn, asked }
  } catch (err) {
    world.log.error({ callId: call.id, err }, 'the flow broke; the caller goes to a person at level 0')
    return { ...apologise(hotline, call, at), asked }
  }
}
