/** The lock as an attacker on the telephone meets it, and what a stolen database is worth. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import { KEYS, openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { times } from '../support/counts.ts'
import { measured } from '../support/measured.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf } from '../support/phone-call.ts'
import { lockOf as lockIn } from '../support/proves.ts'
import { until } from '../support/redis.ts'
import { gathered } from '../support/signing.ts'
import { neverTried } from '../support/tries.ts'

const { first: HANNA, second: OLIVER } = people.rheinnetz as NonNullable<typeof people.rheinnetz>

let app: TestApp
const tries = countedVerifier()

beforeAll(async () => {
  app = await openApp({ customers: 'cheap', wrap: tries.wrap })
})
afterAll(() => app.close())
beforeEach(async () => {
  tries.reset()
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

async function tried(entry: string, pin: string, brand = 'rheinnetz'): Promise<PhoneCall> {
  const call = phone(app, { brand })
  await call.toPin(entry)
  await call.key(pin)
  return call
}

async function isVerified(call: PhoneCall): Promise<boolean> {
  return (await app.deps.live.calls.get(call.sid))?.assurance.level === 2
}

const lockOf = (brand: string, entry: string) => lockIn(app, brand, entry)

describe('guessing by telephone', () => {
  it('is not helped by hanging up and calling again (threat 3)', async () => {
    for (let n = 1; n <= 3; n++) await (await tried(HANNA.number, wrongPin(HANNA.pin, n))).hangUp()
    expect(await isVerified(await tried(HANNA.number, HANNA.pin))).toBe(false)
    expect(tries.compared).toBe(3)
    expect(await lockOf('rheinnetz', HANNA.number)).toMatchObject({ consecutive: 3, total: 3 })
  })

  it('is not helped by hanging up before the answer (threat 4)', async () => {
    for (let n = 1; n <= 3; n++) {
      const call = phone(app, { brand: 'rheinnetz' })
      await call.toPin(HANNA.number)
      await app.sendAndLeave(call.step, call.fields(gathered(wrongPin(HANNA.pin, n))))
      await until(async () => (await lockOf('rheinnetz', HANNA.number)).consecutive === n)
      await call.hangUp()
    }
    expect(await isVerified(await tried(HANNA.number, HANNA.pin))).toBe(false)
    expect(tries.compared).toBe(3)
    expect(await lockOf('rheinnetz', HANNA.number)).toMatchObject({ consecutive: 3, total: 3 })
  })

  it('with every number of a customer in turn gets one budget (threat 5)', async () => {
    const tom = ['20593847', '50391827', '01713920001', '00491713920001', '8949039200205938476']
    for (let n = 1; n <= 15; n++) await tried(tom[n % tom.length] as string, wrongPin('8530', n), 'sternmobil')
    expect(tries.compared).toBe(3)
    for (const entry of tom) expect(await isVerified(await tried(entry, '8530', 'sternmobil'))).toBe(false)
    const own = phone(app, { brand: 'sternmobil', from: '+491713920001' })
    await own.toPin('1')
    await own.key('8530')
    expect(await isVerified(own)).toBe(false)
    expect(tries.compared).toBe(3)
  })

  it('with PIN and PUK in turn gets one budget (threat 6)', async () => {
    for (let n = 1; n <= 8; n++) await tried('53062941', n % 2 ? wrongPin('4683', n) : `4815093${n}`, 'alpenfunk')
    expect(tries.compared).toBe(3)
    expect(await isVerified(await tried('53062941', '4683', 'alpenfunk'))).toBe(false)
    expect(await isVerified(await tried('53062941', '48150936', 'alpenfunk'))).toBe(false)
    expect(tries.compared).toBe(3)
  })

  it('in one call gets three tries, whatever else the caller keys between', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    for (const key of [wrongPin(HANNA.pin, 1), '*', '', '1', wrongPin(HANNA.pin, 2), OLIVER.number]) {
      // Right after a PIN an empty entry would be the hash key that belongs to it.
      app.clock.turn(2_000)
      await (key === '' ? call.silence() : call.key(key))
    }
    await call.key(OLIVER.pin)
    expect(tries.compared).toBe(3)
    expect(await isVerified(call)).toBe(true)
    const other = phone(app, { brand: 'rheinnetz' })
    await other.toPin(HANNA.number)
    await other.key(wrongPin(HANNA.pin, 3))
    expect(await lockOf('rheinnetz', HANNA.number)).toMatchObject({ consecutive: 3 })
  })

  // More than would lock for good, were each counted.
  const calls = times(24, 500)
  it(`never locks an owner who keys the right PIN, ${calls} calls in a row`, async () => {
    for (let n = 0; n < calls; n++) {
      const call = phone(app, { brand: 'sternmobil', from: '+491713920001' })
      await call.toPin('1')
      await call.key('8530')
      if (queueOf(call.heard ?? '') !== 'sternmobil.bill') throw new Error(`call ${n + 1} was refused`)
    }
    expect(tries.compared).toBe(calls)
    expect(await lockOf('sternmobil', '20593847')).toEqual(neverTried)
  })
})

describe('a stolen database', () => {
  const verifierRows = () => app.deps.database.db.selectFrom('verifier').selectAll().execute()

  it('tells no PIN without the key that is kept elsewhere (threat 15)', async () => {
    const victims = [HANNA, OLIVER, { number: '628405919', pin: '6048' }, { number: '481629079', pin: '9153' }]
    victims.push((people.fuldanetz as NonNullable<typeof people.fuldanetz>).first)
    const accounts = await app.deps.database.db.selectFrom('account').selectAll().execute()
    const rows = await verifierRows()
    const stolen = victims.map(({ number, pin }) => {
      const { ref, brand } = accounts.find((account) => account.customer_number === number) ?? { ref: '', brand: '' }
      const stored = rows.find((row) => row.ref === ref && row.credential === 'pin')?.stored
      if (!stored) throw new Error(`no verifier of ${number}`)
      return { pin, stored, owner: ownerOf(brand, ref, null) }
    })
    // 500 candidates, the right one in the middle. `kid` and everything else an attacker needs stands in the row.
    const found = async (key: Buffer): Promise<number> => {
      let opened = 0
      for (const { pin, stored, owner } of stolen) {
        const thief = createVerifier({ current: 'test', byId: new Map([['test', key]]) })
        const candidates = Array.from({ length: 500 }, (_, n) => wrongPin(pin, n + 9_750))
        expect(candidates).toContain(pin)
        for (const candidate of candidates) {
          if (await thief.matches(new Secret(candidate), owner, 'pin', stored)) opened += 1
        }
      }
      return opened
    }
    const { stored } = stolen[0] as (typeof stolen)[number]
    const guesses = {
      nothing: Buffer.alloc(32),
      'the digest of its name': createHash('sha256').update('test').digest(),
      'a tag of the dump': Buffer.from(stored.tag, 'base64'),
      'the key of the subjects': KEYS.SUBJECT_KEY,
    }
    for (const [what, key] of Object.entries(guesses))
      expect({ what, opened: await found(key) }).toEqual({ what, opened: 0 })
    expect(await found(KEYS.PIN_KEY)).toBe(5)
    measured(
      'PINs found in a stolen database without the key, by 500 candidates for each of 5 accounts',
      `0 (5 with the key)`,
    )
  })

  it('whose rows are put back under another account opens none (threat 16)', async () => {
    const { db } = app.deps.database
    const original = await verifierRows()
    const of = async (number: string) =>
      db.selectFrom('account').selectAll().where('customer_number', '=', number).executeTakeFirstOrThrow()
    const [hanna, oliver] = [await of(HANNA.number), await of(OLIVER.number)]
    const rowOf = (ref: string) => original.find((row) => row.ref === ref) as (typeof original)[number]
    try {
      await db
        .updateTable('verifier')
        .set({ stored: JSON.stringify(rowOf(hanna.ref).stored) })
        .where('ref', '=', oliver.ref)
        .execute()
      expect(await isVerified(await tried(OLIVER.number, HANNA.pin))).toBe(false)
      expect(await isVerified(await tried(OLIVER.number, OLIVER.pin))).toBe(false)
      expect(await isVerified(await tried(HANNA.number, HANNA.pin))).toBe(true)
      expect(tries.compared).toBe(3)
    } finally {
      await db
        .updateTable('verifier')
        .set({ stored: JSON.stringify(rowOf(oliver.ref).stored) })
        .where('ref', '=', oliver.ref)
        .execute()
    }
    expect(await isVerified(await tried(OLIVER.number, OLIVER.pin))).toBe(true)
  })
})
