/** Presence as a lease in database time: who is heard stays, who is not is away once, and no outage takes anybody away. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { newAssignment } from '../../src/floor/assignment.ts'
import type { FloorStore } from '../../src/seams/floor.ts'
import { createAgents } from '../../src/store/agents.ts'
import type { Database } from '../../src/store/database.ts'
import { createFloorStore } from '../../src/store/floor/assignments.ts'
import { describeStores } from '../support/stores.ts'

const AT = new Date('2026-11-25T10:00:00.000Z')

describeStores('presence', (open) => {
  let database: Database
  let store: FloorStore
  beforeAll(async () => {
    database = await open()
    store = createFloorStore(database.db)
    const anna = { displayName: 'Anna', role: 'agent', phone: 'client:anna', languages: ['de'] } as const
    const skills = { brands: ['rheinnetz'], topics: ['bill', 'general'] }
    await createAgents(database.db).add({ name: 'anna', ...anna, ...skills }, 'a long enough password')
  })
  beforeEach(async () => {
    for (const table of ['presence', 'presence_watch', 'assignment'] as const)
      await database.db.deleteFrom(table).execute()
  })

  /** As if the database's clock had gone on by so many seconds since; `swept`: and a sweep looked all the while. */
  const later = async (seconds: number, { swept = true } = {}): Promise<void> => {
    const by = sql`${seconds} * interval '1 s'`
    await sql`UPDATE presence SET beat = beat - ${by}`.execute(database.db)
    await sql`UPDATE presence_watch SET since = since - ${by}, seen = seen - ${swept ? sql`interval '1 s'` : by}`.execute(
      database.db,
    )
  }
  const seen = async () =>
    (await store.presences()).map(({ agent, presence, because, heard }) => [agent, presence, because, heard])

  it('lasts 90 s without a beat, and no longer', async () => {
    await store.lapse(AT)
    await store.setPresence('anna', 'available', null, AT)
    await later(88)
    expect(await store.lapse(AT)).toEqual([])
    await later(3)
    // What counts is the lease, also before a sweep has noticed.
    expect(await seen()).toEqual([['anna', 'away', 'page_gone', false]])
    expect(await store.lapse(AT)).toEqual(['anna'])
    expect(await seen()).toEqual([['anna', 'away', 'page_gone', false]])
  })

  it('goes on with each beat, which makes nobody available', async () => {
    await store.lapse(AT)
    await store.setPresence('anna', 'available', null, AT)
    for (let n = 0; n < 3; n++) {
      await later(60)
      await store.beat('anna', AT)
      await store.beat('ben', AT)
    }
    expect(await store.lapse(AT)).toEqual([])
    expect(await seen()).toEqual([
      ['anna', 'available', null, true],
      ['ben', 'away', null, true],
    ])
  })

  it('is taken once, however many servers look at the same moment', async () => {
    await store.lapse(AT)
    await store.setPresence('anna', 'available', null, AT)
    await later(91)
    const taken = await Promise.all(Array.from({ length: 8 }, () => store.lapse(AT)))
    expect(taken.flat()).toEqual(['anna'])
  })

  it('does not run out while nobody could hear a page, and then has its whole time again', async () => {
    await store.lapse(AT)
    await store.setPresence('anna', 'available', null, AT)
    await later(3_600, { swept: false })
    expect(await seen()).toEqual([['anna', 'available', null, false]])
    expect(await store.lapse(AT)).toEqual([])
    await later(85)
    expect(await store.lapse(AT)).toEqual([])
    await later(6)
    expect(await store.lapse(AT)).toEqual(['anna'])
  })

  it('counts for nothing when the clock of the database was set back since the beat', async () => {
    await store.setPresence('anna', 'available', null, AT)
    await later(-7_200, { swept: false })
    await store.lapse(AT)
    expect(await seen()).toEqual([['anna', 'available', null, false]])
    await later(91)
    expect(await store.lapse(AT)).toEqual(['anna'])
  })

  it('is not what keeps an agent in a talk, who is at work and takes the next call by hand', async () => {
    await store.lapse(AT)
    await store.setPresence('anna', 'available', null, AT)
    const place = { callId: 'call', brand: 'rheinnetz', queue: 'rheinnetz.bill', topic: 'bill' }
    const unknown = { language: 'de', level: 0 as const, since: null, ref: null, ticket: null }
    await store.join({ ...place, ...unknown }, AT)
    const skills = { agent: 'anna', brands: ['rheinnetz'], topics: ['bill'], languages: ['de'] }
    await store.offer(
      skills,
      null,
      (of) => newAssignment({ ...of, id: 'a', agent: 'anna', from: null }, AT.toISOString(), { ringMs: 20_000 }),
      AT,
    )
    await later(91)
    expect(await store.lapse(AT)).toEqual(['anna'])
    expect(await store.assignment('a')).toMatchObject({ state: 'ringing', version: 1 })
  })

  it('tells whether anybody is signed in for callers of a kind', async () => {
    const kind = { brand: 'rheinnetz', queue: 'rheinnetz.bill', language: 'de' }
    await store.lapse(AT)
    expect(await store.hasAgents(kind)).toBe(false)
    // Away for a moment is signed in.
    await store.beat('anna', AT)
    expect(await store.hasAgents(kind)).toBe(true)
    expect(await store.hasAgents({ ...kind, queue: 'rheinnetz.general' })).toBe(true)
    for (const other of [{ brand: 'fuldanetz' }, { queue: 'rheinnetz.outage' }, { language: 'tr' }])
      expect(await store.hasAgents({ ...kind, ...other })).toBe(false)
    await later(91)
    expect(await store.hasAgents(kind)).toBe(false)
    await store.beat('anna', AT)
    // An outage.
    await later(3_600, { swept: false })
    expect(await store.hasAgents(kind)).toBe(true)
    await store.setPresence('anna', 'away', 'signed_out', AT)
    expect(await store.hasAgents(kind)).toBe(false)
  })
})
