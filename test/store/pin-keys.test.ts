import { createHmac, randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import type { PinKeys, Verifier } from '../../src/auth/verifier.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { openVerifier } from '../../src/store/pin-keys.ts'
import { dumpTables } from '../support/dumps.ts'
import { describePostgres, describeStores } from '../support/stores.ts'

/** The first is current. */
const keysOf = (byId: Record<string, Buffer>): PinKeys => ({
  current: Object.keys(byId)[0] ?? '',
  byId: new Map(Object.entries(byId)),
})

async function kidsOf({ db }: Database): Promise<string[]> {
  const rows = await db.selectFrom('pin_key').select('kid').orderBy('kid').execute()
  return rows.map(({ kid }) => kid)
}

/** Who was let in, and why the others were not. */
function outcomes(settled: readonly PromiseSettledResult<Verifier>[]): string[] {
  return settled.map((one) => (one.status === 'fulfilled' ? 'opened' : String(one.reason.name)))
}

describeStores('the keys of PINs', (open) => {
  let store: Database
  const [x, y, z] = [randomBytes(32), randomBytes(32), randomBytes(32)]

  beforeAll(async () => {
    store = await open()
  })
  beforeEach(async () => {
    await store.db.deleteFrom('pin_key').execute()
  })

  it('are taken as they come at first, and then only as they were', async () => {
    await openVerifier(store.db, keysOf({ k1: x }))
    await openVerifier(store.db, keysOf({ k1: x }))
    await openVerifier(store.db, keysOf({ k2: y, k1: x }))
    expect(await kidsOf(store)).toEqual(['k1', 'k2'])
    await expect(openVerifier(store.db, keysOf({ k1: y }))).rejects.toMatchObject({ name: 'WrongKey' })
    await expect(openVerifier(store.db, keysOf({ k2: y, k1: z }))).rejects.toMatchObject({ name: 'WrongKey' })
  })

  it('are refused by their names, with what to do and no byte of any', async () => {
    await openVerifier(store.db, keysOf({ k2: y, k1: x }))
    const error: Error = await openVerifier(store.db, keysOf({ k2: x, k1: y })).then(
      () => new Error('opened'),
      (refused) => refused,
    )
    expect(error.message).toBe(
      'PIN_KEYS has other bytes than this database knows under: k1, k2. With them every right PIN would count as wrong. ' +
        'Restore the old bytes; or, if the key is a new one, give it a name of its own and keep the old one after a comma: ' +
        'PIN_KEYS=new:…,k1:…',
    )
    const told = `${error.message} ${error.stack} ${JSON.stringify(error)}`
    for (const key of [x, y])
      for (const form of ['base64', 'hex'] as const) expect(told).not.toContain(key.toString(form))
  })

  it('leave nothing behind when one of them is refused', async () => {
    await openVerifier(store.db, keysOf({ k1: x }))
    await expect(openVerifier(store.db, keysOf({ k2: y, k1: z }))).rejects.toMatchObject({ name: 'WrongKey' })
    expect(await kidsOf(store)).toEqual(['k1'])
    await openVerifier(store.db, keysOf({ k2: z, k1: x }))
  })

  it('are known by a value that is no verifier of any PIN and not the key', async () => {
    const verifier = await openVerifier(store.db, keysOf({ k1: x }))
    const { check_value: kept } = await store.db.selectFrom('pin_key').select('check_value').executeTakeFirstOrThrow()
    const text = Buffer.from('\0\0\0\x10pin-key-check-v1')
    expect(kept).toEqual(createHmac('sha256', x).update(text).digest())
    const dump = await dumpTables(store.db)
    for (const form of ['base64', 'hex'] as const) expect(dump).not.toContain(x.toString(form))
    const stored = await verifier.make(new Secret('4826'), 'rheinnetz/r', 'pin')
    expect([stored.tag, verifier.nest(stored).tag]).not.toContain(kept.toString('base64'))
  })
})

describePostgres('processes that open one new database with other keys under one name', (postgres) => {
  it('agree: those of one are let in, and none of the others', async () => {
    const url = await postgres().createDatabase({ migrated: true })
    const stores = await Promise.all([openDatabase(url), openDatabase(url)])
    for (let round = 0; round < 20; round++) {
      const name = `k${round}`
      const [x, y] = [randomBytes(32), randomBytes(32)]
      const openings = [x, y, x, y].map((key, n) => {
        const { db } = stores[n % 2] as Database
        // A second key, in another order in each, for which they wait for each other.
        return openVerifier(db, n % 2 === 0 ? keysOf({ [name]: key, z: x }) : keysOf({ z: x, [name]: key }))
      })
      const [a, b, c, d] = outcomes(await Promise.allSettled(openings))
      expect([[a, b].sort(), a === c, b === d]).toEqual([['WrongKey', 'opened'], true, true])
      await stores[0].db.deleteFrom('pin_key').where('kid', '=', 'z').execute()
    }
    for (const store of stores) await store.close()
  })
})
