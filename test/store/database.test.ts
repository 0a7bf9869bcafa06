import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { type Database, openDatabase, StoreInUse } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { takeLock } from '../../src/store/lock-file.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { describePostgres, describeStores } from '../support/stores.ts'

describeStores('the database', (open) => {
  let store: Database

  beforeAll(async () => {
    store = await open()
  })

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined()
  })

  it('gives whole numbers for bigints, and an error rather than a rounded one', async () => {
    const big = (value: string) => sql<{ n: number }>`SELECT ${value}::bigint AS n`.execute(store.db)
    expect((await big('9007199254740991')).rows).toEqual([{ n: 9007199254740991 }])
    await expect(big('9007199254740993')).rejects.toThrow(RangeError)
  })

  it('has the extension that keeps two accounts from owning one number at one time', async () => {
    await sql`CREATE EXTENSION IF NOT EXISTS btree_gist`.execute(store.db)
    const { rows } = await sql`SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'`.execute(store.db)
    expect(rows).toHaveLength(1)
  })
})

describe('the address of the database', () => {
  it('is refused with a sentence when it is neither Postgres nor a directory', () => {
    expect(() => openDatabase('mysql://localhost/x')).toThrow('DATABASE_URL is not understood')
    expect(() => openDatabase('')).toThrow('DATABASE_URL is not understood')
  })

  it('is refused when the directory holds something else', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'rufpass-store-'))
    writeFileSync(join(dir, 'holiday.jpg'), '')
    await expect(openDatabase(dir)).rejects.toThrow('holds no database')
    rmSync(dir, { recursive: true })
  })
})

describe('an embedded directory', () => {
  const root = mkdtempSync(join(tmpdir(), 'rufpass-store-'))
  const dir = join(root, 'data')

  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('keeps every acknowledged row over kill -9, and its lock is taken over', async () => {
    const child = startChild(new URL('./processes/append.ts', import.meta.url), dir)
    let acknowledged = -1
    try {
      await new Promise<void>((resolve, reject) => {
        child.on('message', (n: number) => {
          acknowledged = n
          if (n === 60) resolve()
        })
        child.once('exit', () => reject(new Error('the child ended early')))
      })
      await expect(openDatabase(dir)).rejects.toThrow(StoreInUse)
      await expect(openDatabase(dir)).rejects.toThrow(`already open in process ${child.pid}`)
    } finally {
      await killHard(child)
    }
    const store = await openDatabase(dir)
    const rows = await createEventLog(store.db).read({ limit: 100_000 })
    console.info(`kill -9 of the embedded store: ${acknowledged + 1} rows acknowledged, ${rows.length} there`)
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged + 1)
    expect(rows.map((row) => row.facts.n)).toEqual(rows.map((_, i) => i))
    // By one process it is not opened twice either; and it is free after closing, as the tests below find.
    await expect(openDatabase(dir)).rejects.toMatchObject({ name: 'StoreInUse', pid: process.pid })
    await store.close()
    expect(existsSync(`${dir}.lock`)).toBe(false)
  })

  it('is not opened while a process on another machine may have it', async () => {
    writeFileSync(`${dir}.lock`, JSON.stringify({ pid: 1, host: 'elsewhere', started: '7' }))
    await expect(openDatabase(dir)).rejects.toThrow("process 1 on the machine 'elsewhere'")
    rmSync(`${dir}.lock`)
  })

  it('is opened over a lock whose process id now belongs to a later process, or that says nothing; and not after a newer version has changed it', async () => {
    const lock = JSON.stringify({ ...holderNow(), started: 'long ago' })
    writeFileSync(`${dir}.lock`, lock)
    const { db, close } = await openDatabase(dir)
    expect(JSON.parse(readFileSync(`${dir}.lock`, 'utf8'))).toMatchObject({ pid: process.pid })
    await sql`INSERT INTO kysely_migration VALUES ('999-later', now())`.execute(db)
    await close()
    for (const stale of ['', '{}', 'not json']) {
      writeFileSync(`${dir}.lock`, stale)
      const unlock = takeLock(`${dir}.lock`)
      expect(JSON.parse(readFileSync(`${dir}.lock`, 'utf8'))).toMatchObject({ pid: process.pid })
      unlock()
    }
    await expect(openDatabase(dir)).rejects.toThrow(
      'The database was changed by a newer version of Rufpass (step 999-later). Start that version, or restore',
    )
  })

  function holderNow(): { pid: number; host: string } {
    return { pid: process.pid, host: readFileSync('/proc/sys/kernel/hostname', 'utf8').trim() }
  }
})

describePostgres('several processes that start together', (postgres) => {
  it('bring one empty database up to date once', async () => {
    const url = await postgres().createDatabase({ migrated: false })
    const children = Array.from({ length: 2 }, () =>
      startChild(new URL('./processes/guess.ts', import.meta.url), url, 'somebody', '0', '1'),
    )
    const stores = await Promise.all([openDatabase(url), openDatabase(url), ...children.map((child) => message(child))])
    expect(stores.slice(2)).toEqual(['ready', 'ready'])
    const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(
      (stores[0] as Database).db,
    )
    const names = [
      'accounts',
      'attempts',
      'events',
      'floor',
      'agents',
      'notices',
      'incidents',
      'pin-keys',
      'sims',
      'lately-over',
      'probe',
      'notes',
      'joined',
      'special-hours',
      'presence',
      'counted',
      'wait-ends',
      'contracts',
    ]
    expect(rows.map((row) => row.name)).toEqual([
      ...names.map((name, index) => `${String(index + 1).padStart(3, '0')}-${name}`),
      '019-tokens',
      '020-ticket-reports',
      '021-erasure',
      '022-reference',
      '023-account-audit',
      '024-owner-hash',
      '025-weak-pins',
      '026-letters',
      '027-messages',
      '028-past-secrets',
      '029-forgotten',
      '030-portal',
      '031-call-codes',
      '032-is-with-agent',
      '034-look-up',
      '035-told-codes',
      '036-deliveries',
      '038-first-use',
      '040-copies-rights',
      '041-letter-orders',
      '042-trusted-lines',
      '043-sprays',
      '044-sign-in-limits',
      '046-retention',
      '048-chosen-queue',
      '058-what-keeps-rows',
    ])
    for (const store of stores.slice(0, 2)) await (store as Database).close()
    await Promise.all(children.map(killHard))
  })
})
