/** `rufpass doctor` on a sound installation, and on broken ones: each has one thing wrong, really wrong, and is told that and what to do. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { type Diagnosis, worstOf } from '../../../src/cli/doctor/check.ts'
import { checks, examine } from '../../../src/cli/doctor/checks.ts'
import { patientOf } from '../../../src/cli/doctor/patient.ts'
import { asJson, EXIT_CODES, lineOf, summaryOf } from '../../../src/cli/doctor.ts'
import { freshKeys, parsePinKeys } from '../../../src/config/keys.ts'
import { tellAddress } from '../../../src/server/running-address.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { takeLock } from '../../../src/store/lock-file.ts'
import { openVerifier } from '../../../src/store/pin-keys.ts'
import { smallFolder } from '../../flow/small-folder.ts'
import { type AnyStore, anyStore } from '../../support/any-store.ts'
import { commandsOfOneProcess, startRufpass } from '../../support/command.ts'
import { startExpiredServer } from '../../support/expired-tls.ts'
import { freePort } from '../../support/free-port.ts'
import {
  ACCOUNT_SID,
  LIVE,
  numberAt,
  startTwilioAccount,
  TEST_CREDENTIALS,
  type TwilioAccount,
} from '../../support/twilio-account.ts'

const rufpass = commandsOfOneProcess()
const keys = freshKeys()
const [kid = ''] = keys.PIN_KEYS.split(':')
const TOKEN = 'the-token-in-force'
const NUMBER = '+4930231250'
const folder = (): string => mkdtempSync(join(tmpdir(), 'rufpass-doctor-'))

let account: TwilioAccount
let store: AnyStore
/** Answers as a living Rufpass does, where nothing else is said of a path. */
let server: Server
const answers = new Map<string, { status?: number; type?: string; body: string }>()
let base: string
let sound: Record<string, string>

beforeAll(async () => {
  account = await startTwilioAccount()
  store = await anyStore(null, join(folder(), 'db'))
  const { db, close } = await openDatabase(store.url)
  const pin = parsePinKeys(keys.PIN_KEYS)
  if (pin === null) throw new Error('no keys')
  await openVerifier(db, pin)
  await close()
  server = createServer((request, response) => {
    const {
      status = 200,
      type = 'application/json',
      body,
    } = answers.get(request.url ?? '') ?? { body: '{"live":true}' }
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  base = `http://localhost:${(server.address() as AddressInfo).port}`
  sound = {
    HOST: '0.0.0.0',
    PUBLIC_BASE_URL: base,
    DATABASE_URL: store.url,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: TOKEN,
    FLOWS_DIR: smallFolder(),
    ...keys,
  }
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await account.close()
  await store.drop()
})

interface Around {
  /** What Twilio answers to each; any other is refused. */
  tokens?: Record<string, { status: number; body: object }>
  numbers?: Record<string, string>[]
  /** Where `.env` may be. */
  directory?: string
}

/** Everything that is found, with Twilio as it should be unless another says so. No secret is in any of it. */
async function examined(
  environment: Record<string, string>,
  { tokens = { [TOKEN]: LIVE }, numbers = [numberAt(base, NUMBER)], directory = folder() }: Around = {},
): Promise<Diagnosis[]> {
  account.tokens = new Map(Object.entries(tokens))
  account.numbers = numbers
  account.asked = []
  const found: Diagnosis[] = []
  for await (const finding of examine(patientOf({ environment, directory, apiUrl: account.apiUrl })))
    found.push(finding)
  const printed = JSON.stringify(asJson(found)) + found.map((finding) => lineOf(finding)).join('')
  for (const secret of [...Object.values(keys), ...Object.keys(tokens)].flatMap((each) => each.split(/[,:]/)))
    if (secret !== kid) expect(printed).not.toContain(secret)
  expect(account.asked.filter((each) => !each.startsWith('GET '))).toEqual([])
  return found
}

const worse = (found: readonly Diagnosis[]): string[] =>
  found.filter(({ weight }) => weight === 'warning' || weight === 'fault').map(({ check, code }) => `${check} ${code}`)
const faults = (found: readonly Diagnosis[]): string[] =>
  found.filter(({ weight }) => weight === 'fault').map(({ check, code }) => `${check} ${code}`)
const saidBy = (found: readonly Diagnosis[], check: string): string =>
  found
    .filter((finding) => finding.check === check)
    .map((finding) => lineOf(finding))
    .join('')

describe('a sound installation', () => {
  it('has no fault, and a line of every check', async () => {
    const found = await examined(sound)
    // That of the test: it speaks no TLS, and there is one server.
    expect(worse(found)).toEqual(['redis none', 'url plain'])
    expect([...new Set(found.map(({ check }) => check))]).toEqual(checks.map(({ name }) => name))
    expect(saidBy(found, 'numbers')).toBe(`good    numbers     ${NUMBER} (small) leads here, with a fallback.\n`)
    expect(saidBy(found, 'region')).toMatch(
      /^note .* us1, by default: .* in the United States\.\n {20}.*TWILIO_REGION=ie1/,
    )
    expect(EXIT_CODES[worstOf(found)]).toBe(2)
  })

  it('of nothing but defaults is a try-out, and nothing has to be done', async () => {
    const found = await examined({ FLOWS_DIR: sound.FLOWS_DIR ?? '', DATABASE_URL: 'memory:' })
    expect(worse(found)).toEqual([])
    expect(account.asked).toEqual([])
    expect(EXIT_CODES[worstOf(found)]).toBe(0)
    expect(summaryOf(found)).toBe('\n0 faults, 0 warnings. Nothing was changed.\n')
  })

  it('is not changed: neither an embedded store, nor the steps and keys of one', async () => {
    const directory = folder()
    const DATABASE_URL = join(directory, 'db')
    await (await openDatabase(DATABASE_URL)).close()
    const before = treeOf(directory)
    const found = await examined({ ...sound, DATABASE_URL }, { directory })
    expect(saidBy(found, 'store')).toMatch(/^good .* An embedded Postgres /)
    expect(treeOf(directory)).toEqual(before)
  })
})

describe('a broken installation', () => {
  it('1: settings with several faults has all of them told, and the rest looked at as far as can be', async () => {
    const directory = folder()
    writeFileSync(join(directory, '.env'), 'TWILIO_ACOUNT_SID=AC0\nPIN_KEY=hush-hush\nPORT=x7\n')
    chmodSync(join(directory, '.env'), 0o644)
    const { PIN_KEYS: _unset, ...rest } = sound
    const found = await examined({ ...rest, LOG_LEVEL: 'loud', SUBJECT_KEY: 'hush' }, { directory })
    const said = saidBy(found, 'settings')
    for (const name of ['PORT must be', 'LOG_LEVEL must be', 'SUBJECT_KEY must be', 'PIN_KEYS must be set'])
      expect(said).toMatch(new RegExp(`^fault +settings +${name}`, 'm'))
    expect(said).toContain('PIN_KEY is set, and no setting is called that: PIN_KEYS is meant, perhaps.')
    expect(said).toContain('TWILIO_ACOUNT_SID is set, and no setting is called that: TWILIO_ACCOUNT_SID is meant')
    expect(said).not.toMatch(/hush|x7|loud/)
    expect(saidBy(found, 'keys')).toMatch(/^note .* Not looked at: SUBJECT_KEY cannot be used\./)
    expect(saidBy(found, 'store')).toMatch(/^good /)
    expect(EXIT_CODES[worstOf(found)]).toBe(1)
  })

  it('2: whose .env is in UTF-16 is told so, and nothing is judged by defaults in its place', async () => {
    const directory = folder()
    writeFileSync(join(directory, '.env'), Buffer.from('\uFEFFDATABASE_URL=postgres://db/rufpass\n', 'utf16le'))
    const found = await examined({ FLOWS_DIR: sound.FLOWS_DIR ?? '' }, { directory })
    expect(faults(found)).toEqual(['settings refused'])
    expect(saidBy(found, 'settings')).toContain('.env is not in UTF-8: save it as UTF-8 text.')
    for (const check of ['keys', 'store', 'migrations', 'url', 'twilio'])
      expect(saidBy(found, check)).toMatch(/^note .* Not looked at: /)
  })

  it('3: with other bytes in a key than its store knows is told which key', async () => {
    const other = freshKeys().PIN_KEYS.split(':')[1]
    const found = await examined({ ...sound, PIN_KEYS: `${kid}:${other}` })
    expect(faults(found)).toEqual(['keys other_bytes'])
    expect(saidBy(found, 'keys')).toMatch(new RegExp(`under their names: ${kid}\\.\\n +Restore the old bytes`))
    expect(saidBy(found, 'keys')).not.toContain(String(other))
  })

  it('4: whose database is not there, or was changed by a newer version, is told which', async () => {
    const port = await freePort()
    const away = await examined({ ...sound, DATABASE_URL: `postgres://rufpass:hush@127.0.0.1:${port}/rufpass` })
    expect(faults(away)).toEqual(['store unusable'])
    expect(saidBy(away, 'store')).toContain('ECONNREFUSED')
    expect(saidBy(away, 'store')).not.toContain('hush')
    await withLaterStep(async () => {
      const found = await examined(sound)
      expect(faults(found)).toEqual(['migrations later'])
      expect(saidBy(found, 'migrations')).toContain('999-of-tomorrow')
    })
  })

  it('5: with flows that cannot be read is told where', async () => {
    const FLOWS_DIR = smallFolder()
    writeFileSync(join(FLOWS_DIR, 'brands/small.yaml'), 'name: small\n  numbers: [\n')
    const found = await examined({ ...sound, FLOWS_DIR })
    expect(faults(found)).toEqual(['flows unsafe'])
    expect(saidBy(found, 'flows')).toMatch(/brands\/small\.yaml:\d+:\d+/)
    expect(saidBy(found, 'numbers')).toMatch(/^note .* Not looked at/)
  })

  it('6: with an expired certificate is told since when, by a real TLS server', async () => {
    const expired = await startExpiredServer()
    const numbers = [numberAt(expired.url, NUMBER)]
    const found = await examined({ ...sound, PUBLIC_BASE_URL: expired.url }, { numbers })
    await expired.close()
    expect(faults(found)).toEqual(['certificate expired'])
    expect(saidBy(found, 'certificate')).toMatch(/It was valid until 2026-02-01\.\n +Renew it/)
    expect(saidBy(found, 'url')).toBe(`good    url         Rufpass answers at ${expired.url}.\n`)
    // Nobody listens there any more.
    const gone = await examined({ ...sound, PUBLIC_BASE_URL: expired.url }, { numbers })
    expect(faults(gone)).toEqual(['url no_answer'])
  })

  describe('7: at Twilio', () => {
    it('has a number that leads elsewhere, one on a trunk, one that is not there, and one that nobody has', async () => {
      const elsewhere = numberAt('https://old.example.com', NUMBER, { voice_fallback_url: '', status_callback: '' })
      const found = await examined(sound, { numbers: [elsewhere, numberAt(base, '+493023125499')] })
      expect(worse(found).filter((each) => each.startsWith('numbers'))).toEqual([
        'numbers voice',
        'numbers no_fallback',
        'numbers status',
        'numbers nobody',
      ])
      expect(saidBy(found, 'numbers')).toContain('+493023125499 leads here, and no brand has it.')
      const onTrunk = await examined(sound, { numbers: [numberAt(base, NUMBER, { trunk_sid: `TK${'0'.repeat(32)}` })] })
      expect(faults(onTrunk)).toEqual(['numbers trunk'])
      expect(worse(await examined(sound, { numbers: [] }))).toContain('numbers missing')
      const byGet = [numberAt(base, NUMBER, { voice_method: 'GET', voice_fallback_method: 'GET' })]
      expect(worse(await examined(sound, { numbers: byGet })).slice(-2)).toEqual([
        'numbers voice',
        'numbers fallback_get',
      ])
    })

    it('has addresses with what tells Twilio how to connect', async () => {
      const numbers = [numberAt(base, NUMBER, { voice_url: `${base}/voice/incoming#rc=2&rp=ct,5xx` })]
      expect(worse(await examined(sound, { numbers })).filter((each) => each.startsWith('numbers'))).toEqual([])
    })

    it('has test credentials, and is told what they can and cannot do', async () => {
      const found = await examined(sound, { tokens: { [TOKEN]: TEST_CREDENTIALS } })
      expect(saidBy(found, 'twilio')).toMatch(
        /^warning .*They can pretend to place a call.* they place no call, get no webhook/,
      )
      expect(saidBy(found, 'numbers')).toMatch(/^note /)
    })

    it('has a token that is refused, or the right one behind it, or an old one behind', async () => {
      expect(faults(await examined(sound, { tokens: {} }))).toEqual(['twilio refused'])
      const both = { ...sound, TWILIO_AUTH_TOKEN: `an-old-token,${TOKEN}` }
      expect(faults(await examined(both))).toEqual(['twilio order'])
      const turned = await examined({ ...sound, TWILIO_AUTH_TOKEN: `${TOKEN},an-old-token` })
      expect(faults(turned)).toEqual([])
      expect(saidBy(turned, 'twilio')).toContain('take the second token out')
    })

    it('is suspended, or a trial, or does not answer', async () => {
      const as = (body: object) => ({ tokens: { [TOKEN]: { status: 200, body: { ...LIVE.body, ...body } } } })
      expect(faults(await examined(sound, as({ status: 'suspended' })))).toEqual(['twilio inactive'])
      expect(worse(await examined(sound, as({ type: 'Trial' })))).toContain('twilio trial')
      const broken = { tokens: { [TOKEN]: { status: 500, body: { code: 20500, message: 'hush', status: 500 } } } }
      const found = await examined(sound, broken)
      expect(faults(found)).toEqual(['twilio no_answer'])
      expect(saidBy(found, 'twilio')).toContain('(HTTP 500, 20500)')
      expect(saidBy(found, 'twilio')).not.toContain('hush')
    })
  })
})

describe('what calls do without', () => {
  it('is a mail server, which gets a sign-in and no mail', async () => {
    const heard: string[] = []
    const mailServer = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right-one' ? done(null, { user: username }) : done(new Error('no')),
      onMailFrom: (_address, _session, done) => {
        heard.push('mail')
        done()
      },
    })
    mailServer.on('error', () => {})
    mailServer.listen(0, '127.0.0.1')
    await once(mailServer.server, 'listening')
    const at = `127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`
    const good = await examined({ ...sound, SMTP_URL: `smtp://rufpass:right-one@${at}` })
    expect(saidBy(good, 'mail')).toMatch(`good    mail        The mail server ${at} takes e-mail from here.\n`)
    const refused = await examined({ ...sound, SMTP_URL: `smtp://rufpass:hush@${at}` })
    expect(faults(refused)).toEqual(['mail refuses_login'])
    expect(saidBy(refused, 'mail')).not.toContain('hush')
    await new Promise<void>((closed) => mailServer.close(() => closed()))
    expect(faults(await examined({ ...sound, SMTP_URL: `smtp://rufpass:hush@${at}` }))).toEqual(['mail failed'])
    expect(heard).toEqual([])
  })

  it("are the portal's keys, and music", async () => {
    const trust = { PORTAL_ISSUER: 'https://portal.example.com', PORTAL_AUDIENCE: 'rufpass' }
    const settings = { ...sound, ...trust, PORTAL_JWKS: `${base}/jwks.json?key=hush`, WAIT_MUSIC_URL: `${base}/music` }
    const set = (jwk: object) => answers.set('/jwks.json?key=hush', { body: JSON.stringify({ keys: [jwk] }) })
    set({ kty: 'OKP', crv: 'Ed25519', x: 'AA' })
    answers.set('/music', { type: 'audio/mpeg', body: 'short' })
    const good = await examined(settings)
    expect(saidBy(good, 'portal')).toBe(`good    portal      1 key of your portal, from ${base}/jwks.json.\n`)
    expect(saidBy(good, 'music')).toMatch(/^good /)
    set({ kty: 'OKP', crv: 'Ed25519', x: 'AA', d: 'hush' })
    answers.set('/music', { status: 404, body: '' })
    const bad = await examined(settings)
    expect(worse(bad).slice(-2)).toEqual(['portal not_keys', 'music not_played'])
    expect(JSON.stringify(bad)).not.toContain('hush')
    answers.set('/jwks.json?key=hush', { status: 301, body: '' })
    expect(saidBy(await examined(settings), 'portal')).toMatch(/^fault .*\(HTTP 301\)/)
  })
})

describe('beside a process that has the embedded store open', () => {
  it('asks the server at its own address, and says what the process is where it is none', async () => {
    const directory = folder()
    const DATABASE_URL = join(directory, 'db')
    await (await openDatabase(DATABASE_URL)).close()
    const giveBack = takeLock(`${DATABASE_URL}.lock`)
    const look = async () => saidBy(await examined({ ...sound, DATABASE_URL }, { directory }), 'store')
    expect(await look()).toMatch(`note    store       Open in process ${process.pid}, which is no server that is up`)
    const place = { database: { kind: 'directory' as const, path: DATABASE_URL } }
    const untell = tellAddress(place, { url: base, publicBaseUrl: base, operatorKey: 'x'.repeat(32) })
    const says = (database: string) =>
      answers.set('/health/ready', { body: JSON.stringify({ draining: false, stores: { database } }) })
    says('ok')
    const found = await examined({ ...sound, DATABASE_URL }, { directory })
    expect(saidBy(found, 'store')).toBe(
      `good    store       Open in process ${process.pid}, the server at ${base}, which can use it.\n`,
    )
    expect(saidBy(found, 'migrations')).toMatch(/^good .* at its start\.\n/)
    says('down')
    expect(await look()).toMatch(/^fault .* which cannot use it\.\n {20}.*grep ALARM/)
    answers.delete('/health/ready')
    expect(await look()).toMatch(/^fault .* does not answer at .* \(HTTP 200\)/)
    untell()
    giveBack()
  })
})

describe('the folder of `rufpass portal`', () => {
  const { API_TOKEN: _none, ...ofPortal } = keys
  const settings = () => ({
    ...ofPortal,
    FLOWS_DIR: sound.FLOWS_DIR ?? '',
    DATABASE_URL: 'postgres://rufpass_portal:hush@127.0.0.1:1/rufpass',
    LOOKUP_IDENTITY: `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
    PORTAL_JWKS: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"}]}',
    PORTAL_ISSUER: 'https://portal.example.com',
    PORTAL_AUDIENCE: 'rufpass',
  })

  it('is not called a fault, is told what that process lacks, and nothing of the voice', async () => {
    const found = await examined(settings())
    expect(saidBy(found, 'settings')).toMatch(/^good .*`rufpass portal` takes them\./)
    expect(faults(found)).toEqual(['store unusable'])
    expect(saidBy(found, 'portal')).toMatch(/^good .* 1 key of your portal, as set\./)
    const names = new Set(found.map(({ check }) => check))
    for (const voice of ['redis', 'twilio', 'region', 'numbers', 'mail', 'music']) expect(names.has(voice)).toBe(false)
    const { PIN_KEYS: _unset, ...less } = settings()
    expect(saidBy(await examined(less), 'settings')).toContain('PIN_KEYS must be set, as the voice service has it.')
  })

  it('is that of a server where anything of the voice is set, and the private key is refused there', async () => {
    const found = await examined({ ...settings(), REDIS_URL: 'redis://127.0.0.1:1' })
    expect(saidBy(found, 'settings')).toContain('LOOKUP_IDENTITY must not be set here')
  })
})

describe('the command', () => {
  const settings = () => ({ FLOWS_DIR: sound.FLOWS_DIR ?? '', DATABASE_URL: 'memory:' })

  it('prints a line of each check and ends with the code of the worst', async () => {
    const good = await rufpass(['doctor'], settings())
    expect(good).toMatchObject({ code: 0, err: '' })
    for (const { name } of checks) expect(good.out).toMatch(new RegExp(`^(good|note) +${name} `, 'm'))
    expect(good.out).toMatch(/\n0 faults, 0 warnings\. Nothing was changed\.\n$/)
    const doubtful = await rufpass(['doctor'], { ...settings(), PUBLIC_BASE_URLS: base })
    expect([doubtful.code, doubtful.out]).toEqual([2, expect.stringContaining('PUBLIC_BASE_URL is meant')])
  })

  it('leaves no copy of a store behind, also where it is stopped while it looks', async () => {
    const directory = folder()
    const [DATABASE_URL, TMPDIR] = [join(directory, 'db'), join(directory, 'tmp')]
    mkdirSync(TMPDIR)
    await (await openDatabase(DATABASE_URL)).close()
    const seen: (string | null)[] = []
    for (const isStopped of [true, false]) {
      const child = startRufpass(['doctor'], { ...settings(), ...keys, DATABASE_URL, TMPDIR })
      const watching = watch(TMPDIR, (_event, name) => {
        seen.push(name)
        if (isStopped && seen.length === 1) child.kill('SIGINT')
      })
      const [code] = await once(child, 'close')
      watching.close()
      expect(code).toBe(isStopped ? 1 : 0)
      expect(seen[0]).toMatch(/^rufpass-look-/)
      expect(readdirSync(TMPDIR)).toEqual([])
    }
  })

  it('gives all of it to programs', async () => {
    const { code, out, err } = await rufpass(['doctor', '--json'], { ...settings(), PORT: 'x7' })
    expect([code, err]).toEqual([1, ''])
    const { worst, findings } = JSON.parse(out)
    expect(worst).toBe('fault')
    expect(findings[0]).toEqual({
      check: 'settings',
      code: 'refused',
      weight: 'fault',
      says: 'PORT must be a whole number from 1 to 65535.',
      remedy: expect.stringContaining('.env.example'),
    })
  })
})

/** As a newer version leaves it, while `act` runs. */
async function withLaterStep(act: () => Promise<void>): Promise<void> {
  const change = async (statement: ReturnType<typeof sql>): Promise<void> => {
    const { db, close } = await openDatabase(store.url)
    await statement.execute(db)
    await close()
  }
  await change(sql`INSERT INTO kysely_migration VALUES ('999-of-tomorrow', now()::text)`)
  await act()
  // It cannot be opened as usual any more: the test that comes next has a store of its own, or none.
  await store.drop()
  store = await anyStore(null, join(folder(), 'db'))
  const { db, close } = await openDatabase(store.url)
  const pin = parsePinKeys(keys.PIN_KEYS)
  if (pin !== null) await openVerifier(db, pin)
  await close()
  sound = { ...sound, DATABASE_URL: store.url }
}

/** Every file below a folder, with what is in it and when it was written. */
function treeOf(top: string): string[] {
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stats = statSync(join(top, name))
      const content = stats.isFile()
        ? createHash('sha256')
            .update(readFileSync(join(top, name)))
            .digest('hex')
        : ''
      return `${name} ${stats.mtimeMs} ${stats.mode} ${content}`
    })
}
