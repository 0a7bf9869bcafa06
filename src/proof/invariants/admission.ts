import type { Question } from '../../call/question.ts'
import type { Invariant } from './invariant.ts'

/** No secret or call code is looked at before its line was admitted with it, in the same turn and for the same account. */
export const admission: Invariant = ({ from, asked }) =>
  asked.flatMap(({ question }, index) => {
    const checked = checkedBy(question)
    if (checked === null) return []
    const before = asked[index - 1]
    const isOfIt = before?.question.kind === 'admit' && before.question.claim?.subject === checked.subject
    if (isOfIt && before.answer.kind === 'admitted' && before.answer.digits === checked.digits) return []
    const message =
      'a secret is checked that was not admitted, so nothing bounds what one line tries; ask for it by admit first, with the same claim, and take the digits from its answer'
    return [{ code: 'tries', path: ['steps', from.call.step], message }]
  })

/** What of a question is compared with what somebody has; of a call code, which names nobody yet, without a subject. */
function checkedBy(question: Question) {
  if (question.kind === 'verify') return { digits: question.digits, subject: question.claim.subject }
  if (question.kind !== 'identify' || question.by.kind !== 'call_code') return null
  return { digits: question.by.digits, subject: undefined }
}
