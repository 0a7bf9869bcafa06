import type { CallerMoment, Deed } from '../engine/caller.ts'
import type { Fault } from '../view.ts'

/** What can be typed during a call. */
export const HELP = `  0-9 * #  the keys of a phone
  h        hang up
  a        in a queue: an agent takes the call, talks, and is done; in a talk: the other side hangs up
  t d l x  the next webhook is delivered twice, its answer is dropped, it comes late, it is lost
  ?        this help
`
export const LINE_HELP = `  Type keys and Return. Return alone: say nothing until the hotline goes on.\n${HELP}`
export const KEY_HELP = `  Press keys. Say nothing: wait, the timers are real.\n${HELP}`

const faultLetters: Record<string, Fault> = { t: 'twice', d: 'dropped', l: 'late', x: 'lost' }

/** A typed character: a deed, a fault for the next webhook, the wish for help, or null when it means nothing. */
export type Typed = Deed | { kind: 'fault'; fault: Fault } | { kind: 'help' } | null

export function typed(character: string, moment: Pick<CallerMoment, 'what' | 'inQueue'>): Typed {
  if (/^[0-9*#]$/.test(character)) return { kind: 'key', key: character }
  // Ctrl-C and Ctrl-D, which a terminal in raw mode hands through.
  if (character === 'h' || character === '\u0003' || character === '\u0004') return { kind: 'hang_up' }
  if (character === '?') return { kind: 'help' }
  if (character === 'a' && moment.inQueue) return { kind: 'returned', result: 'bridged' }
  if (character === 'a' && moment.what === 'talk') return { kind: 'returned', result: 'completed' }
  const fault = Object.hasOwn(faultLetters, character) ? faultLetters[character] : undefined
  return fault ? { kind: 'fault', fault } : null
}
