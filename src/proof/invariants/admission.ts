import { TRIES_PER_CALL } from '../../auth/lockout.ts'
import type { Question } from '../../call/question.ts'
import type { Invariant } from './invariant.ts'

/**
 * No secret or call code is looked at before its line was admitted with it, in the same turn and for the same account; and after the last that a
 * call may try, all of its tries are used up, so that it asks for no other.
 */
export const admission: Invariant = ({ from, asked, result }) =>
  asked.flatMap(({ question }, index) => {
    const checked = checkedBy(question)
    if (checked === null) return []
    const before = asked[index - 1]
    const isOfIt = before?.question.kind === 'admit' && before.question.claim?.subject === checked.subject
    const path = ['steps', from.call.step]
    if (isOfIt && before.answer.kind === 'admitted' && before.answer.digits === checked.digits) {
      if (!before.answer.isLast || result === null || result.call.tries >= TRIES_PER_CALL) return []
      const message =
        'a call goes on trying after the try that was said to be its last; count the tries of the call as used up then'
      return [{ code: 'tries', path, message }]
    }
    const message =
      'a secret is checked that was not admitted, so nothing bounds what one line tries; ask for it by admit first, with the same claim, and take the digits from its answer'
    return [{ code: 'tries', path, message }]
  })

/** What of a question is compared with what somebody has; of a call code, which names nobody yet, without a subject. */
function checkedBy(question: Question) {
  if (question.kind === 'verify') return { digits: question.digits, subject: question.claim.subject }
  if (question.kind !== 'identify' || question.by.kind !== 'call_code') return null
  return { digits: question.by.digits, subject: undefined }
}
