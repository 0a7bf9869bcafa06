/**
 * A bad call as a transcript: what the caller presses and hears, what is wrong. `rufpass call --play` plays it: it
 * brings its customers along, and ends as the call really ends, for what the proof finds the second lock stops at run time.
 */
import type { Call, WaitEnd } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import { apologise } from '../flow/advance.ts'
import type { Brand } from '../flow/brand.ts'
import type { Finding } from '../flow/files/finding.ts'
import type { CounterExample, Exchanged } from '../proof/counter-example.ts'
import { AT } from '../proof/environment.ts'
import { momentOf } from '../simulator/script/german-time.ts'
import type { Transcript, TranscriptLine, TranscriptStep } from '../simulator/script/transcript.ts'
import { localDay } from '../turn/local-day.ts'
import { beforeLines } from './bad-call-before.ts'
import { type Customers, customersOf, sinceStar } from './bad-call-customers.ts'

/** Twilio could not reach us: https://www.twilio.com/docs/api/errors/11200 */
const UNREACHABLE = 11200

/** The first at which it is the same day in Germany and where the brand is. */
const HOURS = ['12:00', '00:00', '23:00']

/** What Twilio says when a queue, or a called party, gives a call back. */
const RESULTS = {
  enqueue: { done: 'bridged', failed: 'queue-full', left: 'leave', gone: 'redirected', broken: 'system-error' },
  dial: { done: 'completed', failed: 'no-answer', left: 'completed', gone: 'canceled', broken: 'failed' },
} as const

/** The call as people read and play it. `finding` is what is wrong with it, as a comment where it happens. */
export function transcriptOf(bad: CounterExample, finding: Pick<Finding, 'code' | 'message'>): Transcript {
  const { exploration, day, exchanges } = bad
  const { brand } = exploration.hotline
  const customers = customersOf(bad)
  const asked = exchanges.flatMap((exchange) => exchange.asked.map((one) => ({ ...one, call: exchange.from.call })))
  const head: TranscriptLine[] = [
    { kind: 'title', text: `[${finding.code}] in ${brand.name}` },
    { kind: 'called', number: calledBy(exchanges[0]?.from.call, brand) },
    { kind: 'from', number: exchanges[0]?.from.call.callerNumber ?? null },
    { kind: 'on', moment: momentOn(exploration.kinds[day]?.day ?? '', brand.time_zone) },
    ...beforeLines(asked, customers, brand).map((text): TranscriptLine => ({ kind: 'before', text })),
    { kind: 'blank' },
  ]
  const lines = exchanges.flatMap((exchange, index): TranscriptLine[] => {
    const after = exchanges[index + 1]
    // A hash that counts as nothing is answered by what was said before, for which the proof takes any words.
    const heardNow = exchanges.slice(0, index + 1).findLast((each) => !isRepeat(each)) ?? exchange
    const said = saidIn(heardNow, exploration)
    return [
      ...(exchange.asked.some(({ answer }) => answer.kind === 'closed') ? commentLines(CLOSED) : []),
      ...actLines(exchange, customers),
      ...(after ? [] : commentLines(finding.message)),
      // A caller who keys a hash at once interrupts what is said first, and hears nothing of the rest.
      ...(after && isQuick(after) ? said.slice(0, 1) : said),
      ...endOf(exchange, exploration.hotline),
    ]
  })
  return { lines: [...head, ...lines, ...hangUpOf(exchanges)] }
}

/** A number at which calls begin as this one did: it may have decided the language. */
function calledBy(call: Call | undefined, { numbers, language_by_number: decided }: Brand): string {
  const language = call?.languageSettled ? call.language : undefined
  return numbers.find((number) => decided[number] === language) ?? numbers[0] ?? ''
}

function momentOn(day: string, timeZone: string): string {
  const hour = HOURS.find((time) => {
    const moment = momentOf(`${day} ${time}`)
    return moment !== null && localDay(moment, timeZone) === day
  })
  return `${day} ${hour ?? HOURS[0]}`
}

function actLines(exchange: Exchanged, customers: Customers): TranscriptLine[] {
  const { act, asked, from } = exchange
  const next = from.call.reply?.next
  switch (act.kind) {
    case 'ring':
      return []
    case 'keys': {
      const keys = keysOf(act.keys, exchange, customers)
      const isFull = next?.kind === 'gather' && next.numDigits !== null && keys.length >= next.numDigits
      const spent = asked.some(({ answer }) => answer.kind === 'unchecked')
      return [...(spent ? commentLines(UNCHECKED) : []), { kind: 'keys', keys: isFull ? keys : `${keys}#` }]
    }
    case 'silence':
      return [{ kind: 'silence' }]
    case 'hash':
      return [{ kind: from.call.reply?.say.length === 0 ? 'keys' : 'interrupts', keys: '#' }]
    case 'late':
      return commentLines(LATE)
    case 'returned':
      return returned(from.call, act.reason)
    case 'unserved':
      return [...commentLines(UNSERVED[act.why]), { kind: 'returned', result: RESULTS.enqueue.left }]
    case 'fallback':
      return [...webhookOf(from.call), { kind: 'webhook', fault: 'lost' }, { kind: 'fallback', code: UNREACHABLE }]
  }
}

/** What brings a webhook about: the end of waiting for keys, or of a queue or talk. Ringing does so by itself. */
function webhookOf(call: Call): TranscriptStep[] {
  if (call.reply === null) return []
  return call.reply.next.kind === 'gather' ? [{ kind: 'silence' }] : returned(call, 'done')
}

const CLOSED = 'this is heard while the brand is closed; name such a moment in "on", or set special hours, to hear it'

const UNSERVED: Record<WaitEnd, string> = {
  longest: 'this comes when the longest wait of the brand is over; write the time as "waits"',
  nobody: 'this comes when nobody has been there for as long as the brand says; write the time as "waits"',
  closing: 'this comes when the hotline closes during the wait; name a moment before it in "on"',
  key: 'this comes when the key that leads out of the queue is pressed; write it as "keys"',
}

const LATE = 'this comes when the time to key is over; no transcript as short as this can bring that about'

const UNCHECKED =
  'an earlier delivery of the next webhook has spent this try, so that it is unchecked; no transcript can bring that about'

function returned({ reply }: Call, reason: keyof typeof RESULTS.dial): TranscriptStep[] {
  return [{ kind: 'returned', result: RESULTS[reply?.next.kind === 'dial' ? 'dial' : 'enqueue'][reason] }]
}

function isQuick({ act }: Exchanged): boolean {
  return act.kind === 'hash'
}

function isRepeat({ act, from }: Exchanged): boolean {
  return act.kind === 'hash' && !from.call.hashed
}

/** The keys as this caller has to press them: the number of the account, its right secret or a wrong one, and a new one. */
function keysOf(keys: string, exchange: Exchanged, customers: Customers): string {
  const entry = sinceStar(keys)
  const begun = keys.slice(0, keys.length - entry.length)
  const secret = customers.newSecretOf(exchange)
  if (secret !== null) return begun + secret
  return exchange.asked.reduce((pressed, { question, answer }) => {
    if (question.kind === 'identify') {
      if (answer.kind === 'redeemed') return begun + customers.codeOf(answer.claim)
      const names = answer.kind === 'identified' && question.by.kind === 'entry'
      return names ? begun + customers.numberOf(answer.claim, entry) : pressed
    }
    if (question.kind !== 'verify') return pressed
    const isRight = answer.kind === 'verified' || answer.kind === 'replace_only'
    const secret = customers.secretOf(question.claim, question.credential, isRight)
    return secret.length === entry.length ? begun + secret : pressed
  }, keys)
}

function saidIn({ reply, broke, from }: Exchanged, { hotline, mute }: CounterExample['exploration']): TranscriptStep[] {
  if (reply) return reply.say.flatMap((line) => heard(mute.aloud(line)))
  return broke === null ? [] : apologise(hotline, from.call, AT).reply.say.flatMap(heard)
}

/** Where the call is then, unless it waits for keys. */
function endOf({ reply, from }: Exchanged, hotline: CounterExample['exploration']['hotline']): TranscriptStep[] {
  const { next } = reply ?? apologise(hotline, from.call, AT).reply
  switch (next.kind) {
    case 'gather':
    case 'room':
      return []
    case 'enqueue':
      return [{ kind: 'queue', queue: next.queue }]
    case 'dial':
      return [{ kind: 'dial', number: next.number }]
    case 'hang_up':
      return [{ kind: 'hotline hangs up' }]
  }
}

function heard({ text, language, recording }: Spoken): TranscriptStep[] {
  if (recording !== undefined) return [{ kind: 'plays', url: recording }]
  const words = inOneLine(text)
  return words === '' ? [] : [{ kind: 'hears', language, text: words }]
}

function commentLines(message: string): TranscriptLine[] {
  return inOneLine(message)
    .split('; ')
    .map((text) => ({ kind: 'comment', text }))
}

/** As it is spoken, and as a line of a transcript must be. */
function inOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/** Where the hotline still waits for keys, the caller has heard enough. */
function hangUpOf(exchanges: readonly Exchanged[]): TranscriptLine[] {
  const last = exchanges.at(-1)
  return last?.broke === null && last.reply?.next.kind === 'gather' ? [{ kind: 'caller hangs up' }] : []
}
