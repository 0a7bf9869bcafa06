/** What a start refuses, and that it leaves nothing behind when it does. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier } from '../../src/auth/verifier.ts'
import { readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/log/log.ts'
import { openDeps } from '../../src/server/deps.ts'
import { openDatabase } from '../../src/store/database.ts'
import { saveVerifiers } from '../../src/store/verifiers.ts'
import { anyStore } from '../support/any-store.ts'

const silent = createLog({ level: 'fatal', to: { write: () => {} } })
const key = (name: string): string => `${name}:${randomBytes(32).toString('base64')}`

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'deps-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('a start', () => {
  it('refuses a directory that holds something else, and makes no keys beside it', async () => {
    const full = join(dir, 'full')
    mkdirSync(full)
    writeFileSync(join(full, 'letter.txt'), 'mine')
    await expect(openDeps(readConfig({ DATABASE_URL: full }), silent)).rejects.toThrow(
      /full is not empty.*Set DATABASE_URL/,
    )
    expect(readdirSync(dir)).toEqual(['full'])
    expect(readdirSync(full)).toEqual(['letter.txt'])
  })

  it('refuses a directory that cannot be made', async () => {
    writeFileSync(join(dir, 'file'), '')
    const below = join(dir, 'file', 'db')
    await expect(openDeps(readConfig({ DATABASE_URL: below }), silent)).rejects.toThrow(
      /cannot be made.*Set DATABASE_URL/,
    )
  })

  it('refuses when a stored PIN needs a key that is not given, and closes the store again', async () => {
    const place = join(dir, 'db')
    const lost = createVerifier({ current: 'lost', byId: new Map([['lost', randomBytes(32)]]) })
    const { db, close } = await openDatabase(place)
    const stored = await lost.make(new Secret('4711'), 'rheinnetz/r', 'pin')
    await saveVerifiers(db, [{ brand: 'rheinnetz', ref: 'r', credential: 'pin', sim: null, stored }], {
      replace: false,
    })
    await close()
    const config = readConfig({
      DATABASE_URL: place,
      PIN_KEYS: key('new'),
      SUBJECT_KEY: randomBytes(32).toString('base64'),
    })
    await expect(openDeps(config, silent)).rejects.toThrow(/PIN_KEYS does not have: lost\. Add them/)
    expect(existsSync(`${place}.lock`)).toBe(false)
  })

  it('refuses other bytes under the name of a known key', async () => {
    const store = await anyStore(null, join(dir, 'known'))
    const DATABASE_URL = store.url
    const SUBJECT_KEY = randomBytes(32).toString('base64')
    const [old, other] = [key('k1'), key('k1')]
    const start = async (PIN_KEYS: string): Promise<void> => {
      const { close } = await openDeps(readConfig({ DATABASE_URL, PIN_KEYS, SUBJECT_KEY }), silent)
      await close()
    }
    await start(old)
    await expect(start(other)).rejects.toMatchObject({
      name: 'WrongKey',
      message: expect.stringMatching(
        /^PIN_KEYS has other bytes than this database knows under: k1\. .* PIN_KEYS=new:…,k1:…$/,
      ),
    })
    await start(`${other.replace('k1', 'k2')},${old}`)
    await store.drop()
  })
})
