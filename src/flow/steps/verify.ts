import { z } from 'zod'
import {
  type ChangeableKind,
  type CredentialKind,
  changeableKinds,
  credentialOfLength,
  credentials,
  entryOf,
  issuedKind,
  oneLengthOf,
} from '../../auth/credentials.ts'
import { TRIES_PER_CALL } from '../../auth/lockout.ts'
import type { Secret } from '../../auth/secret.ts'
import type { Call, Claim, Visit } from '../../call/call.ts'
import type { Brand } from '../brand.ts'
import { BrokenFlow } from '../broken-flow.ts'
import { isOffered, maySet } from '../second-lock.ts'
import { type Line, type Moment, type Move, patience, stepType } from '../step.ts'
import { present, promptKey, target } from './fields.ts'
import { helpKeys, helpPrompts, onHelpKey, onMiss, onSilence, toPerson } from './help.ts'
import { limited, SHOW_NUMBER } from './limited.ts'

const schema = z.strictObject({
  type: z.literal('verify').describe('Asks for the secret and has it checked.'),
  prompt: promptKey.describe('Asks for the secret, by the name that the brand gives it.'),
  again: promptKey.optional().describe('The same in short, for callers who have heard it; without it `prompt`.'),
  verified: target.describe('It was right.'),
  replace: target
    .optional()
    .describe(
      'It was a code for first use, and the brand lets callers set another: to the step that does so. Without it, or where none may be set, `no_pin`.',
    ),
  recheck: target
    .optional()
    .describe('After the second failure in the call: the number itself may have been mistyped.'),
  refused: target
    .optional()
    .describe(
      'The third failure in the call, or the first while many accounts are being guessed at. Needed where the third can happen here, as the check will tell; of the first without it `unavailable`.',
    ),
  no_pin: target.describe('The caller says that they have no PIN to hand.'),
  person: target.describe('The caller asked for a person.'),
  no_input: target.describe('After the third silence in a row.'),
  no_match: target.describe('After the third entry of the wrong form.'),
  unavailable: target.describe('It cannot be checked at the moment.'),
  limited: target
    .optional()
    .describe('Too much was tried from this line, so nothing is checked. Without it `unavailable`.'),
})
type Config = z.infer<typeof schema>

/**
 * Collects a secret and has it checked; it cannot save it. Wrong, locked, unknown and none set up are one answer and
 * sound the same to the last try. That its line is admitted is asked first; which lines are not, says nothing of accounts. An entry with a star or an odd key, too short or too long, is never a try.
 */
export const verify = stepType({
  schema,
  exits: ({ type: _type, prompt: _prompt, again: _again, ...exits }) => present(exits),
  prompts: (config, { brand }) => [
    config.prompt,
    ...(config.again === undefined ? [] : [config.again]),
    malformed(brand),
    'verify.failed',
    'verify.unchecked',
    SHOW_NUMBER,
    ...advicePrompts({ config, brand }),
    ...helpPrompts(brand),
  ],
  tells: (config, { brand }) => ['verify.failed', 'verify.unchecked', ...advicePrompts({ config, brand })],
  // No key leads to a person here: it may be the first of the secret.
  keys: (_config, { brand }, { help }) => (help ? helpKeys(brand) : []),
  enter(moment) {
    if (moment.call.tries >= TRIES_PER_CALL) return refused(moment)
    return ask(moment, moment.call.visit)
  },
  digits(moment, digits) {
    const { call, hotline } = moment
    if (call.visit.help) return onHelpKey(moment, digits, (visit) => ask(moment, visit))
    if (digits.hasStar) return onMiss(call, (visit) => ask(moment, visit))
    if (credentialOf(moment, digits) === null)
      return onMiss(call, (visit) => ask(moment, visit, [malformed(hotline.brand)]))
    return { kind: 'ask', question: { kind: 'admit', claim: claimOf(call), digits } }
  },
  outOfTime: ({ call }) => toPerson(call),
  noInput: ({ call, hotline }) => onSilence(call, hotline.brand),
  answer(moment, answer) {
    const { call, config, at } = moment
    switch (answer.kind) {
      case 'admitted':
        return check(moment, answer)
      case 'over_limit':
        return { kind: 'go', exit: config.limited === undefined ? 'unavailable' : 'limited', ...limited(call) }
      case 'verified': {
        // A weak PIN that was to be changed by now: as if there were none to hand.
        if (answer.advice === 'change_first')
          return { kind: 'go', exit: 'no_pin', say: [{ key: 'verify.change_first' }], set: { outcome: 'no_pin' } }
        const level = credentials[answer.credential].gives
        return {
          kind: 'go',
          exit: 'verified',
          ...(answer.advice !== null && { say: [{ key: `verify.${answer.advice}` }] }),
          set: { assurance: { level, method: answer.credential, at }, outcome: 'verified' },
        }
      }
      case 'replace_only':
        return onFirstUse(moment, answer.credential)
      case 'failed':
      case 'unchecked': {
        const said = [{ key: `verify.${answer.kind}` }]
        if (call.tries >= TRIES_PER_CALL) return refused(moment)
        if (config.recheck !== undefined && call.tries === TRIES_PER_CALL - 1) {
          return { kind: 'go', exit: 'recheck', say: said }
        }
        return ask(moment, call.visit, said)
      }
      default:
        return { kind: 'go', exit: 'unavailable', set: { outcome: 'unavailable' } }
    }
  },
})

/** Each secret names its kind by its length. Null: it has the form of none. */
function credentialOf({ hotline }: Moment<Config>, digits: Secret): CredentialKind | null {
  return digits.isNumeric ? credentialOfLength(hotline.brand, digits.length) : null
}

function claimOf({ claim, step }: Call): Claim {
  if (claim === null)
    throw new BrokenFlow('claim', step, `step '${step}' asks for a secret before any number was keyed`)
  return claim
}

/** A try counts in the call when it is checked; the last one for all that are left. */
function check(moment: Moment<Config>, { digits, isLast }: { digits: Secret; isLast: boolean }): Move {
  const { call, hotline } = moment
  const { weak, first_use: replaceOnly } = hotline.brand.pins
  const credential = credentialOf(moment, digits)
  if (credential === null) throw new BrokenFlow('answer', call.step, 'what was admitted is not what was keyed')
  const question = {
    kind: 'verify' as const,
    claim: claimOf(call),
    credential,
    digits,
    weak: weak.follows,
    replaceOnly,
  }
  return { kind: 'ask', question, set: { tries: isLast ? TRIES_PER_CALL : call.tries + 1 } }
}

/** `digits`: of the PINs of this brand; 0 where those from before have others. What an account has nobody hears. */
function malformed(brand: Brand) {
  return { key: 'verify.malformed', vars: { digits: oneLengthOf([entryOf(brand, issuedKind)]) ?? 0 } }
}

/** Only what the brand lets callers hear of weak PINs, and of codes for first use. */
function advicePrompts({ config, brand }: { config: Config; brand: Brand }): string[] {
  const { weak, first_use } = brand.pins
  const replacing = config.replace !== undefined && changeableKinds.some((kind) => isOffered(brand, kind))
  return [
    ...(weak.follows === 'nothing' ? [] : ['verify.change_soon']),
    ...(weak.follows === 'must_change' ? ['verify.change_first'] : []),
    ...(first_use ? ['verify.replace_first', ...(replacing ? ['verify.replace_now'] : [])] : []),
  ]
}

/** It sets another at once where callers may do that here; else the call goes on as without any, for it proves nothing. */
function onFirstUse({ call, config, hotline }: Moment<Config>, credential: ChangeableKind): Move {
  const claim = call.claim && { ...call.claim, replaces: credential }
  const set = { outcome: 'no_pin' as const }
  return config.replace !== undefined && maySet(hotline, { ...call, claim }, credential)
    ? { kind: 'go', exit: 'replace', say: [{ key: 'verify.replace_now' }], set: { ...set, claim } }
    : { kind: 'go', exit: 'no_pin', say: [{ key: 'verify.replace_first' }], set }
}

/** A step that sends callers to check their number before the third try has that way out for the third alone. */
function refused({ config: { refused, recheck } }: Moment<Config>): Move {
  const exit = refused === undefined && recheck !== undefined ? 'unavailable' : 'refused'
  return { kind: 'go', exit, set: { outcome: 'refused' } }
}

function ask({ config, call, hotline }: Moment<Config>, visit: Visit, before: Line[] = []): Move {
  const retries = visit.silences + visit.misses + call.tries
  // After a second number the question is a new one, to which nothing was said yet.
  const isFirst = visit.silences + visit.misses === 0 && before.length === 0
  const gather = {
    kind: 'gather' as const,
    // Kinds of several lengths share one prompt that ends with the hash key.
    numDigits: oneLengthOf(hotline.brand.credentials.map((kind) => entryOf(hotline.brand, kind))),
    timeout: patience('secret', retries),
  }
  return {
    kind: 'wait',
    gather,
    say: [...before, { key: isFirst ? config.prompt : (config.again ?? config.prompt) }],
    set: { visit },
  }
}
