import { ownStepTypes } from '../../flow/steps/index.ts'
import type { SecretPair } from '../entries.ts'
import { type Invariant, isSame } from './invariant.ts'

/** Two secrets of one form must make no difference but to the verifier, and the one keyed must be found nowhere. */
export const secret: Invariant = (taken, { hotline, again, secrets }) => {
  const { from, act, result, asked } = taken
  if (act.kind !== 'keys' || !result) return []
  const keyed = keyedOf(secrets, act.keys)
  if (!keyed) return []
  const { call, reply, events } = result
  const { step } = from.call
  const { length } = keyed.keyed
  const makesNone = isSame(again(taken, { keys: act.keys.replace(keyed.keyed, keyed.other) }), taken)
  // Of our own types all that a turn can change is compared; of others the digits are looked for too.
  if (makesNone && hotline.flow.types === ownStepTypes) return []
  const shows = (of: unknown): boolean => keyed.isWhole && JSON.stringify(of).includes(keyed.keyed)
  if (shows([call, reply, events, asked]) && !shows(from.call)) {
    const message = `'${step}' keeps an entry of ${length} digits, as many as a secret of this brand has: a PIN that is keyed there stays in the call; ask for another length, or check it with a verify step`
    return [{ code: 'secret', path: ['steps', step], message }]
  }
  if (makesNone) return []
  const apart = keyed.isWhole ? `secrets of ${length} digits apart` : `secrets apart by their first ${length} digits`
  const message = `'${step}' tells two ${apart}; only the verifier may, which a verify step asks`
  return [{ code: 'secret', path: ['steps', step], message }]
}

/** The secret in an entry: whole, after a star, or its beginning where the entry ended by its length. A short one may begin a longer one. */
function keyedOf(
  secrets: readonly SecretPair[],
  keys: string,
): (Pick<SecretPair, 'keyed' | 'other'> & { isWhole: boolean }) | null {
  const whole = secrets.find(({ keyed }) => keys === keyed || keys === `*${keyed}`)
  if (whole) return { ...whole, isWhole: true }
  const longer = keys.length < 2 ? undefined : secrets.find(({ keyed }) => keyed.startsWith(keys))
  return longer === undefined ? null : { keyed: keys, other: longer.other.slice(0, keys.length), isWhole: false }
}
