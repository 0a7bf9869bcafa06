/**
 * The world as tests have it. What can be answered it reads from the table of questions, so that every test here answers a
 * new kind of question from the first day.
 */
import type { Claim } from '../../src/call/call.ts'
import { type Answer, answersTo, isGood, type Question, type QuestionKind } from '../../src/call/question.ts'
import type { Claimant } from '../../src/call/question-row.ts'

/** A customer that no test needs to know more about. */
export const CLAIM: Claim = { subject: 's', ref: 'r', sims: ['sim'], by: 'entry', failuresBefore: 0, ticket: null }

/** The nth number of a call belongs to the nth customer, or to nobody. */
export function customer(n: number, by: Claim['by']): Claim {
  return { subject: `account-${n}`, ref: `ref-${n}`, sims: [`sim-${n}`], by, failuresBefore: 0, ticket: null }
}
export function nobody(n: number, by: Claim['by']): Claim {
  return { subject: `unknown-${n}`, ref: null, sims: [], by, failuresBefore: 2, ticket: null }
}

/**
 * What a test says of the world, by kind of question: the one answer, or answers one after the other, or one for each
 * question. All else is answered as for a customer who does everything right.
 */
export type Told = {
  [Kind in QuestionKind]?: Answer<Kind> | readonly Answer<Kind>[] | ((question: Question<Kind>) => Answer<Kind> | null)
}

/** A world that answers as told. `whose` makes the claims of its customers. */
export function createWorld(told: Told = {}, whose: Claimant = () => CLAIM): (question: Question) => Answer {
  const asked = new Map<QuestionKind, number>()
  return (question) => {
    const count = asked.get(question.kind) ?? 0
    asked.set(question.kind, count + 1)
    const says = told[question.kind] as Answer | Answer[] | ((question: Question) => Answer | null) | undefined
    const one = Array.isArray(says) ? says[count] : typeof says === 'function' ? says(question) : says
    return one ?? goodAnswer(question, whose)
  }
}

/** To a customer who does everything right; for a number that nobody has, the first answer that is left. */
function goodAnswer(question: Question, whose: Claimant): Answer {
  const all = answersTo(question, whose)
  const good = all.find((answer) => isGood(question, answer)) ?? all[0]
  if (!good) throw new Error(`nothing answers '${question.kind}'`)
  return good
}

/** One answer of each kind that the world can give. */
export function eachAnswer(question: Question, whose: Claimant): Answer[] {
  const all = answersTo(question, whose)
  return all.filter(({ kind }, index) => all.findIndex((other) => other.kind === kind) === index)
}

/** Any answer, the good one more often than chance would have it. `chance` chooses among so many. */
export function anyAnswer(question: Question, whose: Claimant, chance: (choices: number) => number): Answer {
  const all = answersTo(question, whose)
  const any = chance(2) === 0 ? null : all[chance(all.length)]
  return any ?? goodAnswer(question, whose)
}
