import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { describe, expect, it } from '@jest/globals'
import type { CallerMoment } from '../../../src/simulator/engine/caller.ts'
import { createFastClock } from '../../../src/simulator/engine/clock.ts'
import { createLineReader } from '../../../src/simulator/terminal/line-reader.ts'
import { createKeyCaller, createLineCaller } from '../../../src/simulator/terminal/terminal.ts'
import type { Fault } from '../../../src/simulator/view.ts'
import { START } from '../scripted-server.ts'

const PROMPT: CallerMoment = { what: 'prompt', keysCount: true, inQueue: false }
const KEYS: CallerMoment = { what: 'keys', keysCount: true, inQueue: false }
const QUEUE: CallerMoment = { what: 'pause', keysCount: false, inQueue: true }
const TALK: CallerMoment = { what: 'talk', keysCount: false, inQueue: false }
const key = (pressed: string) => ({ kind: 'key', key: pressed })

function byLines(text: string, fault: Fault | null = null) {
  const clock = createFastClock(START)
  const input = new PassThrough()
  input.end(text)
  const lines = createLineReader(input, new PassThrough())
  const written: string[] = []
  const hangUps: number[] = []
  const options = {
    write: (piece: string) => void written.push(piece),
    beforeHangUp: async () => void hangUps.push(clock.now().getTime()),
    fault,
  }
  return { caller: createLineCaller(lines, clock, options), clock, written, hangUps }
}

describe('by lines', () => {
  it('hears a prompt to its end before a line is read, then presses key by key', async () => {
    const { caller, clock } = byLines('12#\n')
    expect(await caller.within(3000, PROMPT)).toBeNull()
    expect(clock.now().getTime() - START.getTime()).toBe(3000)
    expect(await caller.within(5000, KEYS)).toEqual(key('1'))
    expect(await caller.within(5000, KEYS)).toEqual(key('2'))
    expect(await caller.within(5000, KEYS)).toEqual(key('#'))
    expect(clock.now().getTime() - START.getTime()).toBe(3000)
  })

  it('takes an empty line for silence, and the end of the input for hanging up', async () => {
    const { caller, clock, hangUps } = byLines('\n')
    expect(await caller.within(5000, KEYS)).toBeNull()
    expect(clock.now().getTime() - START.getTime()).toBe(5000)
    expect(await caller.within(5000, KEYS)).toEqual({ kind: 'hang_up' })
    expect(await caller.within(5000, KEYS)).toEqual({ kind: 'hang_up' })
    expect(hangUps).toHaveLength(2)
  })

  it('loses the rest of a line between documents', async () => {
    const { caller } = byLines('123\n4\n')
    expect(await caller.within(5000, KEYS)).toEqual(key('1'))
    expect(caller.dropKeys()).toBe(2)
    expect(await caller.within(5000, KEYS)).toEqual(key('4'))
  })

  it('says once that nobody listens to keys in a queue', async () => {
    const { caller, written } = byLines('4711\n')
    expect(await caller.within(5000, QUEUE)).toEqual({ kind: 'hang_up' })
    expect(written).toEqual(['  Nobody listens to keys here; ? shows what can be typed.\n'])
  })

  it('knows the letters', async () => {
    const { caller, written } = byLines('?\nz\nt\n1\na\na\nh\n')
    expect(await caller.within(5000, KEYS)).toEqual(key('1'))
    expect(written.join('')).toMatch(/h {8}hang up/)
    expect(written.join('')).toMatch(/'z' is no key/)
    expect(caller.faultFor?.({ kind: 'action', keys: true })).toBe('twice')
    expect(caller.faultFor?.({ kind: 'action', keys: true })).toBeNull()
    expect(await caller.within(5000, QUEUE)).toEqual({ kind: 'returned', result: 'bridged' })
    expect(await caller.within(5000, TALK)).toEqual({ kind: 'returned', result: 'completed' })
    expect(await caller.within(5000, TALK)).toEqual({ kind: 'hang_up' })
  })

  it('does as told to every webhook with keys', () => {
    const { caller } = byLines('', 'dropped')
    expect(caller.faultFor?.({ kind: 'ring', keys: false })).toBeNull()
    expect(caller.faultFor?.({ kind: 'action', keys: true })).toBe('dropped')
    expect(caller.faultFor?.({ kind: 'action', keys: true })).toBe('dropped')
  })
})

describe('by keys', () => {
  /** As much of a terminal as the phone uses. */
  function terminal() {
    const raw: boolean[] = []
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode(mode: boolean) {
        raw.push(mode)
        return input
      },
    }) as unknown as ReadStream & PassThrough
    const caller = createKeyCaller(input, { write: () => {}, beforeHangUp: async () => {}, fault: null })
    return { input, caller, raw }
  }

  it('presses at once, also into a prompt', async () => {
    const { input, caller, raw } = terminal()
    const pressed = caller.within(60_000, PROMPT)
    input.write('x7')
    expect(await pressed).toEqual(key('7'))
    caller.close()
    expect(raw).toEqual([true, false])
  })

  it('does nothing when the time is over', async () => {
    const { caller } = terminal()
    expect(await caller.within(5, KEYS)).toBeNull()
    caller.close()
  })

  it('drops keys pressed while a document is fetched, but not the wish to hang up', async () => {
    const { input, caller } = terminal()
    input.write('12h')
    await new Promise((resolve) => setImmediate(resolve))
    expect(caller.dropKeys()).toBe(2)
    expect(await caller.within(60_000, KEYS)).toEqual({ kind: 'hang_up' })
    caller.close()
  })

  it('hangs up by Ctrl-C', async () => {
    const { input, caller } = terminal()
    const over = caller.within(60_000, TALK)
    input.write('\u0003')
    expect(await over).toEqual({ kind: 'hang_up' })
    caller.close()
  })
})
