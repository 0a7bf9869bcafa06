import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { registerCall } from '../../src/cli/call.ts'
import type { LocalServer } from '../../src/cli/call-server.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { type Documents, type ScriptedServer, startScripted } from '../simulator/scripted-server.ts'

const hotline: Documents = {
  '/voice/incoming': '<Gather action="/pin" numDigits="4"><Say language="de-DE">Ihre PIN.</Say></Gather>',
  '/pin': '<Enqueue waitUrl="">rheinnetz.bill</Enqueue>',
}
let folder: string
const servers: ScriptedServer[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'call-'))
})
afterEach(async () => {
  process.exitCode = 0
  rmSync(folder, { recursive: true })
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** Runs `rufpass call` with these lines typed into a pipe. */
async function call(args: string[], typed = '', local: Partial<LocalServer> = {}, documents = hotline) {
  const input = new PassThrough()
  input.end(typed)
  const output = new PassThrough()
  const server = await startScripted(documents)
  servers.push(server)
  let clock: Clock | null = null
  const closed: string[] = []
  const program = new Command().exitOverride()
  registerCall(program, {
    input,
    output,
    hotlines: () => [
      { brand: 'rheinnetz', number: '+492214710100' },
      { brand: 'sternmobil', number: '+494066969200' },
    ],
    remote: (url) => ({ server: { ...server, baseUrl: url, apiToken: null }, notes: ['Signed so.'] }),
    async startLocal(options) {
      clock = options.clock
      return { ...server, apiToken: null, close: async () => void closed.push('local'), ...local }
    },
  })
  await program.parseAsync(['node', 'rufpass', 'call', ...args])
  const printed = String(output.read() ?? '')
  return { printed, server, closed, clock: clock as Clock | null }
}

describe('rufpass call', () => {
  it('offers the hotlines, calls the one chosen, and shows where the call went', async () => {
    const { printed, server, closed } = await call([], '2\n4711\nh\n')
    expect(printed).toContain('1  rheinnetz      +492214710100')
    expect(printed).toContain('de  Ihre PIN.\n    (waits 5 s for 4 keys, # ends the entry)')
    expect(printed).toContain('=>  queue rheinnetz.bill')
    expect(server.asked[0]?.form).toMatchObject({ To: '+494066969200', From: '+491713920099' })
    expect(server.to('/pin')[0]?.form.Digits).toBe('4711')
    expect(server.asked.every(({ signed }) => signed)).toBe(true)
    expect(closed).toEqual(['local'])
  })

  it('takes a brand or a number, and a withheld caller', async () => {
    const brand = await call(['--to', 'sternmobil', '--from', 'withheld'], 'h\n')
    expect(brand.server.asked[0]?.form).toMatchObject({ To: '+494066969200', From: 'anonymous' })
    const number = await call(['--to', '+493023125400', '--from', '+491713920007'], 'h\n')
    expect(number.server.asked[0]?.form).toMatchObject({ To: '+493023125400', From: '+491713920007' })
    const nobody = await call(['--to', 'nobody'])
    expect(nobody.printed).toContain("there is no hotline 'nobody'; name one of rheinnetz, sternmobil.")
    expect(process.exitCode).toBe(1)
  })

  it('hides keys in what it saves, unless the customers are invented or it is told to', async () => {
    const file = join(folder, 'saved.txt')
    const saved = async (args: string[], local: Partial<LocalServer> = {}) => {
      await call(['--to', 'rheinnetz', '--save', file, ...args], '4711\nh\n', local)
      return readFileSync(file, 'utf8')
    }
    const { server } = await call(['--to', 'rheinnetz'], 'h\n')
    const hidden = [await saved([]), await saved(['--url', server.baseUrl])]
    for (const text of hidden) {
      expect(text).toContain('keys: (hidden)\n')
      expect(text).not.toContain('4711\n')
    }
    expect(await saved(['--save-keys', '--url', server.baseUrl])).toContain('keys: 4711\n')
    expect(await saved([], { demo: true })).toContain('keys: 4711\n')
  })

  it('plays what it saved, at the time it was saved', async () => {
    const file = join(folder, 'saved.txt')
    await call(['--to', 'rheinnetz', '--save', file], '4711\nh\n', { demo: true })
    const { printed } = await call(['--play', file])
    expect(printed).toContain(`${file}: as written.`)
    expect(process.exitCode ?? 0).toBe(0)
  })

  it('plays on the day and after the preparations that the transcript names', async () => {
    const file = join(folder, 'one.txt')
    const head = 'called: +492214710100\non: 2031-05-06\nbefore: locked rheinnetz 4711\n'
    writeFileSync(file, `${head}hears de: Ihre PIN.\ncaller hangs up\n`)
    const prepared: string[] = []
    const { clock } = await call(['--play', file], '', { prepare: async (line) => void prepared.push(line) })
    expect(prepared).toEqual(['locked rheinnetz 4711'])
    expect(clock?.now().toISOString()).toMatch(/^2031-05-06T10:00:/)
  })

  it('ends with 1 and the place when something differs', async () => {
    const file = join(folder, 'one.txt')
    writeFileSync(file, 'called: +492214710100\nhears de: Ihre Geheimzahl.\n')
    const { printed, closed } = await call(['--play', file])
    expect(printed).toContain(`${file}:2: this line differs`)
    expect(process.exitCode).toBe(1)
    expect(closed).toEqual(['local'])
  })

  it('says what is wrong with TwiML that may not be', async () => {
    const { printed } = await call(['--to', 'rheinnetz'], '', {}, { '/voice/incoming': '<Sing/>' })
    expect(printed.match(/<Sing> may not stand in a call document/g)).toHaveLength(1)
    expect(process.exitCode).toBe(1)
  })

  it('delivers twice on demand', async () => {
    const { server } = await call(['--to', 'rheinnetz', '--fault', 'twice'], '4711\nh\n')
    expect(server.to('/voice/incoming')).toHaveLength(1)
    expect(server.to('/pin')).toHaveLength(2)
  })
})
