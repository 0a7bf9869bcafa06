/** Calls by chance: any keys, any silence, any answer of the world; and the first bad thing in them. */
import type { Claimant } from '../../src/call/question-row.ts'
import { newCall } from '../../src/flow/advance.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { anyAnswer, customer, nobody } from '../support/world.ts'
import { type Act, exchangeInWords, isOurs, keysAt, NOW } from './concrete.ts'
import { exchange, keyOf, type Pair } from './exchange.ts'
import { type Bad, NOTHING_YET } from './judgement.ts'

/** A source of choices that a seed decides. */
type Chance = (choices: number) => number

/** Mulberry32: small, and good enough for callers. */
function chanceOf(seed: number): Chance {
  let state = seed
  return (choices) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % choices
  }
}

/** A whole call of some acts, and the first bad thing in it with the words of the call. */
export function randomCall(
  hotline: Hotline,
  today: string,
  seeds: readonly number[],
): { bad: Bad; call: string[] } | null {
  const words: string[] = []
  const met = new Set<string>()
  const [first = 0, ...rest] = seeds
  const callerNumber = first % 3 === 0 ? null : '+491713920017'
  const call = newCall(hotline, { id: 'CA', callerNumber, today, at: NOW })
  let at: Pair = { call, ledger: NOTHING_YET, twin: null }
  for (const [index, seed] of [first, ...rest].entries()) {
    const chance = chanceOf(seed)
    const act = index === 0 ? null : actBy(chance, hotline, at)
    if (index > 0 && act === null) return null
    const { outcomes } = exchange(hotline, at, act, (question) => [anyAnswer(question, anybody(chance), chance)])
    const [outcome] = outcomes
    if (!outcome) throw new Error('an exchange came to nothing')
    words.push(exchangeInWords(act, outcome.answers))
    if (outcome.bad) return { bad: outcome.bad, call: words }
    if (!outcome.to) return null
    at = outcome.to
    // A call that comes back to where it was since then, by the caller alone, can do so for ever.
    if (isOurs(act)) met.clear()
    const key = keyOf(at)
    if (met.has(key)) return { bad: { what: 'round', why: `the call comes round to '${at.call.step}'` }, call: words }
    met.add(key)
  }
  return null
}

/** Anything that fits where the call stands, or null where it is over. */
function actBy(chance: Chance, hotline: Hotline, { call }: Pair): Act | null {
  const next = call.reply?.next
  if (!next || next.kind === 'hang_up') return null
  if (chance(25) === 0) return { kind: 'fallback' }
  if (next.kind !== 'gather')
    return { kind: 'returned', reason: (['done', 'failed', 'left', 'broken'] as const)[chance(4)] ?? 'done' }
  if (chance(8) === 0) return chance(3) === 0 ? { kind: 'hash' } : { kind: 'silence' }
  const cut = (keys: string): string => (next.numDigits === null ? keys : keys.slice(0, next.numDigits))
  const usual = keysAt(hotline, call.step, next.numDigits)
  const keys = chance(4) > 0 ? usual[chance(usual.length)] : anyKeys(chance)
  return { kind: 'keys', keys: cut(keys ?? '1') }
}

/** Keys of every length, those of secrets more often, some with stars, few with what no keypad sends in an entry. */
function anyKeys(chance: Chance): string {
  const length = [4, 8, 1 + chance(10), 1 + chance(30)][chance(4)] ?? 4
  const stars = chance(5) === 0 ? 4 : 40
  const key = (): string => (chance(stars) === 0 ? '*' : chance(200) === 0 ? '#' : String(chance(10)))
  return Array.from({ length }, key).join('')
}

/** Few customers, so that one is named twice now and then; some by a ticket, some with one SIM, and some who are none. */
function anybody(chance: Chance): Claimant {
  return (by) => {
    const who = chance(3)
    if (chance(4) === 0) return { ...nobody(who, by), failuresBefore: chance(4) }
    const sim = chance(2) === 0 ? `sim-${who}` : null
    return { ...customer(who, by), sim, failuresBefore: chance(4), ticket: chance(3) === 0 ? 'ticket' : null }
  }
}
