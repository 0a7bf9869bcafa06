import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import { createVerifier, type StoredVerifier } from '../../src/auth/verifier.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { nestAll } from '../../src/store/key-rotation.ts'
import { kidsInUse } from '../../src/store/past-secrets.ts'
import type { Schema } from '../../src/store/schema.ts'
import { readVerifier, renewVerifier, saveVerifiers, type VerifierRow } from '../../src/store/verifiers.ts'
import { describeStores } from '../support/stores.ts'
import { neverTried, pinTry, pukTry, take } from '../support/tries.ts'

function stored(kid = 'k1'): StoredVerifier {
  const [salt, tag] = [randomBytes(16).toString('base64'), randomBytes(32).toString('base64')]
  return { v: 1, params: { m: 19456, t: 2, p: 1 }, kids: [kid], salt, tag }
}

function pinOf(ref: string, kid?: string): VerifierRow {
  return { brand: 'rheinnetz', ref, credential: 'pin', sim: null, stored: stored(kid) }
}

function pukOf(ref: string, sim: string): VerifierRow {
  return { brand: 'rheinnetz', ref, credential: 'puk', sim, stored: stored() }
}

/** Strangers may use all of both limits. */
const SHARELESS = { inARow: 10, total: 20 }

describeStores('verifiers', (open) => {
  let db: Kysely<Schema>

  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await db.deleteFrom('verifier').execute()
  })

  it('are found by account, kind and SIM, and nowhere else', async () => {
    const [pin, puk] = [pinOf('a'), pukOf('a', 'sim1')]
    expect(await saveVerifiers(db, [pin, puk], { replace: false })).toBe(2)
    const attempts = createAttempts(db)
    /** What a try would be compared with. */
    const verifier = async (brand: string, ref: string, credential: 'pin' | 'puk', sim: string | null) => {
      const attempt = { ...pinTry(randomUUID()), credential, owner: { brand, ref, sims: sim === null ? null : [sim] } }
      const reservation = await attempts.reserve(attempt)
      expect(reservation.kind).toBe('reserved')
      return 'stored' in reservation ? (reservation.stored[0]?.stored ?? null) : undefined
    }
    expect(await verifier('rheinnetz', 'a', 'pin', null)).toEqual(pin.stored)
    expect(await verifier('rheinnetz', 'a', 'puk', 'sim1')).toEqual(puk.stored)
    expect(await verifier('rheinnetz', 'a', 'puk', 'sim2')).toBeNull()
    expect(await verifier('rheinnetz', 'a', 'puk', null)).toBeNull()
    expect(await verifier('fuldanetz', 'a', 'pin', null)).toBeNull()
    expect(await verifier('rheinnetz', 'b', 'pin', null)).toBeNull()
  })

  it('tell of one that is good to set another and no more, until another is written', async () => {
    const marks = async () => {
      const attempt = { ...pinTry(randomUUID()), owner: { brand: 'rheinnetz', ref: 'first', sims: null } }
      const reservation = await createAttempts(db).reserve(attempt)
      return reservation.kind === 'reserved' ? reservation.stored.map(({ replaceOnly }) => replaceOnly) : null
    }
    await saveVerifiers(db, [{ ...pinOf('first'), replaceOnly: true }], { replace: false })
    expect(await marks()).toEqual([true])
    await saveVerifiers(db, [pinOf('first')], { replace: false })
    expect(await marks()).toEqual([true])
    await saveVerifiers(db, [pinOf('first')], { replace: true })
    expect(await marks()).toEqual([false])
  })

  it('stay as they are, with their lock, when they exist and are not to be replaced', async () => {
    const [old, other] = [pinOf('keep'), pinOf('keep')]
    await saveVerifiers(db, [old], { replace: false })
    const attempts = createAttempts(db)
    const subject = accountSubject('rheinnetz', 'keep')
    for (let i = 0; i < 3; i++) await take(attempts, pinTry(subject), 'wrong')
    const before = await attempts.lockState(subject)
    expect(await saveVerifiers(db, [other, pinOf('beside')], { replace: false })).toBe(1)
    expect(await readVerifier(db, old)).toEqual(old.stored)
    expect(await attempts.lockState(subject)).toEqual(before)
  })

  it('begin with a clean state when replaced: even a hard lock ends with a new PIN, and only the one it is for', async () => {
    await saveVerifiers(db, [pinOf('new'), pinOf('bystander')], { replace: false })
    const strict = { softLocks: [], hardLockAfter: 2, totalLimit: 20, totalWindowMs: 86_400_000, strangers: SHARELESS }
    const attempts = createAttempts(db, strict)
    const [subject, bystander] = [accountSubject('rheinnetz', 'new'), accountSubject('rheinnetz', 'bystander')]
    for (const whose of [subject, subject, bystander, bystander]) await take(attempts, pinTry(whose), 'wrong')
    const fresh = pinOf('new')
    expect(await saveVerifiers(db, [fresh], { replace: true })).toBe(1)
    expect(await readVerifier(db, fresh)).toEqual(fresh.stored)
    expect(await attempts.lockState(subject)).toEqual(neverTried)
    expect(await attempts.lockState(bystander)).toMatchObject({ hardLocked: true })
    expect(await take(attempts, pinTry(subject), 'right')).toBe('reserved')
  })

  it('bring a dead PUK back with its replacement, and leave the account locked', async () => {
    const attempts = createAttempts(db, {
      softLocks: [],
      hardLockAfter: 10,
      totalLimit: 20,
      totalWindowMs: 86_400_000,
      strangers: SHARELESS,
    })
    const subject = accountSubject('rheinnetz', 'swap')
    const own = simsSubject(subject, 'puk')
    for (let i = 0; i < 10; i++) await take(attempts, pukTry(subject, own), 'wrong')
    await saveVerifiers(db, [pukOf('swap', 'sim1')], { replace: true })
    expect(await attempts.lockState(own)).toMatchObject({ consecutive: 0, hardLocked: false })
    expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 10, hardLocked: true })
  })

  it('of a further SIM leave the counter of all SIMs as it is: a swapped SIM brings no fresh tries', async () => {
    const own = simsSubject(accountSubject('rheinnetz', 'further'), 'puk')
    await saveVerifiers(db, [pukOf('further', 'sim1')], { replace: false })
    await sql`INSERT INTO pin_state (subject, tries, consecutive, hard_locked) VALUES (${own}, 10, 10, true)`.execute(
      db,
    )
    await saveVerifiers(db, [pukOf('further', 'sim2')], { replace: false })
    const state = db.selectFrom('pin_state').select(['consecutive', 'hard_locked']).where('subject', '=', own)
    expect(await state.executeTakeFirst()).toEqual({ consecutive: 10, hard_locked: true })
  })

  it('may be saved inside a transaction, and go with it', async () => {
    const row = pinOf('rolled-back')
    const failing = db.transaction().execute(async (trx) => {
      await saveVerifiers(trx, [row], { replace: false })
      throw new Error('bad line')
    })
    await expect(failing).rejects.toThrow('bad line')
    expect(await readVerifier(db, row)).toBeNull()
  })

  it('are renewed only while the old one still stands', async () => {
    const row = pinOf('renew')
    const [fresh, late] = [stored('k2'), stored('k2')]
    await saveVerifiers(db, [row], { replace: false })
    await renewVerifier(db, row, row.stored, fresh)
    expect(await readVerifier(db, row)).toEqual(fresh)
    await createAttempts(db).renew('rheinnetz', 'renew', 'pin', null, row.stored, late)
    expect(await readVerifier(db, row)).toEqual(fresh)
  })

  it('are all wrapped in the new key by a rotation, each once, however often it is run', async () => {
    const rows = Array.from({ length: 1203 }, (_, i) => pinOf(`r${String(i).padStart(4, '0')}`, i % 3 ? 'k1' : 'k2'))
    for (let i = 0; i < rows.length; i += 500) await saveVerifiers(db, rows.slice(i, i + 500), { replace: false })
    await saveVerifiers(db, [pukOf('r0001', 'sim1')], { replace: false })
    const keys = new Map([
      ['k1', randomBytes(32)],
      ['k2', randomBytes(32)],
    ])
    const verifier = createVerifier({ current: 'k2', byId: keys })
    await sql`DELETE FROM past_secret`.execute(db)
    expect((await kidsInUse(db)).sort()).toEqual(['k1', 'k2'])
    expect(await nestAll(db, verifier, 'k2')).toBe(803)
    expect(await nestAll(db, verifier, 'k2')).toBe(0)
    const [untouched, wrapped] = [rows[0], rows[1]]
    if (!untouched || !wrapped) throw new Error('there are 1203 rows')
    expect(await readVerifier(db, untouched)).toEqual(untouched.stored)
    expect(await readVerifier(db, wrapped)).toEqual(verifier.nest(wrapped.stored))
  })

  it('are counted under names that the turn uses too', () => {
    expect(accountSubject('rheinnetz', '4711')).toBe('account:rheinnetz/4711')
    expect(simsSubject('account:rheinnetz/4711', 'puk')).toBe('account:rheinnetz/4711/puk')
  })
})
