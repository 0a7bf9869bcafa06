import { z } from 'zod'
import { stepType } from '../step.ts'
import { promptKey, target } from './fields.ts'
import { menuMiss, menuSilence, waitForKey } from './menu.ts'

const choice = z.strictObject({
  press: z
    .string()
    .regex(/^[0-9]$/, 'a key is one digit, in quotes')
    .describe('The key.'),
  go: target.describe('The step that it leads to.'),
})

/** A question answered by one key. */
export const choose = stepType({
  schema: z
    .strictObject({
      type: z.literal('choose').describe('Asks a question that one key answers.'),
      prompt: promptKey.describe('The question, with its keys.'),
      keys: z.array(choice).min(1).max(10).describe('The keys and where they lead.'),
      no_input: target.describe('After the third silence in a row.'),
      no_match: target.describe('After the third key that means nothing.'),
    })
    .check(({ value, issues }) => {
      value.keys.forEach(({ press }, index) => {
        if (value.keys.findIndex((key) => key.press === press) === index) return
        const message = `key ${press} is there twice; choose another`
        issues.push({ code: 'custom', input: value, path: ['keys', index, 'press'], message })
      })
    }),
  exits: (config) => ({
    ...Object.fromEntries(config.keys.map((choice) => [`key_${choice.press}`, choice.go])),
    no_input: config.no_input,
    no_match: config.no_match,
  }),
  placeOfExit(config, exit) {
    const index = config.keys.findIndex((choice) => `key_${choice.press}` === exit)
    return index < 0 ? [exit] : ['keys', index, 'go']
  },
  prompts: (config) => [config.prompt, 'menu.no_match'],
  keys: (config) => config.keys.map(({ press }) => press),
  enter: ({ config, call }) => waitForKey(call.visit, [{ key: config.prompt }]),
  digits({ config, call }, digits) {
    const chosen = config.keys.find((choice) => digits.is(choice.press))
    if (chosen) return { kind: 'go', exit: `key_${chosen.press}` }
    return menuMiss(call.visit, digits.hasStar, [{ key: config.prompt }])
  },
  outOfTime: () => ({ kind: 'go', exit: 'no_match' }),
  noInput: ({ config, call }) => menuSilence(call.visit, [{ key: config.prompt }]),
})
