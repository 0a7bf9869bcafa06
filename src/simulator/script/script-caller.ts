import type { Clock } from '../../seams/clock.ts'
import type { Caller, CallerMoment, Deed } from '../engine/caller.ts'
import type { Script } from './script.ts'
import { printLine } from './transcript.ts'

/** Pauses of a caller (milliseconds): before a key or the end, and between two keys. */
const THINKING = 900
const BETWEEN_KEYS = 300

const HANG_UP: Deed = { kind: 'hang_up' }

/**
 * A caller who does what is written, after hearing what is written before. `beforeHangUp` runs while they still wait.
 */
export function createScriptCaller(script: Script, clock: Clock, beforeHangUp: () => Promise<void>): Caller {
  /** Keys of the current line that are not pressed yet; whether this entry has any; rest of a `waits` (ms). */
  let ready: string[] = []
  let begun = false
  let waitLeft = 0

  async function pass(ms: number): Promise<null> {
    await clock.wait(ms)
    return null
  }

  async function press(ms: number): Promise<Deed> {
    await clock.wait(ms)
    begun = true
    return { kind: 'key', key: ready.shift() ?? '' }
  }

  /** Takes up a line of keys and presses the first. */
  async function key(keys: string | null, ms: number): Promise<Deed> {
    if (keys === null) {
      script.fail('the keys of this line were hidden when the call was saved; write the keys to press.')
      return HANG_UP
    }
    ready = [...keys]
    script.advance()
    return press(ms)
  }

  async function hangUp(ms: number): Promise<Deed> {
    await clock.wait(ms)
    await beforeHangUp()
    return HANG_UP
  }

  async function waitSome(wanted: number, ms: number, moment: CallerMoment): Promise<Deed | null> {
    waitLeft ||= wanted
    if (waitLeft > ms) {
      waitLeft -= ms
      if (moment.what === 'keys' && !moment.inQueue)
        script.fail(`the hotline waits only ${ms / 1000} s for keys; write silence.`)
      return pass(ms)
    }
    const left = waitLeft
    waitLeft = 0
    script.advance()
    await clock.wait(left)
    return left < ms ? within(ms - left, moment) : null
  }

  /** Nothing to do now: fine while something sounds, but keys waited for and a talk need a word in the transcript. */
  function idle(ms: number, moment: CallerMoment): Promise<Deed | null> | Deed {
    const current = script.step()
    const written = current ? `'${printLine(current)}' is written here` : 'the transcript ends here'
    if (moment.what === 'talk')
      script.fail(`${written}, but the caller talks to someone; write returned: or a hang-up.`)
    if (moment.what === 'keys' && !begun && !moment.inQueue) {
      script.fail(`${written}, but the hotline waits for keys; write keys: or silence.`)
    }
    return script.problem() ? HANG_UP : pass(ms)
  }

  async function within(ms: number, moment: CallerMoment): Promise<Deed | null> {
    if (script.problem()) return HANG_UP
    if (ready.length > 0 && moment.keysCount) return press(Math.min(BETWEEN_KEYS, ms))
    const { what, inQueue } = moment
    const current = script.step()
    switch (current?.kind) {
      case undefined:
        return inQueue || what === 'talk' ? hangUp(0) : idle(ms, moment)
      case 'keys':
        if (what !== 'keys') return pass(ms)
        return key(current.keys, Math.min(begun ? BETWEEN_KEYS : THINKING, ms / 2))
      case 'interrupts':
        return what === 'prompt' || what === 'keys' ? key(current.keys, Math.min(THINKING, ms / 2)) : pass(ms)
      case 'silence':
        if (what === 'keys' && !begun && !inQueue) script.advance()
        return pass(ms)
      case 'waits':
        return what === 'prompt' && !inQueue ? pass(ms) : waitSome(current.seconds * 1000, ms, moment)
      case 'caller hangs up':
        script.advance()
        return hangUp(what === 'prompt' ? ms : Math.min(THINKING, ms))
      case 'returned':
        // The hotline lets them out by <Leave> alone: they wait for it.
        if (current.result === 'leave' || (what !== 'talk' && !(inQueue && what !== 'prompt'))) return pass(ms)
        script.advance()
        await clock.wait(Math.min(THINKING, ms))
        return { kind: 'returned', result: current.result }
      default:
        return idle(ms, moment)
    }
  }

  return {
    within,
    dropKeys() {
      const lost = ready.length
      ready = []
      begun = false
      return lost
    },
    entryOver() {
      begun = false
    },
    faultFor() {
      const current = script.step()
      if (script.problem() || current?.kind !== 'webhook') return null
      script.advance()
      return current.fault
    },
  }
}
