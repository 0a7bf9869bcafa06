/** Commands beside a server that has the embedded store: it does what they would do, with the same checks, and for nobody else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { OPERATOR_PATH, type OperationName, operations } from '../../src/api/operations.ts'
import { Secret } from '../../src/auth/secret.ts'
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
  writeFileSync(
    file,
    'brand,customer_number,name,language,pin\nrheinnetz,407182632,Hanna Reuter,de,4826\nrheinnetz,519038476,Oliver Brandt,en,7395\n',
  )
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
  it('shows how long things are kept, and takes away what is older', async () => {
    const { db } = running.deps.database
    const old = sql`now() - interval '100 days'`
    await sql`INSERT INTO event (at, kind, call_id, brand, actor, facts) VALUES (${old}, 'end', 'CA-old', 'rheinnetz', '-', '{}')`.execute(
      db,
    )
    const shown = JSON.parse((await command('retention', '--json')).out)
    expect(shown.tables.find(({ table }: { table: string }) => table === 'event')).toMatchObject({ days: 90, due: 1 })
    const { code, out } = await command('retention', '--now')
    expect([code, out]).toEqual([0, expect.stringMatching(/: 1 row was removed\.\n {2}event: 1\n$/)])
    expect(await running.deps.events.read({ callId: 'CA-old', limit: 1 })).toEqual([])
    expect(await running.deps.retention.last()).toMatchObject({ counts: [{ table: 'event', removed: 1 }] })
  })

  it('sets, lists and clears notices that callers hear at once', async () => {
    const texts = ['--text', 'de=Im Norden ist Ausfall.', '--text', 'en=A fault in the north.']
    expect(await command('notice', 'set', '--brand', 'rheinnetz', ...texts)).toMatchObject({ code: 0, err: '' })
    expect(await running.deps.notices.current(new Date())).toMatchObject([{ brand: 'rheinnetz', topic: null }])
    expect((await command('notice', 'list')).out).toContain('de: Im Norden ist Ausfall.')
    expect(await command('notice', 'clear', '--brand', 'rheinnetz')).toMatchObject({ code: 0 })
    expect(await running.deps.notices.current(new Date())).toEqual([])
  })

  it('gives calls one try, which this server knows at once, says what is on, and ends it', async () => {
    const { sprays, hotlines } = running.deps
    const brand = hotlines.byBrand.get('rheinnetz')?.brand
    if (!brand) throw new Error('there is no such brand')
    const place = ['--brand', 'rheinnetz', '--reason', 'Warned by the police']
    expect(await command('spray', 'begin', '--for', '2h', ...place)).toMatchObject({ code: 0, err: '' })
    expect(sprays.hasOneTry(brand)).toBe(true)
    expect((await command('spray', 'status')).out).toMatch(/^rheinnetz ON since .*, one try a call, by cli; usual/)
    expect(await command('spray', 'end', ...place)).toMatchObject({ code: 0, err: '' })
    expect(sprays.hasOneTry(brand)).toBe(false)
    expect((await command('spray', 'end', ...place)).err).toContain('rufpass spray status')
  })

  it('checks accounts, and tells what the daily check has counted', async () => {
    const { accountAudit, database } = running.deps
    await database.db
      .updateTable('account')
      .set({ ends: new Date('2026-01-01') })
      .where('customer_number', '=', '407182632')
      .execute()
    await database.db
      .insertInto('contact')
      .values(({ selectFrom }) => ({
        brand: 'rheinnetz',
        ref: selectFrom('account').select('ref').where('customer_number', '=', '407182632'),
        kind: 'email',
        value: 'a@b.example',
      }))
      .execute()
    expect(await command('accounts', 'audit')).toMatchObject({
      out: expect.stringContaining('rheinnetz 407182632 email since 2026-01-01T'),
      err: '',
    })
    expect((await command('accounts', 'audit', '--last')).out).toContain('No server')
    await accountAudit.daily(new Date())
    expect((await command('accounts', 'audit', '--last')).out).toContain('rheinnetz: 1 numbers and contacts')
    await database.db.deleteFrom('contact').execute()
    await database.db.updateTable('account').set({ ends: null }).execute()
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
    const events = (await running.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'agent')
    expect(events.map(({ actor, facts }) => ({ actor, ...facts }))).toEqual([
      { actor: 'cli', act: 'add', agent: 'mara', role: 'agent', brands: 'rheinnetz', topics: 'bill' },
      { actor: 'cli', act: 'change', agent: 'mara', fields: 'role', role: 'supervisor' },
      { actor: 'cli', act: 'disable', agent: 'mara' },
    ])
  })
})

describe('a command about tokens', () => {
  const asks = async (secret: string): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}` }
    return (await fetch(`${port()}/api/v1/notices`, { headers })).status
  }

  it('adds one that opens the API at once, lists it, and revokes it at once', async () => {
    const added = await command('tokens', 'add', 'crm', '--brands', 'all', '--acts', 'read_notices,set_notices')
    expect(added).toMatchObject({
      code: 0,
      err: "'crm' may read_notices, set_notices in rheinnetz. Keep its token; it is not shown again:\n",
      out: expect.stringMatching(/^rufpass_[A-Za-z0-9_-]{43}\n$/),
    })
    const secret = added.out.trim()
    expect(await asks(secret)).toBe(200)
    const { out } = await command('tokens', 'list')
    expect(out).toMatch(/^name +brands +acts +per hour +per day +made +last used$/m)
    expect(out).toMatch(/^api +all +all +- +- +API_TOKEN +never$/m)
    expect(out).toMatch(/^crm +rheinnetz +read_notices,set_notices +100 +1000 +\S+ by cli +20\S+Z$/m)
    expect(out).not.toContain(secret.slice(8))
    expect(await command('tokens', 'revoke', 'crm')).toMatchObject({ code: 0, err: "'crm' is revoked.\n" })
    expect(await asks(secret)).toBe(401)
    expect((await command('tokens', 'list')).out).toMatch(/^crm .+ revoked \S+ by cli$/m)
    const lines = (await command('tokens', 'list', '--json')).out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(await running.deps.tokens.list())
  })

  it.each([
    ['a name that was given before', ['add', 'crm', '--brands', 'all', '--acts', 'all'], 'never given twice'],
    ['the name of the first', ['add', 'api', '--brands', 'all', '--acts', 'all'], 'what API_TOKEN of the settings'],
    ['a name that is none', ['add', 'C R M', '--brands', 'all', '--acts', 'all'], 'small letters'],
    ['an act that there is not', ['add', 'one', '--brands', 'all', '--acts', 'read_calls,fly'], "no act 'fly'"],
    ['a brand that there is not', ['add', 'one', '--brands', 'x', '--acts', 'all'], "no 'x'"],
    ['no acts', ['add', 'one', '--brands', 'all'], '--acts'],
    ['a budget of nothing', ['add', 'one', '--brands', 'all', '--acts', 'all', '--per-day', '0'], 'whole number'],
    ['revoking the first', ['revoke', 'api'], 'API_TOKEN of the settings: give that another value'],
    ['revoking nobody', ['revoke', 'nobody'], 'npx rufpass tokens list'],
  ])('refuses %s, and says what to do', async (_what, args, said) => {
    const { code, err, out } = await command('tokens', ...args)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(said)
    expect((await running.deps.tokens.list()).map(({ name }) => name)).toEqual(['api', 'crm'])
  })
})

describe('a command about one account', () => {
  const why = ['--reason', 'Ticket 520817']
  const place = ['--brand', 'rheinnetz', '--number', '407182632']
  const accounts = (act: string, ...args: string[]) => command('accounts', act, ...args)

  it('shows, locks and unlocks it, and clears its PIN, at the server that has the store', async () => {
    const { out } = await accounts('show', ...place, ...why)
    expect(out).toMatch(/^rheinnetz 407182632, language de\nlocked: no\nwrong tries: 0 in a row, 0 in 365 days\n/)
    expect(out).toMatch(/^ {2}pin, set 20\S+Z\nidentifiers:\n {2}customer_number 407182632, from ever to now\n/m)
    expect(out).not.toContain('Hanna')
    expect((await accounts('lock', ...place, ...why)).out).toContain('It is locked')
    expect((await accounts('lock', ...place, ...why)).out).toContain('locked already')
    expect((await accounts('show', ...place, ...why)).out).toMatch(/^locked: by an operator since 20\S+Z$/m)
    expect((await accounts('unlock', ...place, ...why)).out).toContain('The lock is lifted.')
    expect(await accounts('unlock', ...place, ...why)).toMatchObject({
      code: 1,
      err: expect.stringContaining('No lock of an operator'),
    })
    expect((await accounts('clear-pin', ...place, ...why)).out).toContain('1 cleared')
    expect((await accounts('clear-pin', ...place, ...why)).out).toContain('none to clear')
    const json = JSON.parse((await accounts('show', ...place, ...why, '--json')).out)
    expect(json.credentials).toEqual([{ kind: 'pin', set: expect.any(String), cleared: expect.any(String) }])
    const at = ['--at', '2099-11-30T00:00:00+01:00']
    expect((await accounts('end', ...place, ...why, ...at)).out).toContain('It ends at 2099-11-29T23:00:00.000Z: its')
    expect((await accounts('end', ...place, ...why, ...at)).out).toContain('It ends by then already.')
    expect((await accounts('show', ...place, ...why)).out).toMatch(/^ends: 2099-11-29T23:00:00.000Z$/m)
    expect((await accounts('end', ...place, ...why, '--at', '30.11.')).err).toContain('--at: it is written as')
    const misread = ['--at', '2016-11-30T00:00:00+01:00']
    expect((await accounts('end', ...place, ...why, ...misread)).err).toContain('--at: This is more than a year ago')
    const events = (await running.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'account')
    expect([...new Set(events.map(({ actor, facts }) => `${actor}: ${facts.reason}`))]).toEqual(['cli: Ticket 520817'])
    expect(events.map(({ facts }) => facts.act)).toEqual([
      'show',
      'lock',
      'lock',
      'show',
      'unlock',
      'unlock',
      'clear_pin',
      'clear_pin',
      'show',
      'account_end',
      'account_end',
      'show',
    ])
  })

  it('gets a call code, printed once, where the brand takes them, and a sentence where it does not', async () => {
    const args = ['--brand', 'rheinnetz', '--number', '519038476', '--reason', 'Try-out']
    const { hotlines, callCodes } = running.deps
    expect(await command('calls', 'code', ...args)).toMatchObject({
      code: 1,
      err: expect.stringContaining('This brand takes no call codes'),
    })
    const { brand } = hotlines.byBrand.get('rheinnetz') ?? {}
    Object.assign(brand ?? {}, { call_codes: true })
    const { code, out } = await command('calls', 'code', ...args)
    Object.assign(brand ?? {}, { call_codes: false })
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^[0-9]{16}\nIt lets in one call until [0-9:]{8}, by the clock of this machine\.\n$/),
    ])
    expect(await callCodes.redeem('rheinnetz', new Secret(out.slice(0, 16)), { callId: 'CA1' })).not.toBeNull()
    expect((await command('calls', 'code', ...args.slice(0, 4), '--reason', out.slice(0, 16))).err).toContain(
      '--reason: ',
    )
  })

  it('asks for it to be erased, takes that back, and has done what is due, at that server', async () => {
    const leaving = ['--brand', 'rheinnetz', '--number', '519038476']
    expect(await accounts('erase', ...leaving, ...why)).toMatchObject({
      code: 1,
      err: expect.stringContaining('end the account first'),
    })
    expect((await accounts('end', ...leaving, ...why)).out).toContain('It has ended')
    expect((await accounts('erase', ...leaving, ...why)).out).toMatch(/^It is erased from 20\S+Z on\./)
    expect((await accounts('erase', ...leaving, ...why)).out).toContain('asked for before')
    expect((await accounts('show', ...leaving, ...why)).out).toMatch(
      /^to be erased: from 20\S+Z on, asked for 20\S+Z$/m,
    )
    expect((await accounts('erase-due')).out).toBe('0 erased.\n')
    expect((await accounts('keep', ...leaving, ...why)).out).toBe('It is kept.\n')
    expect((await accounts('keep', ...leaving, ...why)).out).toContain('Nobody had asked')
  })

  it.each([
    [
      'a number that nobody has',
      ['--brand', 'rheinnetz', '--number', '999999999', ...why],
      'no customer of this number',
    ],
    ['a brand that there is not', ['--brand', 'x', '--number', '407182632', ...why], "'x' has no customer"],
    ['what is no number', ['--brand', 'rheinnetz', '--number', 'x', ...why], '--number: it is digits.'],
    ['no reason', place, '--reason'],
    [
      'a reason with what could be a PIN',
      [...place, '--reason', 'PIN 4826 seen'],
      '--reason: it has a number of 4 or 8',
    ],
  ])('refuses %s', async (_what, args, said) => {
    for (const act of ['show', 'lock', 'unlock', 'end', 'clear-pin', 'erase', 'keep']) {
      const { code, err, out } = await accounts(act, ...args)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain(said)
    }
  })
})

describe('events of accounts', () => {
  const at = '2026-11-30T00:00:00+01:00'
  const of = { brand: 'rheinnetz', customer_number: '407182632', at }
  const confirmed = { ...of, kind: 'address_confirmed', contact: 'email', value: 'a@b.example' }
  const tell = (lines: readonly (object | string)[], ...args: string[]) => {
    const file = join(home, 'events.jsonl')
    writeFileSync(file, lines.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n'))
    return command('accounts', 'events', file, ...args)
  }
  const why = ['--reason', 'Told by the portal']

  it('are told from a file to the server that has the store; bad lines are named, and the others taken', async () => {
    const lines = [
      confirmed,
      '{"brand"',
      '',
      { ...confirmed, customer_number: '999999999' },
      { ...of, kind: 'sim_change', sim_number: '8949039200539999996', old_sim_number: null },
      { ...of, customer_number: undefined, kind: 'port_out' },
      { ...confirmed, reason: 'Ticket 520817' },
      { ...of, kind: 'merge', other_number: '407182632' },
    ]
    const { code, out, err } = await tell(lines, ...why)
    expect([code, out]).toEqual([2, '7 lines: 1 changed, 1 known already, 5 bad.\n'])
    expect(err.split('\n')).toEqual([
      'line 2: it is no JSON object on one line',
      'line 4: customer_number: The brand has no such customer: correct it, or import the customer first.',
      expect.stringMatching(/^line 5: sim_number 'rheinnetz' uses no such numbers\. Leave it out/),
      'line 6: customer_number: it is needed, as text. phone_number: it is needed, as text.',
      'line 8: other_number: Send the number of another account, which ends.',
      '',
    ])
    const events = (await running.deps.events.read({ limit: 1_000 })).filter(
      ({ facts }) => facts.act === 'contact_confirmed',
    )
    expect(events.map(({ actor, facts: { changed, reason } }) => [actor, changed, reason])).toEqual([
      ['cli', true, 'Told by the portal'],
      ['cli', false, 'Ticket 520817'],
    ])
  })

  it('are all taken twice, and the file that there is not, or no reason, are refused', async () => {
    expect(await tell([confirmed], ...why)).toMatchObject({
      code: 0,
      out: '1 line: 0 changed, 1 known already, 0 bad.\n',
    })
    expect((await tell([confirmed])).err).toContain('--reason')
    expect((await tell([confirmed], '--reason', 'PIN 4826')).err).toContain('--reason: it has a number of 4 or 8')
    expect((await command('accounts', 'events', join(home, 'none'), ...why)).err).toContain('There is no file')
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
    [
      'a token for a brand that there is not',
      () =>
        asked().tokens.add({ name: 'two', brands: ['x'], acts: ['read_calls'], budget: { perHour: 1, perDay: 1 } }, ''),
      "no 'x'",
    ],
    [
      'a reason that is none',
      () => asked().accounts.lock({ brand: 'rheinnetz', customerNumber: '407182632' }, { actor: '', reason: ' ' }),
      'reason: it says why',
    ],
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
