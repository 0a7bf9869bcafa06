/** A key of PINs comes, is rotated to, and the one before goes in the end, whatever happens meanwhile. */
import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier, ownerOf, type PinKeys, type StoredVerifier } from '../../src/auth/verifier.ts'
import { countBelow, rotateKeys } from '../../src/store/key-rotation.ts'
import { customersNeeding, forgetFormer, keysNeeded } from '../../src/store/keys-needed.ts'
import { kidsInUse } from '../../src/store/past-secrets.ts'
import type { Schema } from '../../src/store/schema.ts'
import {
  clearVerifiers,
  readVerifier,
  renewVerifier,
  saveVerifiers,
  type VerifierRow,
} from '../../src/store/verifiers.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { madeByOthers } from '../support/made-by-others.ts'
import { describeStores } from '../support/stores.ts'

const byId = new Map(['k1', 'k2', 'k3'].map((kid) => [kid, randomBytes(32)]))
const older: PinKeys = { current: 'k1', byId }
const newer: PinKeys = { current: 'k2', byId }
const verifier = createVerifier(newer)
const BRAND = 'rheinnetz'
const pinOf = (ref: string) => ({ brand: BRAND, ref, credential: 'pin', sim: null }) as const
const PIN = new Secret('4826')
const [USES, WAITS, CLEARED, CHANGES] = ['uses', 'waits', 'cleared', 'changes'].map((name) => name.padEnd(16, '.')) as [
  string,
  string,
  string,
  string,
]

/** As a process with the keys from before makes them. */
async function made(ref: string, keys: PinKeys = older): Promise<VerifierRow> {
  return { ...pinOf(ref), stored: await cheapMaker(keys).make(PIN, ownerOf(BRAND, ref, null), 'pin') }
}

describeStores('the keys of PINs', (open, { several }) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    for (const table of ['verifier', 'past_secret', 'pending_verifier', 'account'] as const)
      await sql`DELETE FROM ${sql.table(table)}`.execute(db)
  })

  const needs = async (kid: string) => (await keysNeeded(db)).pinKeys.get(kid) ?? null
  const save = (...rows: VerifierRow[]) => saveVerifiers(db, rows, { replace: true })

  /** The owner keys it. */
  async function used(ref: string): Promise<boolean> {
    const stored = await readVerifier(db, pinOf(ref))
    if (stored === null) return false
    const match = await verifier.matchOf(PIN, 'pin', [{ owner: ownerOf(BRAND, ref, null), stored }])
    if (match?.fresh) await renewVerifier(db, pinOf(ref), stored, match.fresh)
    return match !== null
  }

  it('are counted by what needs them, and the older one goes when all is used, cleared, ended or forgotten', async () => {
    for (const [ref, number] of Object.entries({ [USES]: '1', [WAITS]: '2', [CLEARED]: '3', [CHANGES]: '4' }))
      await sql`INSERT INTO account (brand, ref, customer_number, name, language) VALUES (${BRAND}, ${ref}, ${number}, 'N', 'de')`.execute(
        db,
      )
    await save(...(await Promise.all([USES, WAITS, CLEARED, CHANGES].map((ref) => made(ref)))))
    await clearVerifiers(db, { brand: BRAND, ref: CLEARED })
    // Two that were before: the trigger keeps them.
    await save(await made(CHANGES))
    await sql`
      INSERT INTO pending_verifier (brand, ref, credential, stored, letter, ends) SELECT brand, ref, credential, stored, letter, ends FROM (VALUES
        (${BRAND}, ${USES}, 'pin', ${JSON.stringify((await made(USES)).stored)}::jsonb, 'l1', now() + interval '1 day'),
        (${BRAND}, ${WAITS}, 'pin', ${JSON.stringify((await made(WAITS)).stored)}::jsonb, 'l2', now() - interval '1 day')
      ) AS v (brand, ref, credential, stored, letter, ends)`.execute(db)
    expect(await needs('k1')).toEqual({ inForce: 3, cleared: 1, posted: 1, former: 2 })
    expect(await needs('k2')).toBeNull()
    expect(await countBelow(db, 'k2')).toBe(7)

    const heard: number[] = []
    expect(await rotateKeys(db, verifier, 'k2', (done) => heard.push(done))).toEqual({ wrapped: 7, left: 0 })
    expect(heard.at(-1)).toBeGreaterThanOrEqual(6)
    expect(await countBelow(db, 'k2')).toBe(0)
    // What was cleared needs no key to be worth nothing.
    expect(await needs('k1')).toEqual({ inForce: 3, cleared: 0, posted: 1, former: 2 })
    expect(await needs('k2')).toEqual({ inForce: 3, cleared: 1, posted: 1, former: 2 })
    expect(await used(CLEARED)).toBe(false)
    expect(await rotateKeys(db, verifier, 'k2')).toEqual({ wrapped: 0, left: 0 })

    for (const ref of [USES, CHANGES]) expect([ref, await used(ref)]).toEqual([ref, true])
    expect(await customersNeeding(db, 'k1', BRAND)).toEqual(['2'])
    expect(await customersNeeding(db, 'k1', 'fuldanetz')).toEqual([])
    // One that never calls gets another; the one before is a former one, still under both.
    await save(await made(WAITS, newer))
    await sql`UPDATE pending_verifier SET ends = now()`.execute(db)
    expect(await needs('k1')).toEqual({ inForce: 0, cleared: 0, posted: 0, former: 3 })
    expect(await kidsInUse(db)).toContain('k1')
    expect(await forgetFormer(db, 'k3')).toBe(0)
    expect(await forgetFormer(db, 'k1')).toBe(3)
    expect(await needs('k1')).toBeNull()
    // So a start takes PIN_KEYS without it, and nobody has lost a PIN.
    expect(await kidsInUse(db)).toEqual(['k2'])
    const alone = createVerifier({ current: 'k2', byId: new Map([...byId].filter(([kid]) => kid === 'k2')) })
    for (const ref of [USES, CHANGES, WAITS])
      expect([
        ref,
        await alone.matches(PIN, ownerOf(BRAND, ref, null), 'pin', await readVerifier(db, pinOf(ref))),
      ]).toEqual([ref, true])
  })

  it('are rotated to in the end though it is stopped again and again', async () => {
    await saveMany(1_200)
    let stops = 0
    const stopping = (after: number) => ({
      nest(stored: StoredVerifier) {
        if (after-- === 0) throw new Error('stopped')
        return verifier.nest(stored)
      },
    })
    for (;;) {
      const done = await rotateKeys(db, stopping(600), 'k2').catch((error: Error) => error.message)
      if (done !== 'stopped') {
        expect(done).toMatchObject({ left: 0 })
        break
      }
      stops += 1
    }
    expect(stops).toBe(2)
    expect(await needs('k1')).toEqual(await needs('k2'))
    expect(await used('r0007')).toBe(true)
  })

  it('say what was made under an older one meanwhile, and end all the same', async () => {
    await saveMany(40)
    const stop = await madeByOthers(db, (await made('made by others')).stored)
    // Each round meets what the one before has left behind it.
    expect(await rotateKeys(db, verifier, 'k2')).toEqual({ wrapped: 120, left: 40 })
    expect(await countBelow(db, 'k2')).toBe(40)
    await stop()
    expect(await rotateKeys(db, verifier, 'k2')).toEqual({ wrapped: 40, left: 0 })
  })

  // One connection does one thing after the other: there is nothing to play beside another there.
  const describeBeside = several ? describe : () => {}
  describeBeside('rotated beside everything else', () => {
    it('come to their end while PINs are used, set, locked and erased, and a batch is imported', async () => {
      await saveMany(1_500)
      const refs = Array.from({ length: 1_500 }, (_, i) => refOf(i))
      let isDone = false
      const beside = async (act: (ref: string) => Promise<unknown>, start: number): Promise<number> => {
        let times = 0
        for (let i = start; !isDone; i = (i + 7) % refs.length, times++) await act(refs[i] ?? '')
        return times
      }
      const acts = [
        beside(used, 0),
        beside(async (ref) => save(await made(ref, newer)), 1),
        beside(async (ref) => sql`DELETE FROM verifier WHERE ref = ${ref}`.execute(db), 2),
        beside((ref) => clearVerifiers(db, { brand: BRAND, ref }), 3),
        // An import: many rows at once, held for as long as its batch takes.
        beside(async () => {
          const rows = await Promise.all(refs.slice(900, 960).map((ref) => made(ref, newer)))
          await db.transaction().execute((trx) => saveVerifiers(trx, rows, { replace: true }))
        }, 4),
      ]
      const { left } = await rotateKeys(db, verifier, 'k2').finally(() => {
        isDone = true
      })
      const times = await Promise.all(acts)
      expect(times.every((count) => count > 0)).toBe(true)
      expect(left).toBe(0)
      expect(await countBelow(db, 'k2')).toBe(0)
    })

    it('wait for a batch that an import holds, and end with it', async () => {
      await saveMany(40)
      let rotation = Promise.resolve({ wrapped: 0, left: 0 })
      await db.transaction().execute(async (trx) => {
        await saveVerifiers(trx, [await made('r0003'), await made('new one')], { replace: true })
        rotation = rotateKeys(db, verifier, 'k2')
        await new Promise((resolve) => setTimeout(resolve, 50))
      })
      expect(await rotation).toMatchObject({ left: 0 })
      expect(await countBelow(db, 'k2')).toBe(0)
    })
  })

  const refOf = (i: number): string => `r${String(i).padStart(4, '0')}`
  async function saveMany(count: number): Promise<void> {
    const rows = await Promise.all(Array.from({ length: count }, (_, i) => made(refOf(i))))
    for (let i = 0; i < count; i += 500) await saveVerifiers(db, rows.slice(i, i + 500), { replace: false })
  }
})
