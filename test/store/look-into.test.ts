/** What is seen of a real Postgres, and that looking leaves nothing behind in it. */
import { expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { freshKeys, parsePinKeys } from '../../src/config/keys.ts'
import { kyselyOver, openDatabase } from '../../src/store/database.ts'
import { lookIntoStore } from '../../src/store/look-into.ts'
import { openVerifier } from '../../src/store/pin-keys.ts'
import { openPool } from '../../src/store/pool.ts'
import { describePostgres } from '../support/stores.ts'

describePostgres('looking into a store', (postgres) => {
  const tablesIn = async (url: string): Promise<number> => {
    const db = kyselyOver(openPool({ connectionString: url, max: 1 }))
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM pg_tables WHERE schemaname = 'public'`.execute(db)
    await db.destroy()
    return rows[0]?.count ?? -1
  }

  it('finds an empty one empty, and leaves it so', async () => {
    const url = await postgres().createDatabase({ migrated: false })
    const seen = await lookIntoStore({ kind: 'postgres', url })
    expect(seen).toMatchObject({ kind: 'open', store: { canWrite: true, steps: { done: 0, later: [] }, keys: null } })
    expect(await tablesIn(url)).toBe(0)
  })

  it('finds its keys, its clock and its connections, and that it can only be read', async () => {
    const url = await postgres().createDatabase({ migrated: true })
    const pin = parsePinKeys(freshKeys().PIN_KEYS)
    if (pin === null) throw new Error('no keys')
    const { db, close } = await openDatabase(url)
    await openVerifier(db, pin)
    const seen = await lookIntoStore({ kind: 'postgres', url })
    if (seen.kind !== 'open') throw new Error(`it is ${seen.kind}`)
    expect(seen.store).toMatchObject({ kind: 'postgres', canWrite: true, steps: { pending: [], later: [] } })
    expect(seen.store.keys?.needed).toEqual([])
    expect([...(seen.store.keys?.checkValues.keys() ?? [])]).toEqual([pin.current])
    // Both are this machine's.
    const { aheadMs, errorMs } = seen.store.clock ?? { aheadMs: Number.NaN, errorMs: 0 }
    expect(Math.abs(aheadMs)).toBeLessThanOrEqual(errorMs + 1)
    expect(seen.store.mostConnections).toBeGreaterThan(0)
    const name = new URL(url.replace('@/', '@localhost/')).pathname.slice(1)
    await sql`ALTER DATABASE ${sql.id(name)} SET default_transaction_read_only = on`.execute(db)
    await close()
    expect(await lookIntoStore({ kind: 'postgres', url })).toMatchObject({ store: { canWrite: false } })
  })

  it('says that there is no such database, without the password', async () => {
    const url = (await postgres().createDatabase({ migrated: false })).replace(/test_[0-9a-f]+/, 'nowhere')
    expect(await lookIntoStore({ kind: 'postgres', url })).toEqual({
      kind: 'unusable',
      says: 'The database refuses the connection (3D000): check user, password and database name in DATABASE_URL.',
    })
  })
})
