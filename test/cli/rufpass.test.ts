import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import { readConfig } from '../../src/config/config.ts'
import { completeKeys, freshKeys } from '../../src/config/keys.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { openVerifier } from '../../src/store/pin-keys.ts'
import { readVerifier, saveVerifiers } from '../../src/store/verifiers.ts'
import { type AnyStore, anyStore } from '../support/any-store.ts'
import { commandsOfOneProcess, rufpass } from '../support/command.ts'

/** Where the test is not about the process. */
const command = commandsOfOneProcess()

describe('rufpass', () => {
  it('shows what there is, needing no settings for it', async () => {
    const shown = await rufpass(['--help'], { PORT: 'nonsense' })
    expect(shown).toMatchObject({ code: 0, err: '' })
    for (const group of ['call', 'accounts', 'flows', 'events', 'keys', 'twilio'])
      expect(shown.out).toMatch(new RegExp(`^ {2}${group} `, 'm'))
    expect((await rufpass([])).out).toBe(shown.out)
  })

  it.each([
    ['call', '--url <base>'],
    ['doctor', 'Exit code: 0 all is well, 2 there are warnings, 1 there is a fault.'],
    ['accounts import', '--replace-pins'],
    ['agents add', 'for the page of the stand-in (required) --'],
    ['notice set', 'repeat it (required) --'],
    ['flows budget', '--dir <folder>'],
    ['events list', '--json'],
    ['keys rotate', 'restart every server'],
    ['keys status', '--needing <key>'],
    ['twilio fallback', '--queue <name>'],
  ])('has help for %s', async (name, told) => {
    const { code, out } = await command([...name.split(' '), '--help'])
    expect(code).toBe(0)
    // Terminals differ in where a line ends.
    const inOneLine = out.replace(/\s+/g, ' ')
    expect(inOneLine).toContain(`Usage: rufpass ${name} `)
    expect(inOneLine).toContain(told)
  })

  it.each([
    [['acounts', '--help'], 'Did you mean accounts?'],
    [['acounts'], 'Did you mean accounts?'],
    [['keys', 'rotat'], 'Did you mean rotate?'],
    [['events', 'list', '--limit', 'many'], 'whole number'],
    [['notice', 'set', '--brand', 'rheinnetz'], "required option '--text <language=words>' not specified"],
    [['twilio', 'fallback', '--number', '030 123'], 'Write it like +493023125400.'],
    [['twilio', 'fallback'], 'set FALLBACK_NUMBER'],
  ])('says what is wrong with %j and ends with 1', async (args, said) => {
    const { code, out, err } = await command(args)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(said)
    expect(err).not.toMatch(/^\s+at /m)
  })

  it('says every problem of the settings, without a value and without a stack', async () => {
    const { code, err } = await rufpass(['events', 'list'], {
      NODE_ENV: 'production',
      API_TOKEN: 'hush-hush',
      PORT: 'x7',
    })
    expect(code).toBe(1)
    expect(err).toMatch(/^The settings cannot be used:\n- PORT must be/)
    expect(err).not.toMatch(/hush|x7|^\s+at /m)
  })
})

describe('rufpass keys new', () => {
  it('prints settings that production accepts, others each time', async () => {
    const [first, second] = await Promise.all([command(['keys', 'new']), command(['keys', 'new'])])
    const set = Object.fromEntries(
      first.out
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    )
    const config = readConfig({
      ...set,
      NODE_ENV: 'production',
      PUBLIC_BASE_URL: 'https://voice.example.com',
      DATABASE_URL: 'postgres://db/rufpass',
      REDIS_URL: 'redis://live',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'token',
    })
    expect(config.keys.apiToken).toBe(set.API_TOKEN)
    expect(first.out).not.toBe(second.out)
  })
})

describe('rufpass twilio fallback', () => {
  it('prints a document that dials the person of the settings', async () => {
    const { code, out } = await command(['twilio', 'fallback'], { FALLBACK_NUMBER: '+493023125400' })
    expect(code).toBe(0)
    expect(out).toMatch(/^<\?xml .*<Dial [^>]*>\+493023125400<\/Dial>.*<\/Response>\n$/s)
  })

  it('prints one that enqueues, without a number', async () => {
    const { out } = await command(['twilio', 'fallback', '--queue', 'rheinnetz.general'], {
      FALLBACK_NUMBER: '+493023125400',
    })
    expect(out).toContain('<Enqueue>rheinnetz.general</Enqueue>')
    expect(out).not.toContain('Dial')
  })
})

describe('on a store', () => {
  let store: AnyStore
  const [older, newer] = [freshKeys(), freshKeys()]
  const verifierKey = { brand: 'rheinnetz', ref: 'a-1', credential: 'pin', sim: null } as const
  const owner = ownerOf('rheinnetz', 'a-1', null)
  const callOf = (letter: string) => `CA${letter.repeat(32)}`

  const keysOf = (PIN_KEYS: string) =>
    completeKeys(readConfig({ PIN_KEYS, SUBJECT_KEY: older.SUBJECT_KEY }).keys, { kind: 'memory' }).pin

  beforeAll(async () => {
    store = await anyStore(null, join(mkdtempSync(join(tmpdir(), 'rufpass-cli-')), 'db'))
    Object.assign(settings, { DATABASE_URL: store.url })
    const { db, close } = await openDatabase(store.url)
    const verifier = await openVerifier(db, keysOf(older.PIN_KEYS))
    const stored = await verifier.make(new Secret('4826'), owner, 'pin')
    await saveVerifiers(db, [{ ...verifierKey, stored }], { replace: false })
    const events = createEventLog(db)
    for (const letter of ['a', 'b', 'a'])
      await events.append({
        kind: 'verify',
        callId: callOf(letter),
        brand: 'rheinnetz',
        ref: 'a-1',
        actor: 'caller',
        facts: { result: 'right', level: 2 },
      })
    await close()
  })
  afterAll(() => store.drop())

  const settings = { PIN_KEYS: older.PIN_KEYS, SUBJECT_KEY: older.SUBJECT_KEY }

  it('rufpass events list prints who, what and when, of all calls or one', async () => {
    const all = await rufpass(['events', 'list'], settings)
    expect(all).toMatchObject({ code: 0, err: '' })
    expect(all.out.split('\n')).toHaveLength(4)
    expect(all.out).toMatch(
      /^1 20\S+Z verify {7}CAa{32} rheinnetz a-1 caller (result=right level=2|level=2 result=right)$/m,
    )
    const one = await command(['events', 'list', '--call', callOf('a'), '--after', '1', '--json'], settings)
    expect(
      one.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ id: 3, callId: callOf('a'), facts: { result: 'right', level: 2 } })])
    expect((await command(['events', 'list', '--limit', '2', '--json'], settings)).out.match(/"id":\d+/g)).toEqual([
      '"id":1',
      '"id":2',
    ])
  })

  it('rufpass keys rotate puts every PIN under the new key, once, and it is still the same PIN', async () => {
    const PIN_KEYS = `${newer.PIN_KEYS},${older.PIN_KEYS}`
    const first = await rufpass(['keys', 'rotate'], { ...settings, PIN_KEYS })
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/^1 PIN or PUK put under k\w+; all are under it now\. Done\.$/m)
    expect((await command(['keys', 'rotate'], { ...settings, PIN_KEYS })).out).toMatch(/^0 PINs/)
    const { db, close } = await openDatabase(store.url)
    const stored = await readVerifier(db, verifierKey)
    await close()
    expect(stored?.kids).toEqual([older.PIN_KEYS.split(':')[0], newer.PIN_KEYS.split(':')[0]])
    const verifier = createVerifier(keysOf(PIN_KEYS))
    expect(await verifier.matches(new Secret('4826'), owner, 'pin', stored)).toBe(true)
    expect(await verifier.matches(new Secret('4827'), owner, 'pin', stored)).toBe(false)
  })

  it('a store that another process has open is named, with what to do, and so is one without its keys', async () => {
    const DATABASE_URL = join(mkdtempSync(join(tmpdir(), 'rufpass-cli-')), 'db')
    const { close } = await openDatabase(DATABASE_URL)
    const { code, err } = await rufpass(['events', 'list'], { ...settings, DATABASE_URL })
    // A store that exists is not opened without the keys that were made for it.
    const other = await command(['keys', 'rotate'], { DATABASE_URL })
    await close()
    expect(code).toBe(1)
    expect(err).toContain('already open')
    expect(err).not.toMatch(/^\s+at /m)
    expect(other.code).toBe(1)
    expect(other.err).toMatch(/key file \S+ lacks PIN_KEYS\. Restore/)
  })

  it('no customer is imported under a key that has other bytes than it had', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rufpass-cli-')), 'customers.csv')
    writeFileSync(file, 'brand,customer_number\n')
    const [kid] = older.PIN_KEYS.split(':')
    const PIN_KEYS = `${kid}:${newer.PIN_KEYS.split(':')[1]}`
    for (const args of [
      ['accounts', 'import', file],
      ['keys', 'rotate'],
    ]) {
      const { code, out, err } = await command(args, { ...settings, PIN_KEYS })
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain(`PIN_KEYS has other bytes than this database knows under: ${kid}. `)
      expect(err).not.toMatch(/^\s+at /m)
    }
  })

  it('customers are not imported while the flows cannot be read', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rufpass-cli-')), 'customers.csv')
    writeFileSync(file, 'brand,customer_number\n')
    const { code, err } = await command(['accounts', 'import', file], { ...settings, FLOWS_DIR: 'nowhere' })
    expect(code).toBe(1)
    expect(err).toMatch(/nowhere.*:1:1 .*set FLOWS_DIR/)
    expect(err).not.toMatch(/^\s+at /m)
  })
})
