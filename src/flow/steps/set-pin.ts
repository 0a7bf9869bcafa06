import { z } from 'zod'
import { changeableKinds, credentials, hasLength, oneLengthOf } from '../../auth/credentials.ts'
import { CHANGES_PER_CALL } from '../../auth/lockout.ts'
import type { Visit } from '../../call/call.ts'
import { newSecretFaults } from '../../call/question.ts'
import { isOffered, maySet } from '../second-lock.ts'
import { type Line, MISSES_PER_VISIT, type Moment, type Move, patience, SILENCES_PER_VISIT, stepType } from '../step.ts'
import { promptKey, target } from './fields.ts'

const schema = z.strictObject({
  type: z.literal('set_pin').describe('Has a new secret keyed twice, and sets it.'),
  credential: z.enum(changeableKinds).default('pin').describe('The kind of secret, one that customers may change.'),
  prompt: promptKey.describe('Asks for the new one, by the name that the brand gives it.'),
  again: promptKey.describe('Asks for the same once more.'),
  set: target.describe('From now on it is the new one.'),
  refused: target.describe('Three were keyed, or the time to key is over: the old one stays.'),
  unproved: target.describe('The secret that is to be changed was not keyed in this call: the old one stays.'),
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
  exits: ({ set, refused, unproved, no_input, unavailable }) => ({ set, refused, unproved, no_input, unavailable }),
  // Where no topic of the brand offers it, nobody hears any of it.
  prompts: ({ prompt, again, credential }, { brand }) =>
    !isOffered(brand, credential)
      ? []
      : [
          prompt,
          again,
          ...['done', 'kept', 'malformed', 'differs', 'unproved', 'lately', 'unavailable'].map(
            (what) => `set_pin.${what}`,
          ),
          ...newSecretFaults.map((fault) => `pin_refused.${fault}`),
        ],
  tells: ({ credential }, { brand }) =>
    !isOffered(brand, credential)
      ? []
      : [
          'set_pin.malformed',
          'set_pin.done',
          'set_pin.kept',
          'set_pin.differs',
          'set_pin.unproved',
          'set_pin.lately',
          'set_pin.unavailable',
          ...newSecretFaults.map((fault) => `pin_refused.${fault}`),
        ],
  // No key means anything: it may be the first of the secret.
  keys: () => [],
  enter(moment) {
    const { call, config, hotline } = moment
    if (!isOffered(hotline.brand, config.credential, call.topic)) return { kind: 'go', exit: 'unproved' }
    if (!maySet(hotline, call, config.credential)) return kept('unproved', 'set_pin.unproved')
    return changesOf(moment) >= CHANGES_PER_CALL ? kept('refused') : ask(moment, moment.call.visit)
  },
  digits(moment, digits) {
    const { call, config, hotline } = moment
    const { claim, visit } = call
    const { credential } = config
    if (claim === null || !maySet(hotline, call, credential)) return kept('unproved', 'set_pin.unproved')
    if (digits.hasStar) return onMiss(moment, [], visit)
    if (!digits.isNumeric || !hasLength(credentials[credential].entry, digits.length))
      return onMiss(moment, [{ key: 'set_pin.malformed' }], visit)
    const asked = { claim, credential, digits }
    return visit.entry === undefined
      ? { kind: 'ask', question: { kind: 'hash_entry', ...asked } }
      : {
          kind: 'ask',
          question: { kind: 'set_secret', ...asked, entry: visit.entry },
          set: { changes: changesOf(moment) + 1 },
        }
  },
  outOfTime: () => kept('refused'),
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
        return { kind: 'go', exit: 'set', say: [{ key: 'set_pin.done' }] }
      case 'differs':
      case 'refused': {
        const why = answer.kind === 'refused' ? `pin_refused.${answer.fault}` : 'set_pin.differs'
        if (changesOf(moment) >= CHANGES_PER_CALL) return kept('refused', why)
        return ask(moment, { ...fresh(visit), silences: 0 }, [{ key: why }])
      }
      case 'changed_lately':
        return kept('unavailable', 'set_pin.lately')
      default:
        // It may have been written all the same: so nothing is said as certain. The customer is told by message if it was.
        return { kind: 'go', exit: 'unavailable', say: [{ key: 'set_pin.unavailable' }] }
    }
  },
})

/** On without a new one: why, where there is more to say than that the old one stays. */
function kept(exit: 'refused' | 'unproved' | 'unavailable', ...why: string[]): Move & { kind: 'go' } {
  return { kind: 'go', exit, say: [...why, 'set_pin.kept'].map((key) => ({ key })) }
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
  if (misses >= MISSES_PER_VISIT) return kept('refused')
  return ask(moment, { ...fresh(visit), misses, silences: 0 }, said)
}

function ask(moment: Moment<Config>, visit: Visit, before: Line[] = []): Move {
  const { prompt, again, credential } = moment.config
  return {
    kind: 'wait',
    gather: {
      kind: 'gather',
      numDigits: oneLengthOf([credentials[credential].entry]),
      timeout: patience('secret', visit.silences + visit.misses + changesOf(moment)),
    },
    say: [...before, { key: visit.entry === undefined ? prompt : again }],
    set: { visit },
  }
}
