import { UNKNOWN } from '../../auth/assurance.ts'
import { ACCOUNT_MARKS, nobody } from '../environment.ts'
import type { Successor } from '../exploration.ts'
import { sameOutcome } from '../fold.ts'
import type { Invariant } from './invariant.ts'

/**
 * Found and not found give the same call: every turn is taken again by a caller whose number nobody has, and must come
 * out the same. As this holds in every state, it holds for whole calls. Wrong, locked and none set up are one answer.
 */
export const account: Invariant = (taken, { again }) => {
  const { from, act, result, asked, proved } = taken
  // The apology is the shell's, and forgets the account.
  if (act.kind === 'fallback') return []
  if (result && proved.level < 2) {
    const { step } = result.call
    const says = result.reply.say.some(({ text }) => ACCOUNT_MARKS.some((mark) => text.includes(mark)))
    const message = `'${step}' speaks of an account before it is proved; say such things after a verify step only`
    if (says) return [{ code: 'account', path: ['steps', step], message }]
  }
  const { claim, assurance } = from.call
  const isOpen = claim !== null && assurance.level < 2
  const isNamed = asked.some(({ answer }) => answer.kind === 'identified')
  // Nothing is right for a number that nobody has.
  const isRight = asked.some(({ answer }) => answer.kind === 'verified' || answer.kind === 'replace_only')
  if ((!isOpen && !isNamed) || isRight) return []
  const call = isOpen ? { ...from.call, claim: nobody(claim), assurance: UNKNOWN } : from.call
  const twin = again(taken, { call, claims: nobody })
  if (twin && sameOutcome(twin, taken, { whose: false })) return []
  const message = `the call goes another way for a number that nobody has: ${differenceOf(taken, twin)}; decide by nothing of the claim but that there is one`
  return [{ code: 'alike', path: ['steps', from.call.step], message }]
}

function differenceOf(one: Successor, other: Successor | null): string {
  if (!other) return 'something else is asked'
  const stepsOf = ({ way }: Successor): string => way.map(({ step, exit }) => `${step}.${exit}`).join(', ') || 'no exit'
  const [exits, exitsThen] = [stepsOf(one), stepsOf(other)]
  if (exits !== exitsThen) return `${exits} for somebody, ${exitsThen} for nobody`
  const words = ({ result }: Successor): string => result?.reply.say.map(({ text }) => text).join(', ') ?? 'a break'
  const [says, saysThen] = [words(one), words(other)]
  return says === saysThen ? 'what happens then differs' : `it says ${says} to somebody, ${saysThen} to nobody`
}
