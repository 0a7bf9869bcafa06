/** When two states are one, and when two turns came to the same. */
import type { Call } from '../call/call.ts'
import type { Answer } from '../call/question.ts'
import type { Gather, Reply } from '../call/reply.ts'
import type { Passage } from '../call/turn.ts'
import { exitsOf, type Flow, typeOf } from '../flow/flow.ts'
import { stepTypes } from '../flow/steps/index.ts'
import type { Evidence, Successor } from './exploration.ts'

/**
 * All that decides how a call goes on, as far as the call itself tells. Without `proved` also whose account it is and
 * what is known of it are left out.
 */
function traits(call: Call, proved: Evidence | null): (string | number | boolean | null | undefined)[] {
  const { visit, claim, assurance, handOff, reply } = call
  const next = reply?.next
  const counts = proved !== null || assurance.level === 2
  return [
    call.step,
    visit.help,
    visit.silences,
    visit.misses,
    visit.entry !== undefined,
    call.topic,
    call.open,
    call.handOff === null ? proved?.open : null,
    call.language,
    call.languageSettled,
    call.callerNumber === null,
    call.entries,
    call.tries,
    call.changes ?? 0,
    call.letters ?? 0,
    call.outcome,
    next?.kind === 'gather' && call.hashed,
    next?.kind,
    next?.kind === 'gather' ? next.numDigits : null,
    claim?.by,
    claim?.replaces,
    proved?.level,
    proved?.by,
    proved?.replaces,
    proved && claim?.subject === proved.subject,
    proved && claim?.topics?.join(),
    // After the proof no secret is asked for until another number is named.
    proved && proved.level < 2 && claim?.sims?.length === 0,
    counts ? assurance.level : null,
    counts ? assurance.method : null,
    handOff?.to.kind === 'queue' ? handOff.to.queue : handOff?.to.number,
    handOff?.level,
    next?.kind === 'enqueue' && call.queueBroke,
  ]
}

/**
 * The key under which states are folded. Where the call is handed over, or over, and can only hear a goodbye after that,
 * nothing counts any more but where it is, and what was proved till then.
 */
export function fold(
  call: Call,
  proved: Evidence,
  { isLast, readsFields }: { isLast: (step: string) => boolean; readsFields: boolean },
): string {
  const { step, language, handOff, queueBroke, reply, topic, assurance } = call
  if (reply && reply.next.kind !== 'gather' && isLast(step)) {
    const where = [step, language, reply.next, handOff?.to, handOff?.level, queueBroke, proved.level]
    // What callers hear whose wait has ended, of hours and tickets.
    return `over ${JSON.stringify(reply.next.kind === 'enqueue' ? [...where, topic, assurance.level] : where)}`
  }
  const key = traits(call, proved).join('|')
  return readsFields ? key + JSON.stringify(call.fields) : key
}

/** Steps that ask nobody, and see no more of a call that was handed over than where it waited, and for what. */
const PASSING = [
  stepTypes.say,
  stepTypes.hang_up,
  stepTypes.hours,
  stepTypes.ticket,
  stepTypes.branch,
  stepTypes.transfer,
] as const

/** Tells the steps from which a call that is handed over comes back to nothing but our own goodbyes, or not at all. */
export function lastSteps(flow: Flow): (step: string) => boolean {
  const known = new Map<string, boolean>()
  const isGoodbye = (step: string): boolean => {
    const config = flow.steps.get(step)
    return config !== undefined && PASSING.some((type) => type === typeOf(flow, config))
  }
  const find = (step: string): boolean => {
    const config = flow.steps.get(step)
    if (!config || typeOf(flow, config).returned === undefined) return true
    const reached = new Set(Object.values(exitsOf(flow, config)))
    for (const name of reached) {
      if (!isGoodbye(name)) return false
      const goodbye = flow.steps.get(name)
      for (const target of Object.values(goodbye ? exitsOf(flow, goodbye) : {})) reached.add(target)
    }
    return true
  }
  return (step) => {
    const before = known.get(step)
    if (before !== undefined) return before
    const found = find(step)
    known.set(step, found)
    return found
  }
}

/** Whether two turns came to the same: answers, exits, words, and all that decides. `whose: false`: it may be anybody's. */
export function sameOutcome(one: Successor, other: Successor, { whose } = { whose: true }): boolean {
  if (!sameAnswers(one, other) || !sameWay(one.way, other.way)) return false
  if (!one.result || !other.result) return one.result === other.result && String(one.broke) === String(other.broke)
  const [reply, otherReply] = [one.result.reply, other.result.reply]
  const traitsOf = ({ result, proved }: Successor) => (result ? traits(result.call, whose ? proved : null) : [])
  const others = traitsOf(other)
  const [fields, otherFields] = [one.result.call.fields, other.result.call.fields]
  if (fields !== otherFields && JSON.stringify(fields) !== JSON.stringify(otherFields)) return false
  return sameReply(reply, otherReply) && traitsOf(one).every((trait, index) => trait === others[index])
}

export function sameAnswers({ asked }: Successor, other: Successor): boolean {
  return (
    asked.length === other.asked.length &&
    asked.every(({ question, answer }, index) => {
      const asks = other.asked[index]
      return question.kind === asks?.question.kind && sameAnswer(answer, asks.answer)
    })
  )
}

/** Whose account it is makes no difference here: that is for the rules to look at. */
export function sameAnswer(one: Answer, other: Answer): boolean {
  if (one.kind !== other.kind) return false
  if (one === other || one.kind === 'identified' || one.kind === 'redeemed') return true
  const [fields, others] = [Object.entries(one), Object.entries(other)]
  return (
    fields.length === others.length &&
    fields.every(([name, value], index) => {
      const [otherName, otherValue] = others[index] ?? []
      return name === otherName && (value === otherValue || JSON.stringify(value) === JSON.stringify(otherValue))
    })
  )
}

function sameWay(way: readonly Passage[], other: readonly Passage[]): boolean {
  return (
    way.length === other.length &&
    way.every(({ step, exit }, index) => step === other[index]?.step && exit === other[index]?.exit)
  )
}

function sameReply(one: Reply, other: Reply): boolean {
  if (one === other) return true
  if (
    one.next.kind === 'gather'
      ? other.next.kind !== 'gather' || !sameGather(one.next, other.next)
      : one.next.kind !== other.next.kind
  ) {
    return false
  }
  return (
    one.say.length === other.say.length &&
    one.say.every(({ text, language }, index) => {
      const said = other.say[index]
      return text === said?.text && language === said.language
    })
  )
}

function sameGather(one: Gather, other: Gather): boolean {
  return one.numDigits === other.numDigits && one.timeout === other.timeout
}
