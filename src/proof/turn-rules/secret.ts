import { isSame, type TurnRule } from './turn-rule.ts'

/** Two secrets of one form must make no difference but to the verifier, and the one keyed must be found nowhere. */
export const secret: TurnRule = (taken, { again, secrets }) => {
  const { from, act, result, asked } = taken
  if (act.kind !== 'keys' || !result) return []
  const pair = secrets.find(({ keyed }) => act.keys === keyed || act.keys === `*${keyed}`)
  if (!pair) return []
  const { call, reply, events } = result
  const { step } = from.call
  const length = pair.keyed.length
  if (JSON.stringify([call, reply, events, asked]).includes(pair.keyed)) {
    const message = `'${step}' keeps an entry of ${length} digits, as many as a secret of this brand has: a PIN that is keyed there stays in the call; ask for another length, or check it with a verify step`
    return [{ code: 'secret', path: ['steps', step], message }]
  }
  if (isSame(again(taken, { keys: act.keys.replace(pair.keyed, pair.other) }), taken)) return []
  const message = `'${step}' tells two secrets of ${length} digits apart; only the verifier may, which a verify step asks`
  return [{ code: 'secret', path: ['steps', step], message }]
}
