/** Who is at work in what state, and how the queues stand; and that no time or count of a person is told (decision J). */
import { describe, expect, it } from '@jest/globals'
import { createSupervision, type OnTheFloor } from '../../src/floor/supervision.ts'
import { timesOf } from '../../src/floor/times.ts'
import { agentNow } from '../../src/floor/view.ts'
import { parseBrand } from '../../src/flow/files/parse-brand.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import type { Agent } from '../../src/seams/agents.ts'
import type { Assignment } from '../../src/seams/floor.ts'
import type { PresenceRow } from '../../src/seams/presence.ts'
import type { Waiting } from '../../src/seams/waiting.ts'
import { shipped } from '../flow/shipped.ts'
import { smallBrandFile } from '../flow/small.ts'
import { createTestClock } from '../support/clock.ts'

const AT = '2026-11-22T10:00:00.000Z'
const agent = (name: string, other: Partial<Agent> = {}): Agent => {
  const skills = { brands: ['rheinnetz'], topics: ['bill', 'outage', 'general'], languages: ['de'] }
  return { name, displayName: name, role: 'agent', phone: `client:${name}`, disabled: false, ...skills, ...other }
}
const present = (
  name: string,
  presence: 'available' | 'away',
  because: PresenceRow['because'] = null,
): [string, PresenceRow] => [name, { agent: name, presence, because, since: AT, heard: true }]
const busy = (name: string, state: Assignment['state']): Assignment =>
  ({ agent: name, state, since: '2026-11-22T10:05:00.000Z' }) as Assignment
const waits = (queue: string, since: string, language = 'de'): Waiting => ({ queue, since, language }) as Waiting

const now = (floor: Partial<OnTheFloor>, signedIn: string[] = []) =>
  createSupervision({
    hotlines: { byBrand: shipped },
    sessions: { signedIn: async () => signedIn },
    clock: createTestClock(),
  }).now({ waiting: [], presences: new Map(), active: [], agents: [], ...floor })

describe('who is at work', () => {
  it('is told with the state of this moment', async () => {
    const names = ['free', 'rings', 'joins', 'talks', 'checks', 'writes', 'away', 'unheard', 'gone']
    const { agents } = await now(
      {
        agents: names.map((name) => agent(name)),
        presences: new Map([
          ...names.map((name) => present(name, 'available')),
          present('away', 'away'),
          present('unheard', 'away', 'no_answer'),
          ['gone', { ...present('gone', 'away')[1], heard: false }],
        ]),
        active: [
          busy('rings', 'ringing'),
          busy('joins', 'answering'),
          busy('talks', 'talking'),
          busy('checks', 'checking'),
          busy('writes', 'wrap_up'),
        ],
      },
      names,
    )
    expect(agents.map(({ name, state, awayBecause }) => [name, state, awayBecause])).toEqual([
      ['free', 'available', null],
      ['rings', 'ringing', null],
      ['joins', 'talking', null],
      ['talks', 'talking', null],
      ['checks', 'talking', null],
      ['writes', 'wrap_up', null],
      ['away', 'away', null],
      ['unheard', 'away', 'no_answer'],
      ['gone', 'away', 'page_gone'],
    ])
  })

  it('is nobody whose session is over, but for those that callers can count on, and nobody disabled', async () => {
    const { agents } = await now(
      {
        agents: [agent('gone'), agent('phone'), agent('signed-in'), agent('disabled', { disabled: true })],
        presences: new Map([present('gone', 'away'), present('phone', 'available'), present('disabled', 'available')]),
      },
      ['signed-in', 'disabled'],
    )
    expect(agents.map(({ name, state }) => [name, state])).toEqual([
      ['phone', 'available'],
      ['signed-in', 'away'],
    ])
  })

  it('is told without any time or number', async () => {
    const { agents } = await now({ agents: [agent('free')], presences: new Map([present('free', 'available')]) })
    expect(JSON.stringify(agents)).not.toMatch(/\d/)
    expect(Object.keys(agentNow.shape)).toEqual([
      'name',
      'displayName',
      'role',
      'state',
      'awayBecause',
      'brands',
      'topics',
      'languages',
    ])
  })
})

describe('the queues', () => {
  it('are told with who waits, and who is there and free for them', async () => {
    const { queues } = await now({
      agents: [agent('free'), agent('talks'), agent('other', { topics: ['join'] }), agent('away')],
      presences: new Map([present('free', 'available'), present('talks', 'available'), present('other', 'available')]),
      active: [busy('talks', 'talking')],
      waiting: [
        waits('rheinnetz.bill', '2026-11-22T09:59:00.000Z'),
        waits('rheinnetz.bill', '2026-11-22T09:58:00.000Z'),
      ],
    })
    expect(queues.find(({ queue }) => queue === 'rheinnetz.bill')).toEqual({
      queue: 'rheinnetz.bill',
      waiting: 2,
      longestSince: '2026-11-22T09:58:00.000Z',
      agents: 2,
      free: 1,
      threshold: { waiting: 5, minutes: 3 },
    })
    expect(queues.find(({ queue }) => queue === 'alpenfunk.bill')).toMatchObject({ waiting: 0, agents: 0, free: 0 })
  })
})

describe('a queue with a caller whose language nobody there speaks', () => {
  it('has nobody for them, with others there or not', async () => {
    const agents = [agent('german'), agent('both', { languages: ['de', 'en'] })]
    const presences = new Map([present('german', 'available'), present('both', 'available')])
    const there = async (...languages: string[]): Promise<unknown> => {
      const waiting = languages.map((language) => waits('rheinnetz.bill', AT, language))
      const { queues } = await now({ agents, presences, waiting })
      const bill = queues.find(({ queue }) => queue === 'rheinnetz.bill')
      return [bill?.agents, bill?.free]
    }
    expect([await there(), await there('de'), await there('de', 'en')]).toEqual([
      [2, 2],
      [2, 2],
      [1, 1],
    ])
    expect(await there('de', 'tr')).toEqual([0, 0])
  })
})

const fileWith = (line: string): string =>
  `${smallBrandFile({ topics: '[{ name: bill, press: "1", needs: 2 }]' })}\n${line}`

describe('thresholds in a brand file', () => {
  const file = (thresholds: string): string => fileWith(`thresholds: ${thresholds}`)

  it('are by queue, the general one too, and what is left out is as for all', () => {
    const { brand } = parseBrand(file('{ bill: { waiting: 2 }, general: { minutes: 10 } }'), 'small.yaml')
    expect(brand.thresholds).toEqual({ bill: { waiting: 2, minutes: 3 }, general: { waiting: 5, minutes: 10 } })
  })

  it.each([
    ['{ bil: { waiting: 2 } }', /'bil' is no topic of this brand; name one of: bill, general/],
    ['{ bill: { waiting: 0 } }', /thresholds.bill.waiting/],
  ])('are refused where they cannot be meant: %s', (thresholds, message) => {
    expect(() => parseBrand(file(thresholds), 'small.yaml')).toThrow(message)
  })
})

describe('times of agents in a brand file', () => {
  const timesIn = (line: string, queue: string) => {
    const hotline = { brand: parseBrand(fileWith(line), 'small.yaml').brand } as Hotline
    return timesOf({ byBrand: new Map([['small', hotline]]) }, { brand: 'small', queue })
  }

  it('are by queue, the general one too, and what is left out is as ever', () => {
    const times = 'agent_times: { bill: { ring_seconds: 30 }, general: { wrap_up_seconds: 15 } }'
    expect(timesIn(times, 'small.bill')).toEqual({ ringMs: 30_000, wrapUpMs: 120_000 })
    expect(timesIn(times, 'small.general')).toEqual({ ringMs: 20_000, wrapUpMs: 15_000 })
    expect(timesIn('agent_times: {}', 'small.bill')).toEqual({ ringMs: 20_000, wrapUpMs: 120_000 })
    expect(timesOf({ byBrand: new Map() }, { brand: 'gone', queue: 'gone.bill' })).toEqual({
      ringMs: 20_000,
      wrapUpMs: 120_000,
    })
  })

  it.each([
    ['agent_times: { bil: { ring_seconds: 30 } }', /'bil' is no topic of this brand/],
    ['agent_times: { bill: { ring_seconds: 4 } }', /agent_times.bill.ring_seconds/],
    ['agent_times: { bill: { wrap_up_seconds: 901 } }', /agent_times.bill.wrap_up_seconds/],
  ])('are refused where they cannot be meant: %s', (line, message) => {
    expect(() => parseBrand(fileWith(line), 'small.yaml')).toThrow(message)
  })
})
