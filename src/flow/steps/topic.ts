import { z } from 'zod'
import type { Call } from '../../call/call.ts'
import { languageChoice } from '../brand.ts'
import { topicOf } from '../hotline.ts'
import { type Line, type OfBrand, stepType } from '../step.ts'
import { target } from './fields.ts'
import { menuMiss, menuSilence, waitForKey } from './menu.ts'

/** The one menu: the brand's topics, a person, the other language. Silence goes on in the first language. */
export const topic = stepType({
  schema: z.strictObject({
    type: z.literal('topic').describe('The menu of topics, with a person and the other language.'),
    chosen: target.describe('A topic was chosen.'),
    person: target.describe('The caller asked for a person.'),
    no_input: target.describe('After the third silence in a row.'),
    no_match: target.describe('After the third key that means nothing.'),
  }),
  exits: ({ chosen, person, no_input, no_match }) => ({ chosen, person, no_input, no_match }),
  prompts: (_config, { brand }) => [
    { key: 'menu.topic_first', vars: { label: 'x', key: 'x' } },
    { key: 'menu.topic', vars: { label: 'x', key: 'x' } },
    { key: 'menu.person', vars: { key: 'x' } },
    { key: 'menu.language', vars: { key: 'x' } },
    'menu.no_match',
    ...brand.topics.flatMap((topic) => [`topic.${topic.name}`, `key.${topic.press}`]),
    `key.${brand.person_key}`,
    `key.${brand.language_key}`,
  ],
  keys: (_config, { brand }) => [...brand.topics.map(({ press }) => press), brand.person_key, brand.language_key],
  enter: ({ call, hotline }) => waitForKey(call.visit, [...languageOffer(hotline, call), ...items(hotline, true)]),
  digits({ call, hotline }, digits) {
    const { brand } = hotline
    const chosen = brand.topics.find((topic) => digits.is(topic.press))
    if (chosen && topicOf(hotline, chosen.name)) return { kind: 'go', exit: 'chosen', set: { topic: chosen.name } }
    if (digits.is(brand.person_key)) return { kind: 'go', exit: 'person' }
    const other = otherLanguage(hotline, call)
    if (other !== null && digits.is(brand.language_key)) {
      // Counted as a miss, so that a caller who keeps changing the language reaches a person in the end.
      const changed = menuMiss(call.visit, true, items(hotline, true))
      return { ...changed, set: { ...changed.set, language: other } }
    }
    return menuMiss(call.visit, digits.hasStar, items(hotline))
  },
  outOfTime: () => ({ kind: 'go', exit: 'person' }),
  noInput: ({ call, hotline }) => menuSilence(call.visit, items(hotline)),
})

/** At first hearing a whole sentence says what to do. */
function items({ brand }: OfBrand, isFirst = false): Line[] {
  return [
    ...brand.topics.map((topic, index) => ({
      key: isFirst && index === 0 ? 'menu.topic_first' : 'menu.topic',
      vars: { label: { prompt: `topic.${topic.name}` }, key: { prompt: `key.${topic.press}` } },
    })),
    { key: 'menu.person', vars: { key: { prompt: `key.${brand.person_key}` } } },
  ]
}

/** Spoken in the language that it offers. */
function languageOffer(hotline: OfBrand, call: Call): Line[] {
  const other = otherLanguage(hotline, call)
  if (other === null) return []
  return [{ key: 'menu.language', vars: { key: { prompt: `key.${hotline.brand.language_key}` } }, language: other }]
}

function otherLanguage({ brand }: OfBrand, call: Call): string | null {
  if (call.languageSettled || languageChoice(brand) !== 'menu') return null
  return brand.languages.find(({ code }) => code !== call.language)?.code ?? null
}
