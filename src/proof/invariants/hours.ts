import type { HandOff } from '../../call/call.ts'
import { answersAnyTime } from '../../flow/second-lock.ts'
import { type Complaint, type Invariant, placeOfWay, wayInWords } from './invariant.ts'

/**
 * Nobody comes to a queue or a number for the first time unless the world has said that it is open: counted by the proof
 * itself, and where the hand-off is made, beside the level. Free of it are the apology, for something of ours broke; callers who
 * were let in once, whatever brings them back; and numbers that answer at any time.
 */
export const hours: Invariant = ({ act, from, ...taken }, { hotline }): Complaint[] => {
  const { result, proved } = taken
  if (!result || act.kind === 'fallback' || from.call.handOff !== null || from.call.talk !== null) return []
  const { step } = result.call
  const complaint = (what: string, remedy: string): Complaint[] => {
    const all = { act, from, ...taken }
    const message = `${what}; ${wayInWords(all, step)}; ${remedy}`
    return [{ code: 'hours', path: placeOfWay(hotline, all, step), message }]
  }
  const nameOf = ({ to }: HandOff): string => (to.kind === 'queue' ? to.queue : to.number)
  if (result.kept) {
    const what = `a caller comes to '${nameOf(result.kept)}' while it is closed, and is told so in its place`
    return complaint(what, 'lead callers to the end there, or to a transfer whose number has any_time')
  }
  return result.events.flatMap((event) => {
    if (event.kind !== 'handed_off' || proved.open === 'yes') return []
    const { handOff } = event
    if (answersAnyTime(hotline.brand, handOff.to)) return []
    const what = `a caller comes to '${nameOf(handOff)}' without being told whether it is open`
    return complaint(what, 'put a step { type: hours, open: …, closed: … } on every way there')
  })
}
