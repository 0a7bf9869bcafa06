/** What every menu of single keys does with silence and with keys that mean nothing. */
import type { Visit } from '../../call/call.ts'
import type { OperatorMove } from '../own-steps/define-step.ts'
import { type Line, MISSES_PER_VISIT, patience, SILENCES_PER_VISIT } from '../step.ts'

/** Operators' menus do the same, so these are moves that theirs may make. */
type GoOrWait = Extract<OperatorMove, { kind: 'go' | 'wait' }>

/** Speaks a menu and waits for one key. */
export function waitForKey(visit: Visit, say: Line[]): GoOrWait {
  const timeout = patience('menu', visit.silences + visit.misses)
  return { kind: 'wait', gather: { kind: 'gather', numDigits: 1, timeout }, say, set: { visit } }
}

/** Silence: the menu once more, and again; then the exit `no_input`. */
export function menuSilence(visit: Visit, again: Line[]): GoOrWait {
  const next = { ...visit, silences: visit.silences + 1 }
  return next.silences >= SILENCES_PER_VISIT
    ? { kind: 'go', exit: 'no_input', set: { outcome: 'silent' } }
    : waitForKey(next, again)
}

/** A key without meaning: the menu again, at the third such key the exit `no_match`. The star asks for it again. */
export function menuMiss(visit: Visit, isStar: boolean, again: Line[]): GoOrWait {
  const next = { ...visit, misses: visit.misses + 1, silences: 0 }
  if (next.misses >= MISSES_PER_VISIT) return { kind: 'go', exit: 'no_match' }
  return waitForKey(next, isStar ? again : [{ key: 'menu.no_match' }, ...again])
}
