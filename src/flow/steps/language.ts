import { z } from 'zod'
import { type Brand, languageChoice } from '../brand.ts'
import { type Line, MISSES_PER_VISIT, type Move, stepType } from '../step.ts'
import { target } from './fields.ts'
import { waitForKey } from './menu.ts'

/** The key of each language is its place in the brand's list. */
const keyOf = (index: number): string => String(index + 1)

/**
 * The language of a brand that has more than the menu can offer, each in its own words and by its own voice. Silence goes
 * on in the first, as it does in the menu, and so do the key for a person and the third without meaning: people are in the
 * menu. Nothing is said of such keys, for nobody knows in which language.
 */
export const language = stepType({
  schema: z.strictObject({
    type: z
      .literal('language')
      .describe('Asks for the language where a brand has more than two, unless the number called has decided.'),
    next: target.describe('The step that comes next, in the language that was chosen.'),
  }),
  exits: ({ next }) => ({ next }),
  prompts: (_config, { brand }) =>
    languageChoice(brand) === 'step'
      ? [{ key: 'menu.language', vars: { key: 'x' } }, ...brand.languages.map((_each, index) => `key.${keyOf(index)}`)]
      : [],
  // Each by itself: callers listen for their own.
  tells: (_config, { brand }) => (languageChoice(brand) === 'step' ? ['menu.language'] : []),
  keys: (_config, { brand }) => [...brand.languages.map((_each, index) => keyOf(index)), brand.person_key],
  enter: ({ call, hotline: { brand } }) =>
    call.languageSettled || languageChoice(brand) !== 'step'
      ? { kind: 'go', exit: 'next' }
      : waitForKey(call.visit, offers(brand)),
  digits({ call, hotline: { brand } }, digits) {
    const chosen = brand.languages.find((_each, index) => digits.is(keyOf(index)))
    if (chosen) return { kind: 'go', exit: 'next', set: { language: chosen.code, languageSettled: true } }
    if (digits.is(brand.person_key)) return UNSETTLED
    const visit = { ...call.visit, misses: call.visit.misses + 1, silences: 0 }
    if (visit.misses >= MISSES_PER_VISIT) return UNSETTLED
    return waitForKey(visit, offers(brand))
  },
  noInput: () => UNSETTLED,
  outOfTime: () => UNSETTLED,
})

/** Nobody has chosen: what is said next to everybody is said in every language. */
const UNSETTLED: Move & { kind: 'go' } = { kind: 'go', exit: 'next' }

function offers({ languages }: Brand): Line[] {
  return languages.map(({ code }, index) => ({
    key: 'menu.language',
    vars: { key: { prompt: `key.${keyOf(index)}` } },
    language: code,
  }))
}
