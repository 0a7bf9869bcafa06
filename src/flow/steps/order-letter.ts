import { z } from 'zod'
import { LETTERS_PER_CALL } from '../../auth/letters.ts'
import type { Visit } from '../../call/call.ts'
import { BrokenFlow } from '../broken-flow.ts'
import { ordersLetters } from '../second-lock.ts'
import { type Line, MISSES_PER_VISIT, type Moment, type Move, stepType } from '../step.ts'
import { promptKey, target } from './fields.ts'
import { waitForKey } from './menu.ts'

const ORDER = '1'

const schema = z.strictObject({
  type: z
    .literal('order_letter')
    .describe('Offers a new PIN by post to callers who forgot theirs, in brands with `pins: letters: callers`.'),
  prompt: promptKey.describe('Offers it, with the key: {key}.'),
  next: target.describe('Ordered or not: nothing that follows tells which.'),
})
type Config = z.infer<typeof schema>

/**
 * Orders a letter for the number keyed last. Every caller hears the same, and leaves by the same exit: nobody learns whether there
 * is such a customer, or one was ordered not long ago. Who says nothing, or asks for a person, goes on at once.
 */
export const orderLetter = stepType({
  schema,
  exits: ({ next }) => ({ next }),
  // Where the brand does not offer it, nobody hears any of it.
  prompts: ({ prompt }, { brand }) =>
    ordersLetters(brand, 'callers')
      ? [{ key: prompt, vars: { key: 'x' } }, `key.${ORDER}`, 'menu.no_match', 'letter.told', 'letter.unavailable']
      : [],
  tells: (_config, { brand }) =>
    ordersLetters(brand, 'callers') ? ['menu.no_match', 'letter.told', 'letter.unavailable'] : [],
  keys: (_config, { brand }) => (ordersLetters(brand, 'callers') ? [ORDER, brand.person_key] : []),
  enter(moment) {
    const { call, hotline } = moment
    if (!ordersLetters(hotline.brand, 'callers') || ordersOf(moment) >= LETTERS_PER_CALL) return on
    if (call.claim === null)
      throw new BrokenFlow('claim', call.step, `step '${call.step}' offers a letter before any number was keyed`)
    return offer(moment, call.visit)
  },
  digits(moment, digits) {
    const { call, hotline } = moment
    const { claim, visit } = call
    if (digits.is(ORDER) && claim !== null)
      return { kind: 'ask', question: { kind: 'order_letter', claim }, set: { letters: ordersOf(moment) + 1 } }
    if (digits.is(hotline.brand.person_key)) return on
    const misses = visit.misses + 1
    if (misses >= MISSES_PER_VISIT) return on
    return offer(moment, { ...visit, misses }, digits.hasStar ? [] : [{ key: 'menu.no_match' }])
  },
  outOfTime: () => on,
  noInput: () => on,
  answer: (_moment, { kind }) => ({
    ...on,
    say: [{ key: kind === 'taken' ? 'letter.told' : 'letter.unavailable' }],
  }),
})

const on: Move & { kind: 'go' } = { kind: 'go', exit: 'next' }

function ordersOf({ call }: Moment<Config>): number {
  return call.letters ?? 0
}

function offer({ config }: Moment<Config>, visit: Visit, before: Line[] = []): Move {
  return waitForKey(visit, [...before, { key: config.prompt, vars: { key: { prompt: `key.${ORDER}` } } }])
}
