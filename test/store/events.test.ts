import { beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { DurableEvent } from '../../src/seams/events.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { describeStores } from '../support/stores.ts'

function event(callId: string, facts: DurableEvent['facts'] = {}): DurableEvent {
  return { kind: 'verify', callId, brand: 'rheinnetz', ref: 'a1', actor: 'caller', facts }
}

describeStores('events', (open) => {
  let store: Database

  beforeAll(async () => {
    store = await open()
  })

  it('are read back as they were, in order, with a number and the time of the database', async () => {
    const events = createEventLog(store.db)
    const facts = { result: 'wrong', level: 0, first: true, queue: null, word: 'it\'s \\ "quoted"\r\n' }
    await events.append(event('CA1', facts))
    await events.append({ ...event('CA1'), kind: 'end', ref: null })
    const [first, second] = await events.read({ callId: 'CA1', limit: 10 })
    expect(first).toMatchObject(event('CA1', facts))
    expect(second).toMatchObject({ kind: 'end', ref: null })
    expect(second?.id).toBeGreaterThan(first?.id ?? Number.POSITIVE_INFINITY)
    const { rows } = await sql<{ now: Date }>`SELECT now()`.execute(store.db)
    expect(Math.abs(new Date(first?.at ?? 0).getTime() - (rows[0]?.now.getTime() ?? 0))).toBeLessThan(60_000)
  })

  it('can be read on from any number, of one call or of all', async () => {
    const events = createEventLog(store.db)
    for (const callId of ['CA2', 'CA3', 'CA2', 'CA3', 'CA2']) await events.append(event(callId))
    const ofOne = await events.read({ callId: 'CA2', limit: 2 })
    expect(ofOne).toHaveLength(2)
    const rest = await events.read({ callId: 'CA2', after: ofOne[1]?.id ?? 0, limit: 10 })
    expect(rest.map((one) => one.callId)).toEqual(['CA2'])
    const all = await events.read({ after: (ofOne[0]?.id ?? 0) - 1, limit: 10 })
    expect(all.map((one) => one.callId)).toEqual(['CA2', 'CA3', 'CA2', 'CA3', 'CA2'])
  })

  it('refuse to be changed, deleted or truncated', async () => {
    const events = createEventLog(store.db)
    await events.append(event('CA4'))
    const before = await events.read({ limit: 1000 })
    await expect(sql`UPDATE event SET actor = 'nobody'`.execute(store.db)).rejects.toThrow('only ever appended')
    await expect(sql`DELETE FROM event WHERE call_id = 'CA4'`.execute(store.db)).rejects.toThrow('only ever appended')
    await expect(sql`TRUNCATE event`.execute(store.db)).rejects.toThrow('only ever appended')
    expect(await events.read({ limit: 1000 })).toEqual(before)
  })
})
