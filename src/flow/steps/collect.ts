import { z } from 'zod'
import { FRESH_VISIT } from '../../call/call.ts'
import { type Brand, secretLengths } from '../brand.ts'
import { MISSES_PER_VISIT, type Moment, type Move, patience, SILENCES_PER_VISIT, stepType } from '../step.ts'
import { present, promptKey, target } from './fields.ts'

const schema = z.strictObject({
  type: z.literal('collect').describe('Asks for a number that is no secret, and saves it.'),
  prompt: promptKey.describe('What is asked for.'),
  field: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}$/)
    .describe('The field that the digits are saved in. Never a secret.'),
  digits: z
    .strictObject({
      min: z.int().min(1).max(32).describe('At least so many.'),
      max: z.int().min(1).max(32).describe('At most so many.'),
    })
    .describe('How many digits. Never as many as a secret of the brand has.'),
  next: target.describe('The entry was saved.'),
  person: target
    .optional()
    .describe("The brand's key for a person alone, where the entry ends by the hash key and has more digits than one."),
  no_input: target.describe('After the third silence in a row.'),
  no_match: target.describe('After the third entry of the wrong form.'),
})
type Config = z.infer<typeof schema>

/** Asks for a number that is no secret and saves it. It cannot check anything: nobody can store a PIN by mistake. */
export const collect = stepType({
  schema,
  exits: ({ next, person, no_input, no_match }) => present({ next, person, no_input, no_match }),
  prompts: (config) => [config.prompt, 'collect.no_match'],
  keys: (config, { brand }) => (leadsToPerson(config, brand) ? [brand.person_key] : []),
  samples: ({ digits: { min, max } }) => ['4'.repeat(min), '4'.repeat(max), '4'.repeat(max + 1)],
  enter: (moment) => ask(moment, FRESH_VISIT),
  digits(moment, digits) {
    const { config, call, hotline } = moment
    if (leadsToPerson(config, hotline.brand) && digits.is(hotline.brand.person_key))
      return { kind: 'go', exit: 'person' }
    const fits = digits.isNumeric && digits.length >= config.digits.min && digits.length <= config.digits.max
    if (fits) {
      return { kind: 'go', exit: 'next', set: { fields: { ...call.fields, [config.field]: digits.reveal() } } }
    }
    const visit = { ...call.visit, misses: call.visit.misses + 1, silences: 0 }
    return visit.misses >= MISSES_PER_VISIT ? { kind: 'go', exit: 'no_match' } : ask(moment, visit, !digits.hasStar)
  },
  outOfTime: ({ config }) => ({ kind: 'go', exit: config.person === undefined ? 'no_match' : 'person' }),
  noInput(moment) {
    const visit = { ...moment.call.visit, silences: moment.call.visit.silences + 1 }
    return visit.silences >= SILENCES_PER_VISIT
      ? { kind: 'go', exit: 'no_input', set: { outcome: 'silent' } }
      : ask(moment, visit)
  },
})

/** The number of keys at which the entry ends by itself; null: by the hash key. */
function lengthOf({ digits: { min, max } }: Config, brand: Brand): number | null {
  // Cut off at so many keys, the beginning of a secret would be taken for the number; ended by the hash key it is too long.
  const cutsSecrets = secretLengths(brand).some((digits) => digits > max)
  return min === max && !cutsSecrets ? max : null
}

function leadsToPerson(config: Config, brand: Brand): boolean {
  return config.person !== undefined && config.digits.min > 1 && lengthOf(config, brand) === null
}

function ask({ config, hotline: { brand } }: Moment<Config>, visit: typeof FRESH_VISIT, missed = false): Move {
  const timeout = patience('number', visit.silences + visit.misses)
  return {
    kind: 'wait',
    gather: { kind: 'gather', numDigits: lengthOf(config, brand), timeout },
    say: [...(missed ? [{ key: 'collect.no_match' }] : []), { key: config.prompt }],
    set: { visit },
  }
}
