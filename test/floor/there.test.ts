import { expect, it } from '@jest/globals'
import { createHasAgents, isThere } from '../../src/floor/there.ts'
import type { Assignment } from '../../src/seams/floor.ts'
import type { Kind } from '../../src/seams/waiting.ts'

const AT = (minute: number): string => `2026-11-23T10:0${minute}:00.000Z`
const skills = { brands: ['rheinnetz'], topics: ['bill'], languages: ['de'] }
const anna = {
  name: 'anna',
  displayName: 'Anna',
  role: 'agent',
  phone: 'client:anna',
  disabled: false,
  ...skills,
} as const

function there(presence: 'available' | 'away' | null, work: Pick<Assignment, 'state' | 'since'> | null): boolean {
  const rows = presence === null ? [] : [['anna', { presence, since: AT(5) }] as const]
  return isThere(anna, { presences: new Map(rows), active: work === null ? [] : [{ agent: 'anna', ...work }] })
}

it.each([
  ['who is available', 'available', null, true],
  ['who is available and in a talk', 'available', { state: 'talking', since: AT(1) }, true],
  ['who is away and has taken a call all the same', 'away', { state: 'talking', since: AT(6) }, true],
  ['who went away in mid-talk', 'away', { state: 'talking', since: AT(4) }, false],
  ['who is away and writes the note of the last call', 'away', { state: 'wrap_up', since: AT(6) }, false],
  ['who is away', 'away', null, false],
  ['who never signed in', null, null, false],
] as const)('an agent %s counts, or not', (_who, presence, work, counts) => {
  expect(there(presence, work)).toBe(counts)
})

it('nobody counts who is disabled', () => {
  expect(
    isThere(
      { ...anna, disabled: true },
      { presences: new Map(), active: [{ agent: 'anna', state: 'talking', since: AT(1) }] },
    ),
  ).toBe(false)
})

it('whether anybody is signed in is asked for each kind once within a second, and again after it', async () => {
  const asked: string[] = []
  const hasAgents = createHasAgents({
    store: {
      async hasAgents({ queue, language }: Kind) {
        asked.push(`${queue} ${language}`)
        return queue === 'rheinnetz.bill'
      },
    },
  })
  const bill = { brand: 'rheinnetz', queue: 'rheinnetz.bill', language: 'de' }
  const general = { ...bill, queue: 'rheinnetz.general' }
  expect(await Promise.all([bill, general, bill, { ...bill, language: 'en' }].map(hasAgents))).toEqual([
    true,
    false,
    true,
    true,
  ])
  expect(asked).toEqual(['rheinnetz.bill de', 'rheinnetz.general de', 'rheinnetz.bill en'])
  await new Promise((done) => setTimeout(done, 1_050))
  await hasAgents(bill)
  expect(asked).toHaveLength(4)
})
