import { beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { TokenBook } from '../../src/seams/tokens.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createTokens } from '../../src/store/tokens.ts'
import { describeStores } from '../support/stores.ts'

const budget = { perHour: 3, perDay: 5 }
const crm = { brands: ['rheinnetz'], acts: ['read_calls', 'set_hours'], budget } as const

describeStores('tokens', (open) => {
  let store: Database
  let tokens: TokenBook
  beforeAll(async () => {
    store = await open()
    tokens = createTokens(store.db)
  })

  const added = async (name: string): Promise<string> => {
    const secret = await tokens.add({ name, ...crm }, 'cli')
    if (secret === null) throw new Error('The name was given before.')
    return secret
  }
  /** As if so much time had passed. */
  const later = (name: string, time: string) =>
    sql`UPDATE api_token SET hour_began = hour_began - ${time}::interval, day_began = day_began - ${time}::interval
        WHERE name = ${name}`.execute(store.db)
  const spent = async (name: string, times: number): Promise<boolean[]> =>
    (await Promise.all(Array.from({ length: times }, () => tokens.spend(name)))).map((wait) => wait === null)

  it('are known by their secret, which is told once and kept as a hash', async () => {
    const secret = await added('crm')
    expect(secret).toMatch(/^rufpass_[A-Za-z0-9_-]{43}$/)
    expect(await tokens.find(secret)).toEqual({ name: 'crm', brands: crm.brands, acts: crm.acts })
    const altered = `${secret.slice(0, -2)}${secret.at(-2) === 'A' ? 'B' : 'A'}${secret.at(-1)}`
    for (const other of [altered, '', 'crm', secret.slice(8)]) expect(await tokens.find(other)).toBeNull()
    const { rows } = await sql`SELECT to_jsonb(t) FROM api_token t`.execute(store.db)
    expect(JSON.stringify([rows, await createEventLog(store.db).read({ limit: 100 })])).not.toContain(secret.slice(8))
  })

  it('are listed with what they may, who made them and when they were used, the one in the settings first', async () => {
    const secret = await added('listed')
    const listed = async () => (await tokens.list()).filter(({ name }) => name === 'listed' || name === 'api')
    const api = { name: 'api', brands: null, acts: null, budget: null, created: null, lastUsed: null, revoked: null }
    const made = { at: expect.any(String), by: 'cli' }
    const one = { name: 'listed', ...crm, created: made, lastUsed: null, revoked: null }
    expect(await listed()).toEqual([api, one])
    await tokens.find(secret)
    await tokens.usedFirst()
    await tokens.usedFirst()
    expect(await listed()).toEqual([
      { ...api, lastUsed: expect.any(String) },
      { ...one, lastUsed: expect.any(String) },
    ])
  })

  it('note a use once a minute', async () => {
    const secret = await added('polling')
    const lastUsed = async () => (await tokens.list()).find(({ name }) => name === 'polling')?.lastUsed
    await tokens.find(secret)
    const first = await lastUsed()
    await tokens.find(secret)
    expect(await lastUsed()).toBe(first)
    await sql`UPDATE api_token SET last_used = last_used - interval '1 minute'`.execute(store.db)
    const before = await lastUsed()
    await tokens.find(secret)
    expect(await lastUsed()).not.toBe(before)
  })

  it('are revoked for good: no name ever means another system', async () => {
    const secret = await added('gone')
    expect(await tokens.revoke('gone', 'cli')).toBe(true)
    expect([await tokens.find(secret), await tokens.revoke('gone', 'cli')]).toEqual([null, false])
    expect(await tokens.add({ name: 'gone', ...crm }, 'cli')).toBeNull()
    expect((await tokens.list()).find(({ name }) => name === 'gone')?.revoked).toMatchObject({ by: 'cli' })
    const [, events] = [await tokens.spend('gone'), await createEventLog(store.db).read({ limit: 100 })]
    const acts = events.filter(({ kind, facts }) => kind === 'token' && facts.name === 'gone')
    expect(acts.map(({ actor, facts }) => [actor, facts.act])).toEqual([
      ['cli', 'add'],
      ['cli', 'revoke'],
    ])
  })

  it('never take the name of the one in the settings, which is not revoked here', async () => {
    await tokens.usedFirst()
    expect(await tokens.add({ name: 'api', ...crm }, 'cli')).toBeNull()
    expect(await tokens.revoke('api', 'cli')).toBe(false)
    expect(await tokens.revoke('nobody', 'cli')).toBe(false)
  })

  it('have a budget of an hour that requests at once do not overdraw', async () => {
    await added('hourly')
    expect((await spent('hourly', 20)).filter(Boolean)).toHaveLength(3)
    await later('hourly', '59 minutes')
    const wait = await tokens.spend('hourly')
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    await later('hourly', '1 minute')
    expect(await tokens.spend('hourly')).toBeNull()
  })

  it('have a budget of a day besides, which refusals do not lengthen', async () => {
    await added('daily')
    await spent('daily', 3)
    await later('daily', '61 minutes')
    expect((await spent('daily', 4)).filter(Boolean)).toHaveLength(2)
    await later('daily', '61 minutes')
    const wait = await tokens.spend('daily')
    expect(wait).toBeGreaterThan(21 * 3_600)
    await later('daily', '22 hours')
    expect(await tokens.spend('daily')).toBeNull()
  })

  it('have no budget any more once they are revoked', async () => {
    await added('revoked')
    await tokens.revoke('revoked', 'cli')
    expect(await tokens.spend('revoked')).toBe(1)
  })
})
