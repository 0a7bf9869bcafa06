/** Commands beside a server that has the embedded store: it does what they would do, with the same checks, and for nobody else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { OPERATOR_PATH, type OperationName, operations } from '../../src/api/operations.ts'
import { askedServer } from '../../src/cli/asked-server.ts'
import { readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { createLog } from '../../src/log/log.ts'
import { type Running, serve } from '../../src/server/serve.ts'
import { importAccounts } from '../../src/store/import/import.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { commandsOfOneProcess } from '../support/command.ts'

const home = mkdtempSync(join(tmpdir(), 'rufpass-asked-'))
const settings = { ...freshKeys(), DATABASE_URL: join(home, 'db'), FLOWS_DIR: flowsOf('rheinnetz') }
let running: Running

beforeAll(async () => {
  const config = { ...readConfig(settings), port: 0 }
  // What is shipped was proved elsewhere.
  running = await serve(config, { log: createLog({ level: 'silent' }), noticeMs: 0, unproved: true })
  const { deps } = running
  const file = join(home, 'customers.csv')
  writeFileSync(file, 'brand,customer_number,name,language,pin\nrheinnetz,407182632,Hanna Reuter,de,4826\n')
  await importAccounts(deps.database.db, file, {
    brands: rulesOf(deps.hotlines),
    verifier: cheapMaker(deps.keys.pin),
    replacePins: false,
    hashesAtOnce: 1,
    now: () => new Date(),
    onBadLine: () => {},
  })
})
afterAll(async () => {
  await running.stop()
  rmSync(home, { recursive: true, force: true })
})

const rufpass = commandsOfOneProcess()
const command = (...args: string[]) => rufpass(args, settings)
const key = (): string => JSON.parse(readFileSync(join(home, 'db.address'), 'utf8')).operatorKey
const port = (): string => `http://127.0.0.1:${running.port}`

describe('a command', () => {
  it('sets, lists and clears notices that callers hear at once', async () => {
    const texts = ['--text', 'de=Im Norden ist Ausfall.', '--text', 'en=A fault in the north.']
    expect(await command('notice', 'set', '--brand', 'rheinnetz', ...texts)).toMatchObject({ code: 0, err: '' })
    expect(await running.deps.notices.current(new Date())).toMatchObject([{ brand: 'rheinnetz', topic: null }])
    expect((await command('notice', 'list')).out).toContain('de: Im Norden ist Ausfall.')
    expect(await command('notice', 'clear', '--brand', 'rheinnetz')).toMatchObject({ code: 0 })
    expect(await running.deps.notices.current(new Date())).toEqual([])
  })

  it('sets, lists and clears special hours that count at once', async () => {
    const place = ['--brand', 'rheinnetz', '--day', '2099-11-24']
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    const near = ['--brand', 'rheinnetz', '--day', soon]
    const texts = ['--text', 'de=Betriebsversammlung.', '--text', 'en=A staff meeting.']
    expect((await command('hours', 'set', ...place, '--closed')).err).toContain('more than a year ahead')
    expect(await command('hours', 'set', ...near, '--closed-from', '14:00', ...texts)).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining(`rheinnetz ${soon} 00:00-14:00, set `),
    })
    expect(await running.deps.specialHours.from(soon)).toMatchObject([{ day: soon, hours: ['00:00-14:00'] }])
    expect((await command('hours', 'list')).out).toContain('  de: Betriebsversammlung.')
    expect(await command('hours', 'clear', ...near)).toMatchObject({ code: 0, err: '' })
    expect(await running.deps.specialHours.from(soon)).toEqual([])
    expect((await command('hours', 'clear', ...near)).err).toContain('No special hours are set for this day')
  })

  it('opens, marks, lists and closes incidents', async () => {
    const place = ['--brand', 'rheinnetz', '--name', 'mail-2026-10']
    const texts = ['--text', 'de=Eine Mail.', '--text', 'en=A mail.']
    const open = () => command('incident', 'open', ...place, '--day', '2026-10-01', ...texts)
    expect((await open()).code).toBe(0)
    expect((await open()).err).toContain('never given twice')
    const file = join(home, 'numbers.txt')
    writeFileSync(file, '407182632\n999\n')
    const refused = await command('incident', 'mark', ...place, '--file', file)
    expect([refused.code, refused.out]).toEqual([2, expect.stringContaining('1 number unknown, nobody was marked')])
    expect(refused.err).toContain('line 2:')
    const marked = await command('incident', 'mark', ...place, '--file', file, '--skip-unknown')
    expect(marked.out).toContain('1 account marked, 0 marked before, 1 unknown.')
    expect((await command('incident', 'list')).out).toContain('1 account, open since')
    expect((await command('incident', 'close', ...place)).out).toContain('is closed; 1 account carried it.')
  })

  it('takes reports of other channels, each as a whole or not at all', async () => {
    const file = join(home, 'reports.csv')
    const header = 'brand,customer_number,topic,reported_at,channel'
    const good = (channel: string) => `rheinnetz,407182632,bill,2026-11-20T10:00:00Z,${channel}`
    writeFileSync(file, [header, good('mail'), good('pigeon'), good('shop')].join('\n'))
    const done = await command('tickets', 'import', file)
    expect(done).toMatchObject({ code: 2, out: '3 lines: 1 opened, 1 joined, 0 before, 1 bad.\n' })
    expect(done.err).toMatch(/^line 3: channel: 'rheinnetz' has no channel 'pigeon'; name one of: phone, mail/)
  })

  it('reads the record and the journal', async () => {
    const { out } = await command('events', 'list', '--json')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(await running.deps.events.read({ limit: 1_000 }))
    expect(out).toContain('"act":"mark"')
    expect(await command('queue', 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('The order was kept.'),
    })
  })

  it('finds agents, and adds, changes, and disables them', async () => {
    const { agents } = askedServer({ url: port(), operatorKey: key() })
    const mara = {
      name: 'mara',
      displayName: 'Mara',
      role: 'agent',
      brands: ['rheinnetz'],
      topics: ['bill'],
      languages: ['de'],
      phone: 'client:mara',
    } as const
    expect(await agents.add(mara, 'a good long password')).toBe(true)
    expect(await agents.add(mara, 'a good long password')).toBe(false)
    expect(await running.deps.signIn.verify('mara', 'a good long password')).toBe('mara')
    expect(await command('agents', 'change', 'mara', '--role', 'supervisor')).toMatchObject({ code: 0, err: '' })
    expect((await command('agents', 'list')).out).toMatch(/^mara +supervisor +client:mara +rheinnetz +bill +de +Mara$/m)
    expect(await command('agents', 'disable', 'mara')).toMatchObject({ code: 0 })
    expect(await running.deps.signIn.verify('mara', 'a good long password')).toBe(null)
    expect((await command('agents', 'enable', 'nobody')).err).toContain("There is no agent 'nobody'.")
  })
})

describe('the server checks again', () => {
  const asked = () => askedServer({ url: port(), operatorKey: key() })
  it.each([
    [
      'a brand that there is not',
      () => asked().notices.set({ brand: 'x', topic: null, texts: {}, until: null }, '', new Date()),
      'no brand',
    ],
    [
      'a text that is missing',
      () =>
        asked().incidents.open(
          { brand: 'rheinnetz', name: 'm', day: '2026-10-01', texts: { de: 'Ja.' } },
          '',
          new Date(),
        ),
      'texts.en',
    ],
    [
      'a day that is over',
      () => asked().specialHours.set({ brand: 'rheinnetz', day: '2020-01-01', hours: [], texts: {} }, '', new Date()),
      'day is over',
    ],
    ['a topic that there is not', () => asked().agents.change('mara', { topics: ['x'] }), "no 'x'"],
    ['a phone that is none', () => asked().agents.change('mara', { phone: 'x' }), 'changes.phone'],
    ['a short password', () => asked().agents.setPassword('mara', 'short'), 'at least 12'],
    ['a field too many', () => asked().agents.change('mara', { disabled: true } as never), 'changes'],
  ])('%s', async (_what, act, said) => {
    await expect(act()).rejects.toThrow(said)
  })

  it.each(Object.keys(operations) as OperationName[])(
    'and does %s for nobody without the key of this start',
    async (name) => {
      for (const bearer of ['', running.deps.keys.apiToken, 'x'.repeat(43)]) {
        const response = await fetch(`${port()}${OPERATOR_PATH}/${name}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
          body: '{}',
        })
        expect([bearer.length, response.status]).toEqual([bearer.length, 401])
      }
    },
  )
})
