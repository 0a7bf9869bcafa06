/** What a bad call needs before it begins, besides its customers' secrets: outages, tries of its line, attacks, waits, tickets, notices. */
import { lineLimits } from '../auth/caller-limits.ts'
import type { Call } from '../call/call.ts'
import { type QuestionKind, questions } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import type { Exchanged } from '../proof/counter-example.ts'
import type { Customers } from './bad-call-customers.ts'
import { changeLines } from './bad-call-new-secrets.ts'
import { EVERYBODY, WITHHELD } from './prepare-call.ts'

/** A question of the call, with the call as it stood before the turn. */
export type Asked = Exchanged['asked'][number] & { call: Call }

/** Each once, as text of `before:` lines. */
export function beforeLines(
  asked: readonly Asked[],
  customers: Customers,
  { queues }: Pick<Brand, 'queues'>,
): string[] {
  return [
    ...new Set([
      ...customers.lines(),
      ...outages(asked),
      ...linesTried(asked),
      ...sprays(asked),
      ...changeLines(asked),
      ...waits(asked, queues),
      ...tickets(asked, customers),
      ...notices(asked),
    ]),
  ]
}

/** Where the world could not be asked, as text of `before:` lines. */
function outages(asked: readonly Asked[]): string[] {
  const count = { identify: 0, admit: 0, verify: 0, ticket: 0, order_letter: 0 }
  const names = { identify: 'lookup', admit: 'line', verify: 'check', ticket: 'ticket', order_letter: 'letter' }
  const isCounted = (kind: QuestionKind): kind is keyof typeof count => Object.hasOwn(count, kind)
  return asked.flatMap(({ question: { kind }, answer }) => {
    if (!isCounted(kind)) return []
    count[kind]++
    return answer.kind === questions[kind].outage.answer ? [`outage ${names[kind]} ${count[kind]}`] : []
  })
}

/** What was tried before from the line that is not admitted, beside what this call tries in vain, as text of `before:` lines. */
function linesTried(asked: readonly Asked[]): string[] {
  const over = asked.findIndex(({ answer }) => answer.kind === 'over_limit')
  const { call } = asked[over] ?? {}
  if (call === undefined) return []
  const inVain = asked.slice(0, over).filter(({ answer }) => answer.kind === 'failed' || answer.kind === 'not_redeemed')
  const { failures } = call.callerNumber === null ? lineLimits.withheld : lineLimits.caller
  return [`line ${call.brand} ${call.callerNumber ?? WITHHELD} ${failures.most - inVain.length}`]
}

/** From which of the secrets on many accounts are being guessed at, as text of `before:` lines. */
function sprays(asked: readonly Asked[]): string[] {
  const tries = asked.filter(({ question }) => question.kind === 'admit' && question.claim !== null)
  const first = tries.findIndex(({ answer }) => answer.kind === 'admitted' && answer.isLast)
  return tries[first] === undefined ? [] : [`spray ${tries[first].call.brand} ${first + 1}`]
}

/** Six wait, one is taken every 21 minutes, and so the seventh waits as long as the proof says (`LONG_WAIT`). */
const SIX_WAIT = '6 21'

/** How many wait, and how fast they are taken, as text of `before:` lines. */
function waits(asked: readonly Asked[], { most = 0 } = {}): string[] {
  return asked.flatMap(({ question, answer }) => {
    if (question.kind !== 'backlog') return []
    if (answer.kind === 'full') return [`waiting ${question.queue} ${most}`]
    return answer.kind === 'long' ? [`waiting ${question.queue} ${SIX_WAIT}`] : []
  })
}

/** The open tickets whose numbers are told, as text of `before:` lines. */
function tickets(asked: readonly Asked[], customers: Customers): string[] {
  return asked.flatMap(({ answer, call: { brand, topic, claim } }) => {
    if (answer.kind !== 'ticket' || claim === null) return []
    return [`ticket ${brand} ${customers.numberOf(claim, '')} ${topic} ${answer.number}`]
  })
}

/** The notices that were on, as text of `before:` lines. */
function notices(asked: readonly Asked[]): string[] {
  return asked.flatMap(({ question, answer, call }) =>
    question.kind === 'notice' && answer.kind === 'notice'
      ? [`notice ${call.brand} ${question.topic ?? EVERYBODY} ${answer.text}`]
      : [],
  )
}
