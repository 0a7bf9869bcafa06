/** What comes from outside in an exploration: moments, accounts, inputs, and every answer of the world. */
import { credentials } from '../auth/credentials.ts'
import { Secret } from '../auth/secret.ts'
import type { Claim } from '../call/call.ts'
import type { Answer, Question } from '../call/question.ts'
import type { Input } from '../call/turn.ts'
import { LONGEST_NOTICE } from '../flow/notice.ts'
import { LONG_WAIT } from '../flow/steps/backlog.ts'
import { digitByDigit, SAMPLE_TICKET } from '../flow/steps/deflect.ts'
import type { Act, AnsweredQuestion, Evidence } from './exploration.ts'

export const AT = '2026-01-01T12:00:00.000Z'
export const LATER = '2026-01-01T12:00:05.000Z'
const AT_ONCE = '2026-01-01T12:00:00.500Z'
/** Anybody's number from the block that the German regulator keeps for films and books. */
export const CALLER = '+491713920042'

/** The account of everybody who has one. Every field differs from `nobody`, so that a turn that looks at one is found. */
export const somebody = (subject: string, by: Claim['by']): Claim => {
  return {
    subject,
    ref: 'ref-of-somebody',
    sim: 'sim-of-somebody',
    by,
    failuresBefore: 0,
    ticket: 'ticket-of-somebody',
  }
}
export const nobody = (claim: Claim): Claim => {
  return { ...claim, subject: 'subject-of-nobody', ref: null, sim: null, failuresBefore: 7, ticket: null }
}
/** Stands for every notice: as long as one may be. */
export const NOTICE = 'This stands for whatever notice is switched on. '.repeat(9).slice(0, LONGEST_NOTICE)
/** What of an account could be spoken. */
export const ACCOUNT_MARKS = [
  'ref-of-somebody',
  'sim-of-somebody',
  'ticket-of-somebody',
  'subject-',
  SAMPLE_TICKET,
  digitByDigit(SAMPLE_TICKET),
] as const

/** An act as the interpreter gets it; the fallback is none, for the shell answers it. */
export function inputOf(act: Exclude<Act, { kind: 'fallback' }>, at: string): Input {
  switch (act.kind) {
    case 'ring':
      return { kind: 'ring', at }
    case 'keys':
      return { kind: 'digits', digits: new Secret(act.keys), at }
    case 'silence':
      return { kind: 'no_input', at: act.quick ? AT_ONCE : at }
    case 'returned':
      return { kind: 'returned', reason: act.reason, at }
  }
}

/** Every answer that the world can give; the everyday ones first, so that the calls that people are shown have those. */
export function answersTo(question: Question, { named }: Evidence, claims: (claim: Claim) => Claim): Answer[] {
  switch (question.kind) {
    case 'identify': {
      const claim = claims(somebody(`subject-${named + 1}`, question.by.kind))
      return [{ kind: 'identified', claim }, { kind: 'unavailable' }]
    }
    case 'verify':
      return [
        { kind: 'failed' },
        { kind: 'verified', credential: question.credential },
        { kind: 'unchecked' },
        { kind: 'unavailable' },
      ]
    case 'agent':
      return [{ kind: 'agent_waits' }, { kind: 'agent_gone' }, { kind: 'unavailable' }]
    case 'notice':
      return [
        { kind: 'notice', text: null },
        { kind: 'notice', text: NOTICE },
      ]
    case 'open':
      return [
        { kind: 'open' },
        // The day with the longest name, at a time that takes long to say.
        ...(['today', 'tomorrow', 'thursday'] as const).map(
          (day): Answer => ({ kind: 'closed', opens: { day, time: '11:45' } }),
        ),
        { kind: 'closed', opens: null },
      ]
    case 'backlog':
      return [{ kind: 'free' }, { kind: 'long', minutes: LONG_WAIT }, { kind: 'full' }]
    case 'ticket':
      return [
        { kind: 'ticket', number: SAMPLE_TICKET },
        { kind: 'ticket', number: null },
      ]
  }
}

/** A new number drops what was proved of the one before; a secret proves the account that it was checked for. */
export function provedBy(before: Evidence, { question, answer }: AnsweredQuestion): Evidence {
  if (answer.kind === 'identified') return { level: 1, subject: answer.claim.subject, named: before.named + 1 }
  if (answer.kind !== 'verified' || question.kind !== 'verify') return before
  if (question.claim.subject !== before.subject) return before
  return { ...before, level: credentials[answer.credential].gives }
}
