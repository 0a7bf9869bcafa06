/** Settings read past every fault: all of them are told, and what can be known is. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { examineSettings } from '../../src/config/examine.ts'
import { freshKeys } from '../../src/config/keys.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'rufpass-examine-'))
const of = (environment: Record<string, string>, directory = folder()) => examineSettings({ environment, directory })

describe('examined settings', () => {
  it('of nothing are those of a try-out', () => {
    expect(of({})).toMatchObject({ count: 0, problems: [], misspelt: [], file: null, config: { port: 3000 } })
  })

  it('have the faults of single ones and those together, and none of what is missing for it cannot be used', () => {
    const { problems, broken, config } = of({
      NODE_ENV: 'production',
      PORT: 'x',
      API_TOKEN: 'two words',
      ...freshKeysWithout('API_TOKEN'),
    })
    const named = problems.map((sentence) => sentence.split(' ')[0])
    expect(named).toEqual(['PORT', 'API_TOKEN', 'DATABASE_URL', 'REDIS_URL', 'PUBLIC_BASE_URL', 'TWILIO_ACCOUNT_SID'])
    expect([...broken]).toEqual(['PORT', 'API_TOKEN'])
    expect(config).toMatchObject({ production: true, port: 3000 })
  })

  it('of a file with a byte order mark are read, and of one in UTF-16 nothing is known but what is set elsewhere', () => {
    const [marked, wide] = [folder(), folder()]
    writeFileSync(join(marked, '.env'), '\uFEFFPORT=4000\n', { mode: 0o600 })
    expect(of({}, marked)).toMatchObject({ config: { port: 4000 }, problems: [], file: { mode: 0o600 } })
    writeFileSync(join(wide, '.env'), Buffer.from('\uFEFFPORT=4000\n', 'utf16le'))
    const { problems, broken } = of({ LOG_LEVEL: 'warn' }, wide)
    expect(problems).toEqual([expect.stringContaining('.env is not in UTF-8: save it as UTF-8 text.')])
    expect([broken.has('PORT'), broken.has('LOG_LEVEL')]).toEqual([true, false])
  })

  it('out of mounted files are refused by name in another encoding, and read with a byte order mark', () => {
    const [wide, marked] = [join(folder(), 'token'), join(folder(), 'token')]
    writeFileSync(wide, Buffer.from('\uFEFFhush', 'utf16le'))
    const { problems, broken } = of({ API_TOKEN_FILE: wide })
    expect(problems).toEqual(['API_TOKEN_FILE names a file that is not in UTF-8: save it as UTF-8 text.'])
    expect([...broken]).toEqual(['API_TOKEN'])
    writeFileSync(marked, '\uFEFFfrom-the-file\n')
    expect(of({ API_TOKEN_FILE: marked }).config.keys.apiToken).toBe('from-the-file')
  })
})

function freshKeysWithout(name: 'API_TOKEN'): Record<string, string> {
  const { [name]: _without, ...rest } = freshKeys()
  return rest
}
