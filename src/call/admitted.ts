/** Which secrets may be looked at: the rule that the proof holds flows against (`tries`), and that each turn obeys whatever its flow asks. PURE. */
import type { Answer, Question } from './question.ts'

export interface AnsweredQuestion {
  question: Question
  answer: Answer
}

/**
 * Whether all that is looked at for this question was admitted by the one right before it in the same turn: these digits, for the same account. What looks at no secret needs none.
 */
export function isAdmitted(question: Question, before: AnsweredQuestion | undefined): boolean {
  const looked = lookedAtBy(question)
  if (looked === null) return true
  if (before?.question.kind !== 'admit' || before.answer.kind !== 'admitted') return false
  return before.question.claim?.subject === looked.subject && before.answer.digits === looked.digits
}

/** What of a question is compared with what somebody has; of a call code, which names nobody yet, without a subject. */
export function lookedAtBy(question: Question) {
  if (question.kind === 'verify') return { digits: question.digits, subject: question.claim.subject }
  if (question.kind !== 'identify' || question.by.kind !== 'call_code') return null
  return { digits: question.by.digits, subject: undefined }
}
