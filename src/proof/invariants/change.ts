import { isOffered } from '../../flow/second-lock.ts'
import { isOf } from '../../flow/steps/index.ts'
import { provedBy } from '../environment.ts'
import { type Complaint, type Invariant, PROOF, placeOfWay, wayInWords } from './invariant.ts'

/**
 * A secret is changed by its holder alone: it, or a code for first use in its place, was itself right in this call, for the account named last, and nobody but the caller has been
 * in the call. A letter with a new one is ordered for the account named last alone; how often, is the limit of its question. Counted by the
 * proof itself, not read from the call.
 */
export const change: Invariant = (taken, { hotline }) => {
  const { from, asked, way } = taken
  const complaints: Complaint[] = []
  const isAlone = from.call.handOff === null && from.call.talk === null
  let proved = from.proved
  for (const exchange of asked) {
    const { question } = exchange
    if (question.kind === 'set_secret' || question.kind === 'hash_entry') {
      const isProved =
        proved.replaces === question.credential || (proved.level === 2 && proved.by === question.credential)
      const why = !isProved
        ? `a new ${question.credential} is asked for after ${proved.by === null ? PROOF[proved.level] : `a right ${proved.by}`}`
        : question.claim.subject !== proved.subject
          ? 'a new secret is set for another account than the one named last'
          : isAlone
            ? null
            : 'a new secret is asked for once an agent was in the call'
      if (why !== null) {
        const message = `${why}; ask for it only after the one in force was right in this call, for the claim of the call`
        complaints.push({ code: 'change', path: ['steps', from.call.step], message })
      }
    }
    if (question.kind === 'order_letter' && (proved.level === 0 || question.claim.subject !== proved.subject)) {
      const message =
        'a letter with a new secret is ordered for another account than the one named last; order it for the claim of the call'
      complaints.push({ code: 'change', path: ['steps', from.call.step], message })
    }
    proved = provedBy(proved, exchange)
  }
  const topic = taken.result?.call.topic ?? from.call.topic
  const left = way.findIndex(({ step, exit }) => exit === 'unproved' && isOfferedAt(step, topic))
  const step = way[left]?.step
  if (step !== undefined && (proved.level < 2 || from.call.talk !== null)) {
    const before = { ...taken, way: way.slice(0, left) }
    const who = from.call.talk === null ? `a caller with ${PROOF[proved.level]}` : 'a caller that an agent sent'
    const message = `${who} comes to '${step}', where a new secret is set; ${wayInWords(before, step)}; lead callers here only after a verify step of their own call`
    complaints.push({ code: 'change', path: placeOfWay(hotline, before, step), message })
  }
  return complaints

  /** Callers with another topic pass through, and are told nothing. */
  function isOfferedAt(name: string, topic: string | null): boolean {
    const step = hotline.flow.steps.get(name)
    return step !== undefined && isOf('set_pin', step) && isOffered(hotline.brand, step.credential, topic)
  }
}
