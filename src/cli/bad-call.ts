/**
 * A bad call as a transcript: what the caller presses, what he hears, what is wrong. `rufpass call --play` plays it: it
 * brings its customer along, and ends as the call really ends, for what the proof finds the second lock stops at run time.
 */

import { formOf, type IdentifierKind } from '../auth/identifiers.ts'
import type { Spoken } from '../call/reply.ts'
import { apologise } from '../flow/advance.ts'
import type { Finding } from '../flow/finding.ts'
import type { BadCall, Exchanged } from '../proof/check.ts'
import { AT } from '../proof/world.ts'
import type { Line, Step, Transcript } from '../simulator/transcript.ts'

/** The column of a customer file in which an identifier of each kind stands; tickets are none. */
const COLUMNS: Partial<Record<IdentifierKind, string>> = {
  customer_number: 'customer_number',
  contract_number: 'contract_numbers',
  phone_number: 'phone_numbers',
  sim_number: 'sim_numbers',
}

/** Twilio could not reach us: https://www.twilio.com/docs/api/errors/11200 */
const UNREACHABLE = 11200

/** The call as people read and play it. `finding` is what is wrong with it, as a comment where it happens. */
export function transcriptOf(
  { exploration, day, exchanges }: BadCall,
  finding: Pick<Finding, 'code' | 'message'>,
): Transcript {
  const { hotline, kinds } = exploration
  const { brand } = hotline
  const caller = exchanges[0]?.act
  const head: Line[] = [
    { kind: 'title', text: `[${finding.code}] in ${brand.name}` },
    { kind: 'called', number: brand.numbers[0] ?? '' },
    { kind: 'from', number: caller?.kind === 'ring' ? caller.from : null },
    { kind: 'on', moment: `${kinds[day]?.day} 12:00` },
    ...preparations(exploration.hotline.brand, exploration.secrets[0]?.keyed ?? '', exchanges),
    { kind: 'blank' },
  ]
  const lines: Line[] = exchanges.flatMap((exchange, index) => {
    const isLast = index === exchanges.length - 1
    return [
      ...actLines(exchange, exploration.secrets),
      ...(isLast ? commentLines(finding.message) : []),
      ...replyLines(exchange, exploration),
    ]
  })
  return { lines: [...head, ...lines, ...endLines(exchanges)] }
}

/** A customer for every number that somebody must have, and outages where the world cannot be asked. */
function preparations(
  { name, identifiers }: { name: string; identifiers: Parameters<typeof formOf>[1] },
  pin: string,
  exchanges: readonly Exchanged[],
): Line[] {
  const customers = new Set<string>()
  const lines: Line[] = []
  const count = { lookup: 0, check: 0 }
  for (const { act, asked, from } of exchanges) {
    for (const { question, answer } of asked) {
      const what = question.kind === 'identify' ? 'lookup' : 'check'
      count[what]++
      if (answer.kind === 'unavailable') lines.push({ kind: 'before', text: `outage ${what} ${count[what]}` })
      if (answer.kind !== 'identified' || question.kind !== 'identify' || act.kind !== 'keys') continue
      const isOwnLine = question.by.kind === 'own_line'
      const number = isOwnLine ? (from.call.callerNumber ?? '') : act.keys.replace(/^.*\*/, '')
      const form = formOf(number, identifiers)
      const kind = isOwnLine ? 'phone_number' : form.form === 'well_formed' ? form.kinds[0] : undefined
      const column = kind && COLUMNS[kind]
      if (column) customers.add(`customer ${name} ${column}=${number} pin=${pin}`)
    }
  }
  return [...[...customers].map((text): Line => ({ kind: 'before', text })), ...lines]
}

function actLines({ act, asked, from }: Exchanged, secrets: BadCall['exploration']['secrets']): Step[] {
  const numDigits = from.call.reply?.next.kind === 'gather' ? from.call.reply.next.numDigits : null
  const ended = (keys: string): string => (numDigits !== null && keys.length >= numDigits ? keys : `${keys}#`)
  switch (act.kind) {
    case 'ring':
      return []
    case 'keys': {
      const isWrong = asked.some(({ question, answer }) => question.kind === 'verify' && answer.kind !== 'verified')
      const other = secrets.find(({ keyed }) => keyed === act.keys)?.other
      return [{ kind: 'keys', keys: ended(isWrong && other ? other : act.keys) }]
    }
    case 'silence':
      return act.quick ? [{ kind: 'keys', keys: '#' }] : [{ kind: 'silence' }]
    case 'returned':
      return [
        {
          kind: 'returned',
          result: act.reason === 'failed' ? 'queue-full' : act.reason === 'left' ? 'leave' : 'bridged',
        },
      ]
    case 'fallback':
      return [{ kind: 'silence' }, { kind: 'webhook', fault: 'lost' }, { kind: 'fallback', code: UNREACHABLE }]
  }
}

function replyLines({ reply, broke, from }: Exchanged, { hotline, mute }: BadCall['exploration']): Step[] {
  const spoken = (say: readonly Spoken[]): Step[] =>
    say.flatMap((line) => heard(hotline.words.speak(line.language, mute.lineOf(line))))
  const then = reply ?? apologise(hotline, from.call, AT).reply
  const said = broke === null ? spoken(then.say) : then.say.flatMap(heard)
  const { next } = then
  switch (next.kind) {
    case 'gather':
      return said
    case 'enqueue':
      return [...said, { kind: 'queue', queue: next.queue }]
    case 'dial':
      return [...said, { kind: 'dial', number: next.number }]
    case 'hang_up':
      return [...said, { kind: 'hotline hangs up' }]
  }
}

function heard({ text, language, recording }: Spoken): Step[] {
  if (recording !== undefined) return [{ kind: 'plays', url: recording }]
  return text === '' ? [] : [{ kind: 'hears', language, text }]
}

function commentLines(message: string): Line[] {
  return message.split('; ').map((text) => ({ kind: 'comment', text }))
}

/** Where the hotline still waits for keys, the caller has heard enough. */
function endLines(exchanges: readonly Exchanged[]): Line[] {
  const last = exchanges.at(-1)
  return last?.broke === null && last.reply?.next.kind === 'gather' ? [{ kind: 'caller hangs up' }] : []
}
