import { TRIES_PER_CALL } from '../../auth/lockout.ts'
import { isAdmitted, lookedAtBy } from '../../call/admitted.ts'
import type { Invariant } from './invariant.ts'

/**
 * No secret or call code is looked at before its line was admitted with it, in the same turn and for the same account; and after the last that a
 * call may try, all of its tries are used up, so that it asks for no other.
 */
export const admission: Invariant = ({ from, asked, result }) =>
  asked.flatMap(({ question }, index) => {
    if (lookedAtBy(question) === null) return []
    const before = asked[index - 1]
    const path = ['steps', from.call.step]
    if (isAdmitted(question, before)) {
      const isLast = before?.answer.kind === 'admitted' && before.answer.isLast
      if (!isLast || result === null || result.call.tries >= TRIES_PER_CALL) return []
      const message =
        'a call goes on trying after the try that was said to be its last; count the tries of the call as used up then'
      return [{ code: 'tries', path, message }]
    }
    const message =
      'a secret is checked that was not admitted, so nothing bounds what one line tries; ask for it by admit first, with the same claim, and take the digits from its answer'
    return [{ code: 'tries', path, message }]
  })
