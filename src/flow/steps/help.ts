/**
 * The help menu inside `identify` and `verify`. Silence opens it: again, no PIN to hand, a person, who has the same key here as
 * everywhere. Inside a PIN no digit means help.
 */
import type { Secret } from '../../auth/secret.ts'
import type { Call, Outcome, Visit } from '../../call/call.ts'
import type { Brand } from '../brand.ts'
import { type Line, MISSES_PER_VISIT, type Moment, type Move, type PromptUse, SILENCES_PER_VISIT } from '../step.ts'
import { waitForKey } from './menu.ts'

/** Again, no PIN to hand. */
const AGAIN = '1'
const NO_PIN = '2'

export function helpPrompts({ person_key }: Brand): (string | PromptUse)[] {
  return ['help.begin', { key: 'help.menu', vars: { key: 'x' } }, `key.${person_key}`, 'menu.no_match']
}

export function helpKeys({ person_key }: Brand): string[] {
  return [AGAIN, NO_PIN, person_key]
}

function menu({ person_key }: Brand): Line[] {
  return [{ key: 'help.menu', vars: { key: { prompt: `key.${person_key}` } } }]
}

/** How it ended for a caller who gave up: refused if they had tried, else without a PIN. */
function outcomeOfGivingUp(call: Call): Outcome {
  return call.tries > 0 ? 'refused' : 'no_pin'
}

export function onSilence(call: Call, brand: Brand): Move {
  const visit: Visit = { ...call.visit, help: true, silences: call.visit.silences + 1 }
  return visit.silences >= SILENCES_PER_VISIT
    ? { kind: 'go', exit: 'no_input', set: { outcome: 'silent' } }
    : waitForKey(visit, call.visit.help ? menu(brand) : [{ key: 'help.begin' }, ...menu(brand)])
}

/** A key at the help menu; `again` asks the step's own question once more. */
export function onHelpKey(
  { call, hotline: { brand } }: Pick<Moment<unknown>, 'call' | 'hotline'>,
  digits: Secret,
  again: (visit: Visit) => Move,
): Move {
  // It is bounded as what means nothing is: callers who only ever ask again need a person.
  if (digits.is(AGAIN)) return onMiss(call, (visit) => again({ ...visit, help: false }))
  if (digits.is(NO_PIN)) return { kind: 'go', exit: 'no_pin', set: { outcome: 'no_pin' } }
  if (digits.is(brand.person_key)) return toPerson(call)
  const shown = menu(brand)
  return onMiss(call, (visit) => waitForKey(visit, digits.hasStar ? shown : [{ key: 'menu.no_match' }, ...shown]))
}

export function toPerson(call: Call): Move & { kind: 'go' } {
  return { kind: 'go', exit: 'person', set: { outcome: outcomeOfGivingUp(call) } }
}

/** An entry of the wrong form. It is never a try; the third in one visit leads to a person. */
export function onMiss(call: Call, again: (visit: Visit) => Move): Move {
  const visit = { ...call.visit, misses: call.visit.misses + 1, silences: 0 }
  return visit.misses >= MISSES_PER_VISIT
    ? { kind: 'go', exit: 'no_match', set: { outcome: outcomeOfGivingUp(call) } }
    : again(visit)
}
