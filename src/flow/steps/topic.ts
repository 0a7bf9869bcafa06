import { z } from 'zod'
import type { Call, Visit } from '../../call/call.ts'
import { type Brand, languageChoice } from '../brand.ts'
import { topicOf } from '../hotline.ts'
import { type Line, type Move, type OfBrand, stepType } from '../step.ts'
import { target } from './fields.ts'
import { menuMiss, menuSilence, waitForKey } from './menu.ts'

/**
 * The menu: the brand's topics, a person, the other language; where there are more topics than people listen to, the rest is in a
 * second one. Silence goes on in the first language.
 */
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
    ...(hasMore(brand) ? [{ key: 'menu.more', vars: { key: 'x' } }, 'menu.back', `key.${brand.more_key}`] : []),
    ...brand.topics.flatMap((topic) => [`topic.${topic.name}`, `key.${topic.press}`]),
    `key.${brand.person_key}`,
    `key.${brand.language_key}`,
  ],
  tells: () => ['menu.no_match'],
  keys: (_config, { brand }, { help: inMore }) => [
    ...topicsIn(brand, inMore).map(({ press }) => press),
    ...(inMore ? [] : [brand.language_key, ...(hasMore(brand) ? [brand.more_key] : [])]),
    brand.person_key,
  ],
  enter: ({ call, hotline }) =>
    waitForKey(call.visit, [...languageOffer(hotline, call), ...items(hotline.brand, call.visit, true)]),
  digits({ call, hotline }, digits) {
    const { brand } = hotline
    const { visit } = call
    const chosen = topicsIn(brand, visit.help).find(({ press }) => digits.is(press))
    if (chosen && topicOf(hotline, chosen.name)) return { kind: 'go', exit: 'chosen', set: { topic: chosen.name } }
    if (digits.is(brand.person_key)) return { kind: 'go', exit: 'person' }
    // Back to the first menu, counted as a miss as every star is: nobody goes to and fro for ever.
    if (visit.help) return inMenu(brand, { ...visit, help: !digits.hasStar }, digits.hasStar)
    if (hasMore(brand) && digits.is(brand.more_key)) {
      const more = { ...visit, help: true }
      return waitForKey(more, items(brand, more))
    }
    const other = otherLanguage(hotline, call)
    if (other !== null && digits.is(brand.language_key)) {
      // Counted as a miss, so that a caller who keeps changing the language reaches a person in the end.
      const changed = menuMiss(visit, true, items(brand, visit, true))
      return { ...changed, set: { ...changed.set, language: other } }
    }
    return inMenu(brand, visit, digits.hasStar)
  },
  outOfTime: () => ({ kind: 'go', exit: 'person' }),
  noInput: ({ call: { visit }, hotline: { brand } }) => menuSilence(visit, items(brand, visit)),
})

function inMenu(brand: Brand, visit: Visit, isStar: boolean): Move {
  return menuMiss(visit, isStar, items(brand, visit))
}

function topicsIn({ topics }: Brand, inMore: boolean): Brand['topics'] {
  return topics.filter(({ more }) => more === inMore)
}

function hasMore(brand: Brand): boolean {
  return topicsIn(brand, true).length > 0
}

/** At first hearing a whole sentence says what to do. */
function items(brand: Brand, { help: inMore }: Visit, isFirst = false): Line[] {
  const keyed = (key: string, press: string): Line => ({ key, vars: { key: { prompt: `key.${press}` } } })
  return [
    ...topicsIn(brand, inMore).map((topic, index) => ({
      key: isFirst && index === 0 ? 'menu.topic_first' : 'menu.topic',
      vars: { label: { prompt: `topic.${topic.name}` }, key: { prompt: `key.${topic.press}` } },
    })),
    ...(inMore ? [{ key: 'menu.back' }] : hasMore(brand) ? [keyed('menu.more', brand.more_key)] : []),
    keyed('menu.person', brand.person_key),
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
