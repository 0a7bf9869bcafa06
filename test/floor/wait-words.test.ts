import { describe, expect, it } from '@jest/globals'
import { createWaitWords } from '../../src/floor/wait-words.ts'
import { newCall } from '../../src/flow/advance.ts'
import type { Agent } from '../../src/seams/agents.ts'
import type { Place, Told } from '../../src/seams/waiting.ts'
import { shipped } from '../flow/shipped.ts'

const START = Date.parse('2026-11-23T10:00:00.000Z')
const MINUTE = 60_000
const agent = (topics: string[]): Agent => {
  const skills = { brands: ['rheinnetz', 'fuldanetz'], topics, languages: ['de', 'en'] }
  return { name: 'a', displayName: 'A', role: 'agent', phone: 'client:a', disabled: false, ...skills }
}
const anna = agent(['bill', 'outage'])
const ben = agent(['bill'])

/** A caller who waits with a bill, behind these many of each queue; `pace` in seconds. */
function caller({
  language = 'de',
  pace = null as number | null,
  byTicket = false,
  replaced = false,
  of = 'rheinnetz',
  queue = 'rheinnetz.bill',
  topics = ['bill', 'outage'],
} = {}) {
  const hotline = shipped.get(of)
  let now = START
  let told: Place['told'] = null
  const floor = { there: [agent(topics)] as Agent[] | Error }
  const paces: string[] = []
  const words = createWaitWords({
    hotlines: { byBrand: shipped },
    store: {
      async told(_callId, as: Told, at) {
        told = { at: at.toISOString(), as }
      },
      async pace(queue) {
        paces.push(queue)
        return pace
      },
    },
    waitKey: () => null,
    there: async () => {
      if (floor.there instanceof Error) throw floor.there
      return floor.there
    },
    clock: { now: () => new Date(now), wait: async () => {} },
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
  })
  const rung = newCall(hotline as NonNullable<typeof hotline>, {
    id: 'CA1',
    callerNumber: null,
    today: '2026-11-23',
    at: new Date(now).toISOString(),
  })
  const call = { ...rung, language, reply: { say: [], next: { kind: 'enqueue' as const, queue } } }
  return {
    floor,
    paces,
    async hears(bills: number, outages: number, afterMs = 0): Promise<string[]> {
      now += afterMs
      const ahead = [
        { brand: 'rheinnetz', queue: 'rheinnetz.bill', language, callers: bills },
        { brand: 'rheinnetz', queue: 'rheinnetz.outage', language, callers: outages },
      ].filter(({ callers }) => callers > 0)
      return (await words({ kind: 'waits', call, ahead, byTicket, replaced, told })).map(({ text }) => text)
    },
  }
}

describe('a waiting caller', () => {
  it('is told a place when it changes, and the same again after two minutes', async () => {
    const { hears } = caller()
    expect(await hears(1, 1)).toEqual(['Ihr Platz in der Warteschlange: 3.'])
    expect(await hears(1, 1, MINUTE)).toEqual([])
    expect(await hears(1, 0)).toEqual(['Ihr Platz in der Warteschlange: 2.'])
    expect(await hears(0, 0)).toEqual(['Sie sind als Nächstes an der Reihe.'])
    expect(await hears(0, 0, 2 * MINUTE)).toEqual(['Sie sind als Nächstes an der Reihe.'])
  })

  it('is told once that a later call of theirs has the place, and then where this one stands', async () => {
    const { hears } = caller({ replaced: true })
    expect(await hears(1, 1)).toEqual([
      'Sie haben zum selben Anliegen noch einmal angerufen. Der neue Anruf hat Ihren Platz.',
      'Ihr Platz in der Warteschlange: 3.',
    ])
    expect(await hears(0, 1, MINUTE)).toEqual(['Ihr Platz in der Warteschlange: 2.'])
  })

  it('hears nothing that a ticket number of others could change, where one may be keyed without proof', async () => {
    const { hears } = caller({ pace: 60, of: 'fuldanetz', queue: 'fuldanetz.outage' })
    expect(await hears(1, 1)).toEqual(['Bitte bleiben Sie dran.'])
    for (const ahead of [0, 2, 9]) expect(await hears(ahead, ahead, 1_000)).toEqual([])
    expect(await hears(0, 0, 2 * MINUTE)).toEqual(['Bitte bleiben Sie dran.'])
    const { hears: inGeneral } = caller({ of: 'fuldanetz', queue: 'fuldanetz.general', topics: ['general'] })
    expect(await inGeneral(0, 0)).toEqual(['Sie sind als Nächstes an der Reihe.'])
  })

  it('is told no number that is not true, as often as a place, and no minutes then', async () => {
    const { hears, floor, paces } = caller({ pace: 120 })
    floor.there = [anna, ben]
    expect(await hears(0, 1)).toEqual(['Gleich ist jemand für Sie da.'])
    expect(await hears(0, 1, MINUTE)).toEqual([])
    floor.there = []
    expect(await hears(0, 2)).toEqual(['Bitte bleiben Sie dran.'])
    expect(await hears(0, 2, MINUTE)).toEqual([])
    expect(await hears(0, 2, 2 * MINUTE)).toEqual(['Bitte bleiben Sie dran.'])
    expect(paces).toEqual([])
    floor.there = [anna]
    expect((await hears(0, 2))[0]).toBe('Ihr Platz in der Warteschlange: 3.')
  })

  it('is not told soon behind more callers than there are agents, but how long it takes', async () => {
    const { hears, floor } = caller({ pace: 240 })
    floor.there = [anna, ben]
    expect(await hears(60, 1)).toEqual(['Bitte bleiben Sie dran.', 'Das dauert etwa 244 Minuten.'])
  })

  it('hears the minutes of the own queue, in which the callers of others that its agents take are counted already', async () => {
    const { hears } = caller({ pace: 240 })
    expect(await hears(1, 2)).toEqual(['Ihr Platz in der Warteschlange: 4.', 'Das dauert etwa 8 Minuten.'])
  })

  it('hears it in English', async () => {
    const { hears, floor } = caller({ language: 'en' })
    floor.there = [anna, ben]
    expect(await hears(0, 1)).toEqual(['Somebody will be with you soon.'])
    floor.there = []
    expect(await hears(0, 1)).toEqual(['Please stay on the line.'])
  })

  it('is promised nothing where nobody can say who is there', async () => {
    const { hears, floor } = caller()
    floor.there = new Error('the store does not answer')
    expect(await hears(0, 0)).toEqual(['Bitte bleiben Sie dran.'])
  })

  it('hears once that a ticket counts', async () => {
    const { hears } = caller({ byTicket: true })
    expect(await hears(0, 0)).toHaveLength(2)
    expect(await hears(0, 0, 2 * MINUTE)).toHaveLength(1)
  })
})
