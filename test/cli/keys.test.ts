/** A key of PINs on its way out, as its operator sees it: from one key to the next, to a start without the old one. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { ownerOf } from '../../src/auth/verifier.ts'
import { readConfig } from '../../src/config/config.ts'
import { completeKeys, freshKeys } from '../../src/config/keys.ts'
import { createLog } from '../../src/log/log.ts'
import { openDeps, systemClock } from '../../src/server/deps.ts'
import { openDatabase } from '../../src/store/database.ts'
import { openVerifier } from '../../src/store/pin-keys.ts'
import { readVerifier, renewVerifier, saveVerifiers } from '../../src/store/verifiers.ts'
import { shippedHotlines } from '../flow/shipped.ts'
import { testSettings } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { commandsOfOneProcess } from '../support/command.ts'
import { describeEmbedded, describePostgres } from '../support/stores.ts'

const command = commandsOfOneProcess()
const [older, newer] = [freshKeys(), freshKeys()]
const [old, current] = [older, newer].map(({ PIN_KEYS }) => PIN_KEYS.split(':')[0] ?? '') as [string, string]
const both = `${newer.PIN_KEYS},${older.PIN_KEYS}`
const BRAND = 'rheinnetz'
const PIN = new Secret('4826')
const pinOf = (ref: string) => ({ brand: BRAND, ref, credential: 'pin', sim: null }) as const
const keysOf = (PIN_KEYS: string) =>
  completeKeys(readConfig({ PIN_KEYS, SUBJECT_KEY: older.SUBJECT_KEY }).keys, { kind: 'memory' }).pin

function playedOn(urlOf: () => Promise<string>): void {
  it('goes when nothing needs it any more, and not before: then the start succeeds without it', async () => {
    const DATABASE_URL = await urlOf()
    const run = (args: string[], PIN_KEYS: string) =>
      command(['keys', ...args], { DATABASE_URL, PIN_KEYS, SUBJECT_KEY: older.SUBJECT_KEY })
    const states = async (PIN_KEYS: string) => {
      const { out } = await run(['status', '--json'], PIN_KEYS)
      const { pinKeys } = JSON.parse(out) as { pinKeys: { kid: string; state: string; inForce: number }[] }
      return pinKeys.map(({ kid, state, inForce }) => [kid, state, inForce])
    }
    const start = async (PIN_KEYS: string): Promise<void> => {
      const config = readConfig({ ...testSettings, DATABASE_URL, PIN_KEYS, SUBJECT_KEY: older.SUBJECT_KEY })
      const deps = await openDeps(
        config,
        createLog({ level: 'silent', to: { write: () => {} } }),
        systemClock,
        shippedHotlines,
      )
      await deps.close()
    }
    const stored = async (ref: string, PIN_KEYS: string) => ({
      ...pinOf(ref),
      stored: await cheapMaker(keysOf(PIN_KEYS)).make(PIN, ownerOf(BRAND, ref, null), 'pin'),
    })

    const first = await openDatabase(DATABASE_URL)
    await openVerifier(first.db, keysOf(older.PIN_KEYS))
    const rows = await Promise.all(['caller', 'changes'].map((ref) => stored(ref, older.PIN_KEYS)))
    await saveVerifiers(first.db, rows, { replace: false })
    await first.close()
    expect(await states(older.PIN_KEYS)).toEqual([[old, 'current', 2]])
    expect((await run(['status'], both)).out).toContain('rufpass keys rotate (2 to do)')

    expect(await run(['rotate'], both)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^2 PINs and PUKs put under k\w+; all are under it now\. Done\.$/m),
    })
    expect(await states(both)).toEqual([
      [current, 'current', 2],
      [old, 'needed', 2],
    ])
    expect(await run(['retire', old], both)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`2 secrets in force or by post still need ${old}, and nothing was forgotten.`),
    })
    await expect(start(newer.PIN_KEYS)).rejects.toThrow(`Stored PINs need keys that PIN_KEYS does not have: ${old}.`)
    expect(await run(['status'], newer.PIN_KEYS)).toMatchObject({ code: 2, out: expect.stringContaining('MISSING') })

    // One keys it, the other gets a new one.
    const second = await openDatabase(DATABASE_URL)
    const verifier = await openVerifier(second.db, keysOf(both))
    const had = await readVerifier(second.db, pinOf('caller'))
    if (had === null) throw new Error('nothing is stored')
    const match = await verifier.matchOf(PIN, 'pin', [{ owner: ownerOf(BRAND, 'caller', null), stored: had }])
    if (!match?.fresh) throw new Error('it was not right, or needed no other key')
    await renewVerifier(second.db, pinOf('caller'), had, match.fresh)
    await saveVerifiers(second.db, [await stored('changes', newer.PIN_KEYS)], { replace: true })
    await second.close()
    expect(await states(both)).toEqual([
      [current, 'current', 2],
      [old, 'former_only', 0],
    ])
    for (const kid of [current, 'k0']) expect(await run(['retire', kid], both)).toMatchObject({ code: 1 })
    expect((await run(['retire', old], both)).out).toMatch(
      /^1 former PIN forgotten\. Nothing needs k\w+: take it out of PIN_KEYS/,
    )
    expect(await states(both)).toEqual([
      [current, 'current', 2],
      [old, 'removable', 0],
    ])
    await start(newer.PIN_KEYS)
    expect(await states(newer.PIN_KEYS)).toEqual([[current, 'current', 2]])
  })
}

describe('an old key', () => {
  describeEmbedded('of a store', () => playedOn(async () => join(mkdtempSync(join(tmpdir(), 'rufpass-keys-')), 'db')))
  describePostgres('of a store', (postgres) => playedOn(() => postgres().createDatabase({ migrated: true })))
})
