/** What comes from outside in an exploration: moments, accounts and inputs. What the world answers stands in `call/question.ts`. */
import { credentials } from '../auth/credentials.ts'
import { Secret } from '../auth/secret.ts'
import type { AnsweredQuestion } from '../call/admitted.ts'
import type { Claim } from '../call/call.ts'
import { covers } from '../call/covers.ts'
import { questions } from '../call/question.ts'
import type { Input } from '../call/turn.ts'
import type { Brand } from '../flow/brand.ts'
import { digitByDigit } from '../flow/steps/deflect.ts'
import type { DayKind } from './days.ts'
import type { Action, Evidence } from './exploration.ts'

export const AT = '2026-01-01T12:00:00.000Z'
/** Sooner than any time to key is over, and later; and when callers may key no longer. */
const SOON = '2026-01-01T12:00:00.500Z'
const LATER = '2026-01-01T12:02:00.000Z'
const LATE = '2026-01-01T14:00:00.000Z'
/** Anybody's number from the block that the German regulator keeps for films and books. */
export const CALLER = '+491713920042'

/** The account of everybody who has one. Every field differs from `nobody`, so that a turn that looks at one is found. */
export const somebody = (subject: string, by: Claim['by']): Claim => {
  return {
    subject,
    ref: 'ref-of-somebody',
    sims: ['sim-of-somebody'],
    by,
    failuresBefore: 0,
    ticket: 'ticket-of-somebody',
  }
}
export const nobody = (claim: Claim): Claim => {
  return { ...claim, subject: 'subject-of-nobody', ref: null, sims: [], failuresBefore: 7, ticket: null }
}
/**
 * Whose a number is on such a day, when callers key it about this topic. Null: nobody's, as in every state is tried anyway
 * (`invariants/account.ts`): that of a line at rest or of an ended contract, and of who has none any more and asks for what is not left to do.
 */
export function claimOn(
  { account }: Pick<DayKind, 'account'>,
  { tail }: Pick<Brand, 'tail'>,
  claim: Claim,
  topic: string | null,
): Claim | null {
  if (account === 'runs' || claim.ref === null) return claim
  if (claim.by === 'own_line') return null
  if (account === 'rests') return { ...claim, sims: [] }
  const left = { ...claim, topics: tail?.topics ?? [] }
  return covers(left, topic) ? left : null
}

/** What of an account could be spoken. */
export const ACCOUNT_MARKS: readonly string[] = [
  'ref-of-somebody',
  'sim-of-somebody',
  'ticket-of-somebody',
  'subject-',
  ...Object.values(questions).flatMap(({ marks }) => marks.flatMap((mark) => [mark, digitByDigit(mark)])),
]

/** The moment of an act. */
export function momentOf(act: Action): string {
  return { hash: SOON, late: LATE }[act.kind as string] ?? LATER
}

/** An act as the interpreter gets it. The fallback is none, for the shell answers it; nor is time. */
export function inputOf(act: Exclude<Action, { kind: 'fallback' | 'late' }>, at: string): Input {
  switch (act.kind) {
    case 'ring':
      return { kind: 'ring', at }
    case 'keys':
      return { kind: 'digits', digits: new Secret(act.keys), at }
    case 'silence':
    case 'hash':
      return { kind: 'no_input', at }
    case 'returned':
      return { kind: 'returned', reason: act.reason, at }
    case 'unserved':
      return { kind: 'unserved', why: act.why, at }
  }
}

/**
 * A new number drops what was proved of the one before; a secret proves the account that it was checked for, a call code its own. A code for first
 * use proves nothing but that it may be replaced, once.
 */
export function provedBy(before: Evidence, { question, answer }: AnsweredQuestion): Evidence {
  if (question.kind === 'open') return { ...before, open: answer.kind === 'open' ? 'yes' : 'no' }
  if (answer.kind === 'identified' || answer.kind === 'redeemed') {
    const level = answer.kind === 'redeemed' ? 2 : 1
    return { ...before, level, by: null, replaces: null, subject: answer.claim.subject, named: before.named + 1 }
  }
  if (answer.kind === 'set') return { ...before, replaces: null }
  if (question.kind !== 'verify' || question.claim.subject !== before.subject) return before
  if (answer.kind === 'replace_only') return { ...before, replaces: answer.credential }
  if (answer.kind !== 'verified') return before
  return { ...before, level: credentials[answer.credential].gives, by: answer.credential }
}
