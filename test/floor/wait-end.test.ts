/** When a wait ends, to the minute: by the limits of the brand, whatever else fails. */
import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import type { Call } from '../../src/call/call.ts'
import { createWaitEnds } from '../../src/floor/wait-end.ts'
import { advance, apologise } from '../../src/flow/advance.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { hoursSchema } from '../../src/flow/hours.ts'
import type { Waits as Limits } from '../../src/flow/waits.ts'
import type { Kind } from '../../src/seams/waiting.ts'
import { ring } from '../flow/caller.ts'
import { shipped } from '../flow/shipped.ts'
import { heldHours } from '../support/held-hours.ts'

const rheinnetz = shipped.get('rheinnetz')
if (!rheinnetz) throw new Error('there is no such brand')
const START = Date.parse('2026-11-23T10:00:00.000Z')
const minutes = (count: number) => count * 60_000

/** A caller of Rheinnetz who waits since START with a fault, and what is on the floor. */
function stand({ waits = {} as Partial<Limits>, hours = undefined as object | undefined } = {}) {
  const { brand } = rheinnetz as Hotline
  const own = hours === undefined ? {} : { hours: hoursSchema.parse(hours) }
  const limits = brand.waits && { ...brand.waits, ...waits }
  const hotline: Hotline = { ...(rheinnetz as Hotline), brand: { ...brand, ...own, ...(limits && { waits: limits }) } }
  const floor = { there: true as boolean | Error, rings: false, now: START }
  const asked: Kind[] = []
  const logged: string[] = []
  const { store: specialHours } = heldHours()
  const ends = createWaitEnds({
    hotlines: { byBrand: new Map([[brand.name, hotline]]) },
    store: { ofCall: async () => (floor.rings ? [{ state: 'ringing' }] : []) as never },
    async hasAgents(kind) {
      asked.push(kind)
      if (floor.there instanceof Error) throw floor.there
      return floor.there
    },
    specialHours,
    calendar: { holidays: async () => new Set() },
    clock: { now: () => new Date(floor.now), wait: async () => {} },
    log: { error: (_fields: unknown, message: string) => void logged.push(message) } as never,
  })
  const rung = ring(hotline).keys('2').call
  const call: Call = { ...rung, handOff: rung.handOff && { ...rung.handOff, at: new Date(START).toISOString() } }
  const at = async (minute: number, keyed: string | null = null, of: Call = call) => {
    floor.now = START + minutes(minute)
    const place = { kind: 'waits' as const, call: of, ahead: [], byTicket: false, replaced: false, told: null }
    return ends.waitEnd(place, keyed === null ? null : new Secret(keyed))
  }
  /** As callers ask: every half minute, from one minute to another. */
  const from = async (first: number, last: number, of: Call = call) => {
    for (let minute = first; minute <= last; minute += 0.5) {
      const end = await at(minute, null, of)
      if (end) return `${end} at ${minute}`
    }
    return null
  }
  return { at, from, floor, call, ends, asked, logged, specialHours, hotline }
}

describe('a wait', () => {
  it('goes on until it is as long as the brand lets it be', async () => {
    expect(await stand().from(0, 40)).toBe('longest at 30')
  })

  it('ends when nobody has been there for so long, who takes such callers', async () => {
    const { from, floor, asked } = stand()
    floor.there = false
    expect(await from(0, 40)).toBe('nobody at 5')
    expect(asked[0]).toEqual({ brand: 'rheinnetz', queue: 'rheinnetz.outage', language: 'de' })
  })

  it('counts from when the last agent was there, and not from the beginning of the wait', async () => {
    const { from, floor } = stand()
    expect(await from(0, 10)).toBeNull()
    floor.there = false
    expect(await from(10.5, 12)).toBeNull()
    // A short break of all, and somebody is back.
    floor.there = true
    expect(await from(12.5, 13)).toBeNull()
    floor.there = false
    expect(await from(13.5, 25)).toBe('nobody at 18.5')
  })

  it('takes nothing from what was seen of a queue long ago', async () => {
    const { at, floor } = stand()
    floor.there = false
    expect(await at(0)).toBeNull()
    // Nobody has waited since, so nobody knows who was there meanwhile.
    expect(await at(20)).toBeNull()
    expect(await at(21)).toBeNull()
  })

  it('gives each caller the whole time, who comes when nobody is there already', async () => {
    const { from, floor, call } = stand()
    floor.there = false
    expect(await from(0, 4)).toBeNull()
    const late: Call = {
      ...call,
      handOff: call.handOff && { ...call.handOff, at: new Date(START + minutes(4)).toISOString() },
    }
    expect(await from(4.5, 20, late)).toBe('nobody at 9')
  })

  it('is served after closing time, where the brand says nothing else', async () => {
    expect(await stand({ hours: { monday: ['08:00-11:10'] } }).from(0, 20)).toBeNull()
  })

  it('ends at closing time where the brand says so, and by hours that were set for the day', async () => {
    const waits = { closing: { exit: 'call_later' as const } }
    // 11:10 in Germany is ten minutes after the start.
    expect(await stand({ hours: { monday: ['08:00-11:10'] }, waits }).from(0, 20)).toBe('closing at 10')
    const { from, specialHours } = stand({ hours: { monday: ['08:00-18:00'] }, waits })
    await specialHours.set(
      { brand: 'rheinnetz', day: '2026-11-23', hours: ['08:00-11:05'], texts: {} },
      'sam',
      new Date(),
    )
    expect(await from(0, 20)).toBe('closing at 5')
  })

  it('ends by the key that leads out, and by no other', async () => {
    const { at, ends, call } = stand()
    expect(ends.waitKey(call)).toBe('1')
    expect(await at(1, '2')).toBeNull()
    expect(await at(1, '1')).toBe('key')
    const without = stand()
    without.hotline.brand.waits = undefined
    expect(without.ends.waitKey(without.call)).toBeNull()
    expect(await without.at(300, '1')).toBeNull()
  })

  it('does not end by a limit while the phone of an agent rings for this caller', async () => {
    const { at, floor } = stand()
    floor.rings = true
    expect(await at(31)).toBeNull()
    floor.rings = false
    expect(await at(31.5)).toBe('longest')
  })

  it('goes on where it cannot be told who is there, and that is logged', async () => {
    const { at, floor, logged } = stand()
    floor.there = new Error('no store')
    expect(await at(31)).toBeNull()
    expect(logged).toEqual(['whether a wait has to end could not be told; it goes on'])
  })

  it('goes on where a flow of before has no way on, and ends after an apology, where no step has any', async () => {
    const { at, hotline, call } = stand()
    const steps = new Map(hotline.flow.steps)
    const { unserved: _none, ...queue } = steps.get('queue') ?? { type: '' }
    steps.set('queue', queue)
    const flow = { ...hotline.flow, steps }
    hotline.flow = flow
    expect(await at(31)).toBeNull()
    for (const step of ['pin', 'standby']) {
      const sorry = apologise(hotline, { ...call, step }, new Date(START).toISOString()).call
      expect(await at(31, null, sorry)).toBe('longest')
      const turn = advance(hotline, sorry, { kind: 'unserved', why: 'longest', at: new Date(START).toISOString() })
      expect('reply' in turn && turn.reply.next.kind).toBe('hang_up')
    }
    const back = advance(hotline, call, { kind: 'unserved', why: 'longest', at: new Date(START).toISOString() })
    expect('reply' in back && back.reply.next).toEqual({ kind: 'enqueue', queue: 'rheinnetz.outage' })
  })
})
