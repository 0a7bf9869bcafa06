import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readOrMakeKeyFile } from '../../src/config/key-file.ts'
import type { GivenKeys } from '../../src/config/keys.ts'
import { completeKeys, freshKeys, parseKey, parsePinKeys } from '../../src/config/keys.ts'

const none: GivenKeys = {
  pinKeys: null,
  subjectKey: null,
  twilioAccountSid: null,
  twilioAuthTokens: [],
  apiToken: null,
}

function given(fresh = freshKeys()): GivenKeys {
  return {
    pinKeys: parsePinKeys(fresh.PIN_KEYS),
    subjectKey: parseKey(fresh.SUBJECT_KEY),
    twilioAccountSid: `AC${'1'.repeat(32)}`,
    twilioAuthTokens: ['token'],
    apiToken: fresh.API_TOKEN,
  }
}

function newDirectory(): { path: string; file: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-keys-'))
  return { path: join(folder, 'db'), file: join(folder, 'db.keys'), folder }
}

describe('keys for a directory', () => {
  it('are made once, beside it, for the owner alone', () => {
    const { path, file, folder } = newDirectory()
    const first = completeKeys(none, { kind: 'directory', path })
    const second = completeKeys(none, { kind: 'directory', path: `${path}/` })
    expect(second).toEqual(first)
    expect(first).toMatchObject({ file, twilioAccountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/) })
    expect(first.made).toEqual(['PIN_KEYS', 'SUBJECT_KEY', 'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'API_TOKEN'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['db.keys'])
  })

  it('that are set win, and a file is made only when one is missing', () => {
    const { path, file } = newDirectory()
    const all = given()
    expect(completeKeys(all, { kind: 'directory', path })).toMatchObject({
      apiToken: all.apiToken,
      made: [],
      file: null,
    })
    expect(existsSync(file)).toBe(false)
    const partly = completeKeys({ ...all, apiToken: null }, { kind: 'directory', path })
    expect(partly).toMatchObject({ pin: all.pinKeys, made: ['API_TOKEN'], file })
    // Tokens have their stand-ins now; keys that were set do not, or PINs would come to be under two of them.
    const later = completeKeys({ ...all, twilioAuthTokens: [] }, { kind: 'directory', path })
    expect(later.twilioAuthTokens).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect(() => completeKeys({ ...all, pinKeys: null }, { kind: 'directory', path })).toThrow('lacks PIN_KEYS')
  })

  it('are those of the first, when two start together', () => {
    const { file, folder } = newDirectory()
    // The second maker finishes while the first has looked, found nothing and is about to write.
    const inner = { value: {} as Record<string, string | undefined> }
    const outer = readOrMakeKeyFile(
      file,
      () => {
        inner.value = readOrMakeKeyFile(file, () => ({ NAME: 'first' }), null)
        return { NAME: 'second' }
      },
      null,
    )
    expect(outer).toEqual({ NAME: 'first' })
    expect(outer).toEqual(inner.value)
    expect(readdirSync(folder)).toEqual(['db.keys'])
  })

  it('are refused when others may read them, with what to do and without a key', () => {
    const { path, file } = newDirectory()
    completeKeys(none, { kind: 'directory', path })
    chmodSync(file, 0o640)
    expect(() => completeKeys(none, { kind: 'directory', path })).toThrow(/mode 640.*chmod 600/)
  })

  it('are not made again for a database that is in use', () => {
    const { path, file } = newDirectory()
    mkdirSync(path)
    writeFileSync(join(path, 'PG_VERSION'), '17')
    expect(() => completeKeys(none, { kind: 'directory', path })).toThrow(/in use, but its key file/)
    expect(existsSync(file)).toBe(false)
    expect(completeKeys({ ...given(), apiToken: null }, { kind: 'directory', path }).made).toEqual(['API_TOKEN'])
  })

  it('that are cut off or garbled are refused by name', () => {
    const { path, file } = newDirectory()
    writeFileSync(file, 'PIN_KEYS=k1:AAAA\n', { mode: 0o600 })
    expect(() => completeKeys(none, { kind: 'directory', path })).toThrow('PIN_KEYS in the key file')
    writeFileSync(file, `PIN_KEYS=${freshKeys().PIN_KEYS}\n`)
    expect(() => completeKeys(none, { kind: 'directory', path })).toThrow('lacks SUBJECT_KEY')
    expect(readFileSync(file, 'utf8')).not.toContain('SUBJECT_KEY')
    writeFileSync(file, Buffer.from('PIN_KEYS=k1:AAAA', 'utf16le').fill(0xff, 0, 1))
    expect(() => completeKeys(none, { kind: 'directory', path })).toThrow('not in UTF-8')
  })

  it('are read with a byte order mark before them, too', () => {
    const { path, file } = newDirectory()
    const first = completeKeys(none, { kind: 'directory', path })
    writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8').split('\n').slice(1).join('\n')}`)
    expect(completeKeys(none, { kind: 'directory', path })).toEqual(first)
  })
})

describe('keys elsewhere', () => {
  it('in memory are made for this process and differ every time', () => {
    const first = completeKeys(none, { kind: 'memory' })
    expect(first.file).toBeNull()
    expect(completeKeys(none, { kind: 'memory' }).apiToken).not.toBe(first.apiToken)
  })

  it('of verifiers in Postgres are never made up', () => {
    expect(() => completeKeys({ ...given(), subjectKey: null }, { kind: 'postgres' })).toThrow('rufpass keys new')
    expect(completeKeys({ ...given(), apiToken: null }, { kind: 'postgres' }).made).toEqual(['API_TOKEN'])
  })
})

describe('a key', () => {
  it('is 32 bytes of clean base64', () => {
    const key = freshKeys().SUBJECT_KEY
    expect(parseKey(key)).toHaveLength(32)
    for (const bad of [key.slice(0, -1), ` ${key}`, `${key}\n`, key.slice(0, 40), `*${key.slice(1)}`, ''])
      expect(parseKey(bad)).toBeNull()
  })
})
