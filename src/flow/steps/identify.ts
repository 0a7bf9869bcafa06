import { z } from 'zod'
import { UNKNOWN } from '../../auth/assurance.ts'
import { CALL_CODE_DIGITS, isCallCode } from '../../auth/call-code.ts'
import { formOf } from '../../auth/identifiers.ts'
import { ENTRIES_PER_CALL } from '../../auth/lockout.ts'
import type { Secret } from '../../auth/secret.ts'
import type { Visit } from '../../call/call.ts'
import type { Brand } from '../brand.ts'
import { type Line, type Moment, type Move, patience, stepType } from '../step.ts'
import { present, promptKey, target } from './fields.ts'
import { helpKeys, helpPrompts, onHelpKey, onMiss, onSilence, toPerson } from './help.ts'
import { limited, SHOW_NUMBER } from './limited.ts'

const schema = z.strictObject({
  type: z.literal('identify').describe('Asks who the caller says they are.'),
  prompt: promptKey.describe('Asks for the number; it takes every identifier of the brand.'),
  again: promptKey.optional().describe('The same in short, for callers who have heard it; without it `prompt`.'),
  otherwise: promptKey.optional().describe('The same, after the offer to take the line that the caller calls from.'),
  identified: target.describe('A well-formed number was keyed, whether or not anybody has it.'),
  coded: target
    .optional()
    .describe('A call code was keyed, which proves more than a number. Without it no code is taken here.'),
  no_pin: target.describe('The caller says that they have no PIN to hand.'),
  person: target.describe('The caller asked for a person.'),
  no_input: target.describe('After the third silence in a row.'),
  no_match: target.describe('After the third entry of the wrong form.'),
  refused: target
    .optional()
    .describe('Too many numbers in one call. Needed where that can happen here, as the check will tell.'),
  unavailable: target.describe(
    'Customers cannot be looked up at the moment, or too much was tried from this line for a call code to be.',
  ),
})
type Config = z.infer<typeof schema>

/** "It is about the line I call from." */
const OWN_LINE_KEY = '1'
export const OWN_LINE_OFFER = 'identify.own_line'

/**
 * Asks who the caller claims to be. Every well-formed entry leaves by `identified`: found or not found never shows.
 * Identifying again drops the level that was reached before. A call code stands for number and PIN; a wrong one counts as a number does.
 */
export const identify = stepType({
  schema,
  exits: ({ type: _type, prompt: _prompt, again: _again, otherwise: _otherwise, ...exits }) => present(exits),
  prompts: (config, { brand }) => [
    config.prompt,
    ...(config.again === undefined ? [] : [config.again]),
    { key: 'identify.person', vars: { key: 'x' } },
    'identify.malformed',
    'identify.check_digit',
    ...(takesCodes(config, brand) ? ['identify.code_failed', SHOW_NUMBER] : []),
    ...(brand.own_line ? [OWN_LINE_OFFER, config.otherwise ?? config.prompt] : []),
    ...helpPrompts(brand),
  ],
  keys: (_config, { brand }, { help }) =>
    help ? helpKeys(brand) : [brand.person_key, ...(brand.own_line ? [OWN_LINE_KEY] : [])],
  enter(moment) {
    if (moment.call.entries >= ENTRIES_PER_CALL) {
      return { kind: 'go', exit: 'refused', set: { claim: null, assurance: UNKNOWN, outcome: 'refused' } }
    }
    return ask(moment, moment.call.visit)
  },
  digits(moment, keyed) {
    const { call, hotline } = moment
    if (call.visit.help) return onHelpKey(moment, keyed, (visit) => ask(moment, visit))
    // A number is no try: callers who key it again after the star, in the same breath, need not key it a third time.
    const digits = keyed.sinceStar
    if (digits.length === 0) return onMiss(call, (visit) => ask(moment, visit))
    // Ended by the hash key, or alone until the time for more keys is over: no number is so short.
    if (digits.is(hotline.brand.person_key)) return toPerson(call)
    if (offersOwnLine(moment) && digits.is(OWN_LINE_KEY)) {
      return {
        kind: 'ask',
        question: { kind: 'identify', by: { kind: 'own_line' } },
        set: { entries: call.entries + 1 },
      }
    }
    const text = digits.reveal()
    if (digits.length === CALL_CODE_DIGITS && takesCodes(moment.config, hotline.brand)) {
      return isCallCode(text) ? onCode(digits) : again(moment, 'identify.check_digit')
    }
    const entry = formOf(text, hotline.brand.identifiers)
    if (entry.form !== 'well_formed') {
      return again(moment, `identify.${entry.form}`)
    }
    const by = { kind: 'entry' as const, digits, kinds: entry.kinds }
    return { kind: 'ask', question: { kind: 'identify', by }, set: { entries: call.entries + 1 } }
  },
  outOfTime: ({ call }) => toPerson(call),
  noInput: ({ call, hotline }) => onSilence(call, hotline.brand),
  answer(moment, answer) {
    const { call, at } = moment
    if (answer.kind === 'redeemed') {
      const assurance = { level: 2 as const, method: 'call_code' as const, at }
      return { kind: 'go', exit: 'coded', set: { claim: answer.claim, assurance, outcome: 'verified' } }
    }
    if (answer.kind === 'admitted') {
      const by = { kind: 'call_code' as const, digits: answer.digits }
      return { kind: 'ask', question: { kind: 'identify', by }, set: { entries: call.entries + 1 } }
    }
    if (answer.kind === 'not_redeemed') {
      if (call.entries >= ENTRIES_PER_CALL) return { kind: 'go', exit: 'no_match', set: { outcome: 'refused' } }
      return again(moment, 'identify.code_failed')
    }
    if (answer.kind === 'over_limit') {
      const { say, set } = limited(call)
      return { kind: 'go', exit: 'unavailable', say, set: { ...set, claim: null, assurance: UNKNOWN } }
    }
    if (answer.kind !== 'identified')
      return { kind: 'go', exit: 'unavailable', set: { claim: null, assurance: UNKNOWN, outcome: 'unavailable' } }
    const { claim } = answer
    const assurance = claim.ref === null ? UNKNOWN : { level: 1 as const, method: null, at }
    return { kind: 'go', exit: 'identified', set: { claim, assurance } }
  },
})

function takesCodes({ coded }: Config, brand: Brand): boolean {
  return brand.call_codes && coded !== undefined
}

/** No number of such a brand is so long, so nothing has to be looked up to tell them apart. It counts as an entry when it is looked at. */
function onCode(digits: Secret): Move {
  return { kind: 'ask', question: { kind: 'admit', claim: null, digits } }
}

/** Asks once more, after a sentence that says why. */
function again(moment: Moment<Config>, why: string): Move {
  return onMiss(moment.call, (visit) => ask(moment, visit, [{ key: why }]))
}

/** Offered to everyone whose number is not withheld, on file or not. It only spares typing a number. */
function offersOwnLine({ call, hotline }: Moment<Config>): boolean {
  return hotline.brand.own_line && call.callerNumber !== null
}

function ask(moment: Moment<Config>, visit: Visit, before: Line[] = []): Move {
  const { call, config, hotline } = moment
  const isFirst = visit.silences + visit.misses === 0
  // Said once. After a correction or an earlier entry the key still works, and the question stays short.
  const saysOwnLine = offersOwnLine(moment) && call.entries === 0 && before.length === 0
  const question = saysOwnLine
    ? [OWN_LINE_OFFER, config.otherwise ?? config.prompt]
    : [isFirst ? config.prompt : (config.again ?? config.prompt)]
  const person = { key: 'identify.person', vars: { key: { prompt: `key.${hotline.brand.person_key}` } } }
  return {
    kind: 'wait',
    gather: { kind: 'gather', numDigits: null, timeout: patience('number', visit.silences + visit.misses) },
    // Where another key was just explained, a second one would be too much at once.
    say: [...before, ...question.map((key) => ({ key })), ...(saysOwnLine || before.length > 0 ? [] : [person])],
    set: { visit },
  }
}
