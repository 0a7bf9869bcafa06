/**
 * A person as the caller: by lines, where time stands still while they type, or by single keys in real time. This folder
 * imports the engine, the transcripts and the seams.
 */
import type { ReadStream } from 'node:tty'
import type { Clock } from '../../seams/clock.ts'
import type { Caller, CallerMoment, Deed } from '../engine/caller.ts'
import type { Fault } from '../view.ts'
import { KEY_HELP, LINE_HELP, typed } from './commands.ts'
import type { LineReader } from './line-reader.ts'

export interface TerminalOptions {
  write(text: string): void
  /** Runs before the receiver is put down, while the call still is where it is. */
  beforeHangUp(): Promise<void>
  /** What the network does to every webhook that carries keys. */
  fault: Fault | null
}

/** By lines, for pipes and for people who want time to think. The end of the input hangs up. */
export function createLineCaller(lines: LineReader, clock: Clock, options: TerminalOptions): Caller {
  const { faultFor, order } = faultsOf(options)
  let ready: string[] = []
  return {
    async within(ms, moment) {
      const mayAct = moment.what === 'keys' || moment.what === 'talk' || (moment.inQueue && moment.what !== 'prompt')
      for (;;) {
        const character = moment.keysCount || mayAct ? ready.shift() : undefined
        if (character === undefined) {
          if (!mayAct) return pass(clock, ms)
          const line = await lines.next('> ')
          if (line === null) return hangUp(options)
          if (line.trim() === '') return pass(clock, ms)
          ready = [...line.replace(/\s/g, '')]
          continue
        }
        const act = typed(character, moment)
        if (act === null) {
          options.write(`  '${character}' is no key of a phone; ? shows what can be typed.\n`)
          ready = []
        } else if (act.kind === 'key' && !moment.keysCount) {
          options.write('  Nobody listens to keys here; ? shows what can be typed.\n')
          ready = []
        } else if (act.kind === 'help') options.write(LINE_HELP)
        else if (act.kind === 'fault') order(act.fault)
        else return act.kind === 'hang_up' ? hangUp(options) : act
      }
    },
    dropKeys() {
      const lost = ready.length
      ready = []
      return lost
    },
    faultFor,
  }
}

/** By single keys, in real time: keys interrupt prompts, and timers run out. `close` gives the terminal back. */
export function createKeyCaller(input: ReadStream, options: TerminalOptions): Caller & { close(): void } {
  const { faultFor, order } = faultsOf(options)
  let ready: string[] = []
  let wake = (): void => {}
  const onData = (data: Buffer): void => {
    ready.push(...data.toString('utf8'))
    wake()
  }
  input.setRawMode(true)
  input.on('data', onData)
  input.resume()

  /** True when something was typed before the time was over. */
  function typedWithin(ms: number): Promise<boolean> {
    if (ready.length > 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms)
      wake = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  }

  function nextDeed(moment: CallerMoment): Deed | null {
    const act = typed(ready.shift() ?? '', moment)
    if (act?.kind === 'help') options.write(KEY_HELP)
    else if (act?.kind === 'fault') order(act.fault)
    else return act
    return null
  }

  return {
    async within(ms, moment) {
      const end = Date.now() + ms
      while (await typedWithin(end - Date.now())) {
        const deed = nextDeed(moment)
        if (deed) return deed.kind === 'hang_up' ? hangUp(options) : deed
      }
      return null
    },
    dropKeys() {
      const before = ready.length
      ready = ready.filter((character) => typed(character, { what: 'keys', inQueue: false })?.kind !== 'key')
      return before - ready.length
    },
    faultFor,
    close() {
      input.off('data', onData)
      input.setRawMode(false)
      input.pause()
    },
  }
}

async function pass(clock: Clock, ms: number): Promise<null> {
  await clock.wait(ms)
  return null
}

async function hangUp(options: TerminalOptions): Promise<Deed> {
  await options.beforeHangUp()
  return { kind: 'hang_up' }
}

function faultsOf({ fault, write }: TerminalOptions): {
  faultFor: NonNullable<Caller['faultFor']>
  order(fault: Fault): void
} {
  let ordered: Fault | null = null
  return {
    order(next) {
      ordered = next
      write(`  the next webhook: ${next}\n`)
    },
    faultFor(webhook) {
      const now = ordered ?? (webhook.keys ? fault : null)
      ordered = null
      return now
    },
  }
}
