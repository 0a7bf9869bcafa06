/** PINs by post: issued, sealed, handed over, used, and taken back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { Command } from 'commander'
import { faultOf, type PinFault, policyOf } from '../../src/auth/pin-policy.ts'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import { registerPins } from '../../src/cli/pins.ts'
import { issuePins } from '../../src/store/letters/issue.ts'
import { sealTo } from '../../src/store/letters/seal.ts'
import { readVerifier } from '../../src/store/verifiers.ts'
import { shipped } from '../flow/shipped.ts'
import { API_TOKEN, KEYS, openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { customers, dump, importLines } from '../support/customers.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { proves } from '../support/proves.ts'

const { first: HANNA, pinless: DENIZ } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const keys = { current: 'test', byId: new Map([['test', KEYS.PIN_KEY]]) }
const verifier = { ...createVerifier(keys), ...cheapMaker(keys) }
const brands = new Map([...shipped.values()].map(({ brand }) => [brand.name, brand]))

let app: TestApp
let secret: string
let printer: string
let folder: string
beforeAll(async () => {
  secret = await generateX25519Identity()
  printer = await identityToRecipient(secret)
})
beforeEach(async () => {
  app = await openApp({ customers: 'cheap' })
  folder = mkdtempSync(join(tmpdir(), 'letters-'))
})
const close = async (): Promise<void> => {
  await app.close()
  rmSync(folder, { recursive: true })
}

interface Opened {
  letter: string
  brand: string
  customer_number: string
  name: string
  language: string
  word: string
  first_use?: boolean
  pin: string
}

let runs = 0
async function pins(...args: string[]): Promise<{ out: string; letters: Opened[]; proof: string[] }> {
  runs += 1
  const out: string[] = []
  const [letters, proof] = [join(folder, `${runs}.jsonl`), join(folder, `${runs}.csv`)]
  const files = args[0] === 'issue' ? ['--printer', printer, '--letters', letters, '--proof', proof] : []
  const program = new Command().exitOverride()
  const tools = { db: app.deps.database.db, verifier, brands, close: async () => {} }
  const say = (line: string): number => out.push(line)
  registerPins(program, async () => tools, { out: say, err: say, now: () => new Date() })
  await program.parseAsync(['pins', ...args, ...files], { from: 'user' })
  if (files.length === 0) return { out: out.join('\n'), letters: [], proof: [] }
  return { out: out.join('\n'), letters: await opened(letters), proof: readFileSync(proof, 'utf8').trim().split('\n') }
}

/** As the printer does. */
async function opened(file: string): Promise<Opened[]> {
  const rows = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return Promise.all(
    rows.map(async (row) => {
      const { letter, sealed } = JSON.parse(row)
      const decrypter = new Decrypter()
      decrypter.addIdentity(secret)
      const inside: Opened = JSON.parse(await decrypter.decrypt(Buffer.from(sealed, 'base64'), 'text'))
      expect(inside.letter).toBe(letter)
      return inside
    }),
  )
}

const isVerified = (number: string, pin: string) => proves(app, number, pin)

describe('rufpass pins issue', () => {
  it('gives a PIN to those who have none, which is right from the first call on; nobody gets two', async () => {
    const before = await isVerified(HANNA.number, HANNA.pin)
    const { out, letters, proof } = await pins('issue', '--brand', 'rheinnetz')
    expect(out).toContain('1 PIN issued; 1 of them read back and compared')
    expect(letters).toEqual([
      expect.objectContaining({
        brand: 'rheinnetz',
        customer_number: DENIZ,
        name: 'Deniz Aksoy',
        language: 'de',
        word: 'Telefon-PIN',
      }),
    ])
    const [{ letter, pin }] = letters as [Opened]
    expect(proof).toEqual([
      'letter,brand,customer_number,issued',
      expect.stringContaining(`${letter},rheinnetz,${DENIZ},2`),
    ])
    expect(await isVerified(DENIZ, pin)).toBe(true)
    expect([before, await isVerified(HANNA.number, HANNA.pin)]).toEqual([true, true])

    const plain = new RegExp(`(?<![0-9A-Za-z+/=_-])${pin}(?![0-9A-Za-z+/=_-])`)
    for (const kept of [
      await dump(app.deps.database.db),
      JSON.stringify(await app.deps.events.read({ limit: 100 })),
      out,
      proof.join('\n'),
    ])
      expect(kept).not.toMatch(plain)
    const waiting = await app.deps.database.db.selectFrom('letter').select(['id', 'sealed']).execute()
    expect(waiting).toEqual([{ id: letter, sealed: null }])

    const again = await pins('issue', '--brand', 'rheinnetz')
    expect([again.letters, again.out]).toEqual([[], expect.stringContaining('0 PINs issued')])
    await close()
  })

  it('prints again only by another PIN, of somebody who is named', async () => {
    const first = await pins('issue', '--brand', 'rheinnetz', '--number', HANNA.number, '--again')
    const [{ pin }] = first.letters as [Opened]
    expect([await isVerified(HANNA.number, HANNA.pin), await isVerified(HANNA.number, pin)]).toEqual([
      HANNA.pin === pin,
      true,
    ])
    await expect(pins('issue', '--brand', 'rheinnetz', '--again')).rejects.toThrow('say whose')
    const listed = join(folder, 'numbers')
    writeFileSync(listed, `${HANNA.number}\n999999999\n`)
    const none = await pins('issue', '--brand', 'rheinnetz', '--file', listed)
    expect(none.letters).toEqual([])
    expect(none.out).toContain('2 of the numbers named got none:')
    expect([first.out, none.out.includes('or there is a PIN already')]).toEqual([
      expect.not.stringContaining('got none'),
      true,
    ])
    await close()
  })

  it('posts a new one to who forgot it, which ends the old one when a call first brings it', async () => {
    await expect(
      pins('issue', '--forgotten', '--again', '--brand', 'rheinnetz', '--number', HANNA.number),
    ).rejects.toThrow('choose one')
    const before = await pins('issue', '--forgotten', '--brand', 'rheinnetz')
    const { out } = await pins('order', '--brand', 'rheinnetz', '--number', HANNA.number)
    await expect(pins('order', '--brand', 'rheinnetz', '--number', HANNA.number)).rejects.toThrow(
      'within the last 14 days',
    )
    await expect(pins('order', '--brand', 'rheinnetz', '--number', '999999999')).rejects.toThrow('no customer')
    const { letters, proof } = await pins('issue', '--forgotten', '--brand', 'rheinnetz')
    expect([before.letters, out, letters.length, proof.length]).toEqual([[], expect.stringContaining('Ordered'), 1, 2])
    const [{ pin }] = letters as [Opened]
    expect([await isVerified(HANNA.number, HANNA.pin), await isVerified(HANNA.number, pin)]).toEqual([true, true])
    expect(await isVerified(HANNA.number, HANNA.pin)).toBe(pin === HANNA.pin)
    const again = await pins('issue', '--forgotten', '--brand', 'rheinnetz', '--number', HANNA.number)
    expect([again.letters, again.out]).toEqual([[], expect.stringContaining('or no order waits for them')])
    await close()
  })

  it('gives codes for first use after a breach, by which their owner sets a PIN and proves nothing else', async () => {
    const { first: LENA } = people.alpenfunk as NonNullable<typeof people.alpenfunk>
    const one = ['--brand', 'alpenfunk', '--number', LENA.number, '--first-use']
    await expect(pins('issue', ...one, '--forgotten')).rejects.toThrow('choose one')
    await expect(pins('issue', '--brand', 'rheinnetz', '--first-use')).rejects.toThrow('no codes for first use')
    const { letters, out } = await pins('issue', ...one, '--again')
    const [{ pin, ...letter }] = letters as [Opened]
    expect(letter).toMatchObject({ customer_number: LENA.number, first_use: true })
    expect(out).toContain('1 PIN issued')

    const keyed = async (...entries: string[]) => {
      const call = phone(app, { brand: 'alpenfunk' })
      await call.toPin(LENA.number)
      const heard: string[] = []
      for (const digits of entries) heard.push(await call.key(digits))
      const kept = await app.deps.live.calls.get(call.sid)
      await call.hangUp()
      return { heard, level: kept?.assurance.level, method: kept?.assurance.method, outcome: kept?.outcome }
    }
    const verified = async (secret: string) => {
      const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ brand: 'alpenfunk', number: LENA.number, secret, id: `chat-${secret}` })
      const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/verify`, { method: 'POST', headers, body })
      return ((await response.json()) as { verified: boolean }).verified
    }
    expect(await verified(pin)).toBe(false)
    expect(await keyed(pin)).toMatchObject({ level: 1, method: null, outcome: 'no_pin' })
    const fresh = pin === '8264' ? '7391' : '8264'
    const set = await keyed(pin, fresh, fresh)
    expect(set.heard[0]).toContain('gilt nur für den Anfang')
    expect(set.heard[2]).toContain('Ab jetzt gilt deine neue')
    expect(set).toMatchObject({ level: 1, outcome: 'no_pin' })
    expect(await keyed(pin)).toMatchObject({ level: 1, outcome: 'not_needed' })
    expect(await keyed(fresh)).toMatchObject({ level: 2, method: 'pin' })
    expect(await verified(fresh)).toBe(true)

    // What kind it was is in no record, so no agent reads it.
    const events = JSON.stringify(await app.deps.events.read({ limit: 1_000 }))
    expect(events).toContain('issue_pin')
    expect(events).not.toMatch(/replace|first/)
    await close()
  })

  it.each([
    ['no key of a printer', ['--printer', 'age1abc'], 'no key of a printer'],
    ['the private key of one', ['--printer', 'AGE-SECRET-KEY-1'], 'no key of a printer'],
    ['a brand that there is not', ['--brand', 'nowhere'], "no brand 'nowhere'"],
  ])('issues nothing with %s', async (_what, args, why) => {
    const program = new Command().exitOverride()
    const tools = { db: app.deps.database.db, verifier, brands, close: async () => {} }
    registerPins(program, async () => tools, { out: () => {}, err: () => {}, now: () => new Date() })
    const files = ['--letters', join(folder, 'l'), '--proof', join(folder, 'p')]
    const all = ['pins', 'issue', '--brand', 'rheinnetz', '--printer', printer, ...files, ...args]
    await expect(program.parseAsync(all, { from: 'user' })).rejects.toThrow(why)
    expect(await app.deps.database.db.selectFrom('letter').selectAll().execute()).toEqual([])
    await close()
  })
})

it('a letter that came back has a PIN that is worth nothing, and the next one another', async () => {
  const [{ letter, pin }] = (await pins('issue', '--brand', 'rheinnetz')).letters as [Opened]
  expect((await pins('undeliverable', letter)).out).toBe(`${letter}: its PIN is worth nothing now.`)
  expect(await isVerified(DENIZ, pin)).toBe(false)
  const [next] = (await pins('issue', '--brand', 'rheinnetz')).letters
  expect(next?.letter).not.toBe(letter)
  // The letter of before has nothing to do with the PIN of now.
  expect((await pins('undeliverable', letter)).out).toContain('nothing was changed')
  expect(await isVerified(DENIZ, next?.pin ?? '')).toBe(true)
  expect((await pins('undeliverable', 'no-such-letter')).out).toContain('there is no such letter')
  expect(process.exitCode).toBe(2)
  process.exitCode = 0
  await close()
})

it.each(['cleared', 'over'])(
  'a letter that still waits for the printer goes to nobody where it is %s by then',
  async (why) => {
    const { db } = app.deps.database
    const [{ letter }] = (await pins('issue', '--brand', 'rheinnetz')).letters as [Opened]
    // As after an interruption: it was issued, and no file has it.
    await db.updateTable('letter').set({ sealed: 'c2VhbGVk', handed_over: null }).where('id', '=', letter).execute()
    if (why === 'cleared')
      await db.updateTable('verifier').set({ cleared: new Date() }).where('letter', '=', letter).execute()
    else
      await db
        .updateTable('account')
        .set({ ends: new Date(0) })
        .where('customer_number', '=', DENIZ)
        .execute()
    const { proof } = await pins('issue', '--brand', 'rheinnetz', '--number', HANNA.number)
    expect(proof).toEqual(['letter,brand,customer_number,issued'])
    expect(await db.selectFrom('letter').select(['id', 'sealed']).execute()).toEqual([{ id: letter, sealed: null }])
    await close()
  },
)

describe('many at once', () => {
  const COUNT = 450
  const given = () => {
    const brand = brands.get('sternmobil')
    if (!brand) throw new Error('no such brand')
    const options = {
      brand: 'open',
      policy: policyOf(brand, 'pin'),
      countryCode: '49',
      wordIn: () => 'PIN',
      numbers: null,
      again: false,
    }
    return { ...options, printer, seal: sealTo(printer), verifier, hashesAtOnce: 2, now: new Date() }
  }

  it('go on where they were interrupted: each customer has one PIN, one letter, and the right one', async () => {
    const { db } = app.deps.database
    await importLines(
      db,
      customers(COUNT, () => ({ birth_date: '1968-11-02' })),
    )
    const stop = new AbortController()
    await expect(issuePins(db, { ...given(), signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow()
    const some = await db.selectFrom('letter').select('id').execute()
    expect([some.length > 0, some.length < COUNT]).toEqual([true, true])
    expect((await issuePins(db, given())).issued).toBe(COUNT - some.length)

    const letters = await db
      .selectFrom('letter')
      .innerJoin('account', 'account.ref', 'letter.ref')
      .select(['letter.ref', 'sealed', 'customer_number'])
      .execute()
    expect(new Set(letters.map(({ ref }) => ref)).size).toBe(COUNT)
    expect(letters).toHaveLength(COUNT)
    const faults: (PinFault | null)[] = []
    for (const { ref, sealed, customer_number: number } of letters.slice(0, 40)) {
      const decrypter = new Decrypter()
      decrypter.addIdentity(secret)
      const inside: Opened = JSON.parse(await decrypter.decrypt(Buffer.from(sealed ?? '', 'base64'), 'text'))
      expect(inside.customer_number).toBe(number)
      const stored = await readVerifier(db, { brand: 'open', ref, credential: 'pin', sim: null })
      expect(await verifier.matches(new Secret(inside.pin), ownerOf('open', ref, null), 'pin', stored)).toBe(true)
      faults.push(
        faultOf(new Secret(inside.pin), given().policy, { birthDate: '1968-11-02', numbers: [number], names: [] }),
      )
    }
    expect(new Set(faults)).toEqual(new Set([null]))
    await close()
  })

  it('stop where what is stored is not what the letter says', async () => {
    const { db } = app.deps.database
    await importLines(db, customers(3))
    const make: typeof verifier.make = (_pin, owner, kind, like) => verifier.make(new Secret('0000'), owner, kind, like)
    await expect(issuePins(db, { ...given(), verifier: { ...verifier, make } })).rejects.toThrow(
      'another PIN than the store',
    )
    await close()
  })
})

afterAll(() => {
  process.exitCode = 0
})
