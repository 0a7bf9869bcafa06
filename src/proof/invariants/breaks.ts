import type { Claim } from '../../call/call.ts'
import { BrokenFlow } from '../../flow/broken-flow.ts'
import type { Successor } from '../exploration.ts'
import { type Complaint, type Invariant, lastStep, PROOF, placeOfWay, wayInWords } from './invariant.ts'

/** Nothing may be thrown: the caller would hear that something broke. What the flow did says which rule it broke. */
export const breaks: Invariant = (taken, { hotline }) => {
  const { broke } = taken
  if (broke === null) return []
  if (!(broke instanceof BrokenFlow)) {
    const why = broke instanceof Error ? broke.message : String(broke)
    const step = lastStep(taken)
    const message = `the call breaks: ${why}; ${wayInWords(taken, step)}; correct the step type`
    return [{ code: 'break', path: ['steps', step], message }]
  }
  return [complaintOf(broke)]

  function complaintOf({ fault, step, lacking, message: why }: BrokenFlow): Complaint {
    const path = placeOfWay(hotline, taken, step)
    const where = wayInWords(taken, step)
    switch (fault) {
      case 'level': {
        // A step that takes what is not its own to give does so wherever callers come from.
        if (!lacking) return { code: 'level', path: ['steps', step], message: why }
        if (taken.proved.level === 2 && claimIn(taken)?.topics !== undefined) {
          const what = `a caller without a contract is proved for what 'tail' names alone, and comes to '${lacking.to}'`
          const remedy = 'ask for the number again after another topic is chosen, or lead them to the general queue'
          return { code: 'level', path, message: `${what}; ${where}; ${remedy}` }
        }
        const what = `a caller with ${PROOF[lacking.reached]} comes to '${lacking.to}', which asks for ${PROOF[lacking.needed]} (level ${lacking.needed})`
        const remedy = 'lead callers here only after that proof, or to a queue that asks for less'
        return { code: 'level', path, message: `${what}; ${where}; ${remedy}` }
      }
      case 'no_queue':
        return { code: 'break', path, message: `${why}; ${where}; add it to the brand, or lead elsewhere` }
      case 'circle': {
        const message = `the call goes round through '${step}' without waiting for the caller; break this circle`
        return { code: 'loop', path, message }
      }
      case 'exit':
        return { code: 'break', path: ['steps', step], message: `${why}, but a call can leave it so; add this exit` }
      case 'claim': {
        const message = `a caller can come to '${step}' without having keyed a number; ${where}; lead here only from an identify step`
        return { code: 'break', path, message }
      }
      case 'type':
        return { code: 'break', path: ['steps', step], message: `${why}; ${where}; correct the step type` }
      case 'secret':
      case 'account':
      case 'alike':
        return { code: fault, path: ['steps', step], message: why }
      case 'talk':
        return {
          code: 'return',
          path: ['steps', step],
          message: `${why}; use this step in the flow of the PIN check alone`,
        }
      case 'answer':
        return { code: 'input', path: ['steps', step], message: `${why}; write answer()` }
    }
  }
}

/** Whose number was named last, as the call knows it where it broke. */
function claimIn({ from, asked }: Successor): Claim | null {
  const named = asked.flatMap(({ answer }) =>
    answer.kind === 'identified' || answer.kind === 'redeemed' ? [answer.claim] : [],
  )
  return named.at(-1) ?? from.call.claim
}
