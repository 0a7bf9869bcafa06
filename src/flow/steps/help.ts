/**
 * The help menu inside `identify` and `verify`. An empty entry (silence or a bare hash) opens it: again, no PIN to
 * hand, a person. Inside a PIN no digit means help. A second silence leads to a person.
 */
import type { Secret } from '../../auth/secret.ts'
import type { Call, Outcome, Visit } from '../../call/call.ts'
import { MISSES_PER_VISIT, type Move, SILENCES_PER_VISIT } from '../step.ts'
import { waitForKey } from './menu.ts'

export const helpPrompts = ['help.menu', 'menu.no_match']
/** Again, no PIN to hand, a person. */
const AGAIN = '1'
const NO_PIN = '2'
const PERSON = '3'
export const helpKeys = [AGAIN, NO_PIN, PERSON]
const menu = [{ key: 'help.menu' }]

/** How it ended for a caller who gave up: refused if they had tried, else without a PIN. */
export function outcomeOfGivingUp(call: Call): Outcome {
  return call.tries > 0 ? 'refused' : 'no_pin'
}

export function onSilence(call: Call): Move {
  const visit: Visit = { ...call.visit, help: true, silences: call.visit.silences + 1 }
  return visit.silences >= SILENCES_PER_VISIT
    ? { kind: 'go', exit: 'no_input', set: { outcome: 'silent' } }
    : waitForKey(visit, menu)
}

/** A key at the help menu; `again` asks the step's own question once more. */
export function onHelpKey(call: Call, digits: Secret, again: (visit: Visit) => Move): Move {
  if (digits.is(AGAIN)) return again({ ...call.visit, help: false })
  if (digits.is(NO_PIN)) return { kind: 'go', exit: 'no_pin', set: { outcome: 'no_pin' } }
  if (digits.is(PERSON)) return { kind: 'go', exit: 'person', set: { outcome: outcomeOfGivingUp(call) } }
  return onMiss(call, (visit) => waitForKey(visit, digits.hasStar ? menu : [{ key: 'menu.no_match' }, ...menu]))
}

/** An entry of the wrong form. It is never a try; the third in one visit leads to a person. */
export function onMiss(call: Call, again: (visit: Visit) => Move): Move {
  const visit = { ...call.visit, misses: call.visit.misses + 1 }
  return visit.misses >= MISSES_PER_VISIT
    ? { kind: 'go', exit: 'no_match', set: { outcome: outcomeOfGivingUp(call) } }
    : again(visit)
}
