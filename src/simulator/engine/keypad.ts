/** The caller's keys against the phone's time: what <Gather> collects. https://www.twilio.com/docs/voice/twiml/gather */
import type { Clock } from '../../seams/clock.ts'
import type { Caller, CallerMoment, Deed, PhoneEvent } from './caller.ts'
import type { GatherVerb, Sound } from './verbs.ts'

/** What was keyed, without the key that ended it; `finishedOn` empty when the length or the timeout ended it. */
export interface Entry {
  keys: string
  finishedOn: string
}
type NoKey = Exclude<Deed, { kind: 'key' }>

export interface Keypad {
  /** Lets time pass. Where keys count the first one ends it; elsewhere keys are lost and time goes on. */
  pass(ms: number, moment: CallerMoment): Promise<Deed | null>
  /** Plays the prompts until the first key, then collects. */
  gather(
    verb: GatherVerb,
    inQueue: boolean,
    sound: (prompt: Sound, state: Omit<CallerMoment, 'what'>) => Promise<Deed | null>,
  ): Promise<Entry | { exit: NoKey }>
}

export function createKeypad(caller: Caller, clock: Clock, events: (event: PhoneEvent) => void): Keypad {
  async function pass(ms: number, moment: CallerMoment): Promise<Deed | null> {
    const end = clock.now().getTime() + ms
    for (;;) {
      const left = end - clock.now().getTime()
      if (left <= 0) return null
      const deed = await caller.within(left, moment)
      if (!deed) return null
      if (deed.kind === 'key') {
        events({ kind: 'keyed', key: deed.key })
        if (moment.keysCount) return deed
        events({ kind: 'keys_lost', count: 1 })
      } else if (deed.kind === 'look') {
        if (moment.inRoom) return deed
      } else if (deed.kind !== 'returned' || moment.inQueue || moment.what === 'talk') return deed
    }
  }

  async function gather(...[verb, inQueue, sound]: Parameters<Keypad['gather']>): Promise<Entry | { exit: NoKey }> {
    let deed: Deed | null = null
    for (const prompt of verb.prompts) {
      deed = await sound(prompt, { keysCount: true, inQueue })
      if (deed) break
    }
    const interrupted = deed !== null
    const { timeout, numDigits, finishOnKey } = verb
    // In a queue nobody is asked for anything, and may press a key all the same.
    if (!deed && !inQueue) events({ kind: 'listening', timeout, numDigits, finishOnKey })
    let keys = ''
    for (;;) {
      // The timer starts after the prompts, and again with each key.
      deed ??= await pass(timeout * 1000, { what: 'keys', keysCount: true, inQueue })
      if (!deed) return inQueue && keys === '' ? { keys, finishedOn: '' } : done(keys, '', interrupted)
      if (deed.kind !== 'key') return { exit: deed }
      if (deed.key === finishOnKey) return done(keys, finishOnKey, interrupted)
      keys += deed.key
      if (keys.length === numDigits) return done(keys, '', interrupted)
      deed = null
    }
  }

  function done(keys: string, finishedOn: string, interrupted: boolean): Entry {
    caller.entryOver?.()
    const pressed = keys + finishedOn
    events(pressed === '' ? { kind: 'silence' } : { kind: 'entered', keys: pressed, interrupted })
    return { keys, finishedOn }
  }

  return { pass, gather }
}
