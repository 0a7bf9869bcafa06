import { z } from 'zod'
import { type ChangeableKind, changeableKinds, entryOf, hasNewLength, oneNewLengthOf } from '../../auth/credentials.ts'
import { CHANGES_PER_CALL } from '../../auth/lockout.ts'
import type { Call, Claim, Visit } from '../../call/call.ts'
import { newSecretFaults } from '../../call/question.ts'
import type { Brand } from '../brand.ts'
import { isOffered, maySet } from '../second-lock.ts'
import { type Line, MISSES_PER_VISIT, type Moment, type Move, patience, SILENCES_PER_VISIT, stepType } from '../step.ts'
import { present, promptKey, target } from './fields.ts'

const schema = z.strictObject({
  type: z.literal('set_pin').describe('Has a new secret keyed twice, and sets it.'),
  credential: z.enum(changeableKinds).default('pin').describe('The kind of secret, one that customers may change.'),
  prompt: promptKey.describe('Asks for the new one, by the name that the brand gives it.'),
  again: promptKey.describe('Asks for the same once more.'),
  set: target.describe('From now on it is the new one. By a code for first use nothing else is proved.'),
  refused: target.describe('Three were keyed, or the time to key is over: the old one stays.'),
  unproved: target
    .optional()
    .describe(
      'The secret that is to be changed was not keyed in this call: the old one stays. Needed where that can happen here, as the check will tell.',
    ),
  no_input: target.describe('After the third silence in a row: the old one stays.'),
  unavailable: target.describe('It cannot be set at the moment, or was set by telephone not long ago.'),
})
type Config = z.infer<typeof schema>

/**
 * Sets what the caller keys twice in place of the secret that they proved themselves by in this call. It speaks no digit and saves none:
 * between the entries the call holds a verifier of the first, under a key that is in no store. Why one is not taken is the
 * verifier's to say, by its rule alone; a new one to try is never spoken, for others may hear it.
 */
export const setPin = stepType({
  schema,
  exits: ({ set, refused, unproved, no_input, unavailable }) =>
    present({ set, refused, unproved, no_input, unavailable }),
  // Where no topic of the brand offers it, nobody hears any of it.
  prompts: ({ prompt, again, credential }, { brand }) =>
    isOffered(brand, credential) ? [prompt, again, malformed(brand, credential), ...toldBy(credential, brand)] : [],
  tells: ({ credential }, { brand }) =>
    isOffered(brand, credential) ? ['set_pin.malformed', ...toldBy(credential, brand)] : [],
  // No key means anything: it may be the first of the secret.
  keys: () => [],
  enter(moment) {
    const { call, config, hotline } = moment
    if (!maySet(hotline, call, config.credential))
      return isOffered(hotline.brand, config.credential, call.topic)
        ? kept(moment, 'unproved', 'set_pin.unproved')
        : { kind: 'go', exit: 'unproved' }
    return changesOf(moment) >= CHANGES_PER_CALL ? kept(moment, 'refused') : ask(moment, moment.call.visit)
  },
  digits(moment, digits) {
    const { call, config, hotline } = moment
    const { claim, visit } = call
    const { credential } = config
    if (claim === null || !maySet(hotline, call, credential)) return kept(moment, 'unproved', 'set_pin.unproved')
    if (digits.hasStar) return onMiss(moment, [], visit)
    if (!digits.isNumeric || !hasNewLength(entryOf(hotline.brand, credential), digits.length))
      return onMiss(moment, [malformed(hotline.brand, credential)], visit)
    const asked = { claim, credential, digits }
    return visit.entry === undefined
      ? { kind: 'ask', question: { kind: 'hash_entry', ...asked } }
      : {
          kind: 'ask',
          question: { kind: 'set_secret', ...asked, entry: visit.entry },
          set: { changes: changesOf(moment) + 1 },
        }
  },
  outOfTime: (moment) => kept(moment, 'refused'),
  noInput(moment) {
    const { visit } = moment.call
    const silences = visit.silences + 1
    if (silences >= SILENCES_PER_VISIT) return { kind: 'go', exit: 'no_input', set: { outcome: 'silent' } }
    return ask(moment, { ...visit, silences })
  },
  answer(moment, answer) {
    const { visit } = moment.call
    switch (answer.kind) {
      case 'hashed':
        return ask(moment, { ...visit, silences: 0, entry: answer.entry })
      case 'set':
        return { kind: 'go', exit: 'set', say: [{ key: 'set_pin.done' }], set: { claim: replaced(moment.call) } }
      case 'differs':
      case 'refused': {
        const why = answer.kind === 'refused' ? `pin_refused.${answer.fault}` : 'set_pin.differs'
        if (changesOf(moment) >= CHANGES_PER_CALL) return kept(moment, 'refused', why)
        return ask(moment, { ...fresh(visit), silences: 0 }, [{ key: why }])
      }
      case 'changed_lately':
        return kept(moment, 'unavailable', 'set_pin.lately')
      default:
        // It may have been written all the same: so nothing is said as certain. The customer is told by message if it was.
        return { kind: 'go', exit: 'unavailable', say: [{ key: 'set_pin.unavailable' }] }
    }
  },
})

/** `digits`: of a new one; 0 where that may have more or fewer. */
function malformed(brand: Brand, credential: ChangeableKind) {
  return { key: 'set_pin.malformed', vars: { digits: oneNewLengthOf(entryOf(brand, credential)) ?? 0 } }
}

function toldBy(credential: ChangeableKind, { pins }: Brand): string[] {
  return [
    ...['done', 'kept', 'differs', 'unproved', 'lately', 'unavailable'].map((what) => `set_pin.${what}`),
    ...newSecretFaults(credential).map((fault) => `pin_refused.${fault}`),
    ...(pins.first_use ? ['verify.replace_first'] : []),
  ]
}

/** On without a new one: why, where there is more to say, and that the old one stays, or still proves nothing. */
function kept(
  { call }: Moment<Config>,
  exit: 'refused' | 'unproved' | 'unavailable',
  ...why: string[]
): Move & { kind: 'go' } {
  const last = call.claim?.replaces === undefined ? 'set_pin.kept' : 'verify.replace_first'
  return { kind: 'go', exit, say: [...why, last].map((key) => ({ key })) }
}

/** What was for its first use alone has had it. */
function replaced({ claim }: Call): Claim | null {
  if (claim === null) return null
  const { replaces: _replaces, ...rest } = claim
  return rest
}

function changesOf({ call }: Moment<Config>): number {
  return call.changes ?? 0
}

/** The first entry is forgotten: both are asked for again. */
function fresh({ entry: _entry, ...visit }: Visit): Visit {
  return visit
}

/** An entry that has not the form: neither of the two is kept, so that a star begins both again. The third leaves the step. */
function onMiss(moment: Moment<Config>, said: Line[], visit: Visit): Move {
  const misses = visit.misses + 1
  if (misses >= MISSES_PER_VISIT) return kept(moment, 'refused')
  return ask(moment, { ...fresh(visit), misses, silences: 0 }, said)
}

function ask(moment: Moment<Config>, visit: Visit, before: Line[] = []): Move {
  const { prompt, again, credential } = moment.config
  return {
    kind: 'wait',
    gather: {
      kind: 'gather',
      numDigits: oneNewLengthOf(entryOf(moment.hotline.brand, credential)),
      timeout: patience('secret', visit.silences + visit.misses + changesOf(moment)),
    },
    say: [...before, { key: visit.entry === undefined ? prompt : again }],
    set: { visit },
  }
}
