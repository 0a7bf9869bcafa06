import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { ConfigError, loadConfig, readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { settings } from '../../src/config/settings.ts'

const keys = freshKeys()
const production = {
  NODE_ENV: 'production',
  PUBLIC_BASE_URL: 'https://voice.example.com',
  DATABASE_URL: 'postgres://rufpass:hush@db/rufpass',
  REDIS_URL: 'redis://live',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a'.repeat(32),
  ...keys,
}

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the settings of an empty environment', () => {
  it('are those of a first try on this machine', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      publicBaseUrl: 'http://localhost:3000',
      database: { kind: 'directory', path: resolve('.rufpass/db') },
      demo: 'published',
      telephony: 'stand-in',
      redisUrl: null,
      flowsDir: resolve('flows'),
      logLevel: 'info',
      fallbackNumber: null,
    })
  })

  it('take an empty value for none', () => {
    expect(readConfig({ PORT: ' ', API_TOKEN: '' })).toMatchObject({ port: 3000, keys: { apiToken: null } })
  })
})

describe('a setting', () => {
  it('gives the base URL its port, and loses the slash at its end', () => {
    expect(readConfig({ PORT: '8080' }).publicBaseUrl).toBe('http://localhost:8080')
    expect(readConfig({ ...production, PUBLIC_BASE_URL: 'https://voice.example.com/ivr/' }).publicBaseUrl).toBe(
      'https://voice.example.com/ivr',
    )
  })

  it('of the database is Postgres, memory or a directory, and only an unset one brings the demo unasked', () => {
    expect(readConfig({ ...keys, DATABASE_URL: 'postgresql://db/rufpass' }).database.kind).toBe('postgres')
    expect(readConfig({ DATABASE_URL: 'memory:' }).database).toEqual({ kind: 'memory' })
    expect(readConfig({ DATABASE_URL: './here' })).toMatchObject({
      database: { kind: 'directory', path: resolve('here') },
      demo: null,
    })
    expect(readConfig({ DATABASE_URL: './here', DEMO: 'on' }).demo).toBe('published')
    expect(readConfig({ DEMO: 'off' }).demo).toBeNull()
  })

  it('of what the desk opens is https, or http on this machine', () => {
    expect(readConfig({}).deskOpenUrl).toBeNull()
    for (const url of ['https://crm.example.com/open?ref={reference}', 'http://localhost:8080/{reference}'])
      expect(readConfig({ ...production, DESK_OPEN_URL: url }).deskOpenUrl).toBe(url)
  })

  it('of keys and tokens may hold older ones after the current one', () => {
    const older = freshKeys().PIN_KEYS
    const config = readConfig({
      ...production,
      PIN_KEYS: `${keys.PIN_KEYS}, ${older}`,
      TWILIO_AUTH_TOKEN: 'new-token , old-token',
    })
    expect(config.keys.pinKeys?.current).toBe(keys.PIN_KEYS.split(':')[0])
    expect(config.keys.pinKeys?.byId.size).toBe(2)
    expect(config.keys.twilioAuthTokens).toEqual(['new-token', 'old-token'])
  })

  it('of the waits are those that hold together, and a try-out stops at once', () => {
    expect(readConfig({})).toMatchObject({ webhookDeadlineMs: 6_000, databasePoolSize: 10, drainMs: 0 })
    expect(readConfig(production)).toMatchObject({ webhookDeadlineMs: 6_000, databasePoolSize: 10, drainMs: 10_000 })
    const set = { WEBHOOK_DEADLINE_MS: '4000', DATABASE_POOL_SIZE: '40', DRAIN_SECONDS: '0' }
    expect(readConfig({ ...production, ...set })).toMatchObject({
      webhookDeadlineMs: 4_000,
      databasePoolSize: 40,
      drainMs: 0,
    })
  })

  it('of the stores may come from mounted files', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rufpass-config-'))
    const { DATABASE_URL, REDIS_URL, ...others } = production
    writeFileSync(join(dir, 'database'), `${DATABASE_URL}\n`)
    writeFileSync(join(dir, 'redis'), `${REDIS_URL}\n`)
    const files = { DATABASE_URL_FILE: join(dir, 'database'), REDIS_URL_FILE: join(dir, 'redis') }
    expect(readConfig({ ...others, ...files })).toMatchObject({
      database: { kind: 'postgres', url: DATABASE_URL },
      redisUrl: REDIS_URL,
    })
    rmSync(dir, { recursive: true })
  })

  it('of compose.yaml leaves a server the time to stop that it needs', () => {
    const [, seconds] = /stop_grace_period: (\d+)s/.exec(readFileSync('compose.yaml', 'utf8')) ?? []
    const { drainMs, webhookDeadlineMs } = readConfig(production)
    expect(Number(seconds) * 1000).toBeGreaterThan(drainMs + 2 * webhookDeadlineMs + 2_000)
  })

  const refused: [name: string, value: string][] = [
    ['NODE_ENV', 'live'],
    ['HOST', 'voice.example.com'],
    ['HOST', '127.0.0.1:3000'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3e3'],
    ['PUBLIC_BASE_URL', 'ivr.example.net'],
    ['PUBLIC_BASE_URL', 'ftp://voice.example.com'],
    ['PUBLIC_BASE_URL', 'https://me:hush@voice.example.com'],
    ['PUBLIC_BASE_URL', 'https://voice.example.com/?a=1'],
    ['TELEPHONY', 'fax'],
    ['DEMO', 'yes'],
    ['TWILIO_ACCOUNT_SID', 'AC123'],
    ['TWILIO_AUTH_TOKEN', 'a,b,c'],
    ['TWILIO_AUTH_TOKEN', 'a,a'],
    ['TWILIO_AUTH_TOKEN', 'a,'],
    ['TWILIO_REGION', 'ireland'],
    ['TWILIO_EDGE', 'dublin;x'],
    ['DATABASE_URL', 'mysql://db/rufpass'],
    ['DATABASE_URL', 'postgres://:bad port:x'],
    ['REDIS_URL', 'http://live'],
    ['REDIS_URL', 'redis+sentinel://:hush@live'],
    ['DATABASE_POOL_SIZE', '1'],
    ['DATABASE_POOL_SIZE', '201'],
    ['WEBHOOK_DEADLINE_MS', '3999'],
    ['WEBHOOK_DEADLINE_MS', '6501'],
    ['WEBHOOK_DEADLINE_MS', '6 s'],
    ['DRAIN_SECONDS', '601'],
    ['DRAIN_SECONDS', '-1'],
    ['API_TOKEN', 'two words'],
    ['DESK_OPEN_URL', 'https://crm.example.com/open'],
    ['DESK_OPEN_URL', 'http://crm.example.com/{reference}'],
    ['DESK_OPEN_URL', 'http://localhost.example.com/{reference}'],
    ['DESK_OPEN_URL', 'https://{reference}.example.com/'],
    ['DESK_OPEN_URL', 'https://me:hush@crm.example.com/{reference}'],
    ['DESK_OPEN_URL', 'javascript:open("{reference}")'],
    ['SMTP_URL', 'mail.example.com'],
    ['SMTP_URL', 'http://me:hush@mail.example.com'],
    ['SMTP_URL', 'smtp://hush@mail.example.com'],
    ['SMTP_URL', 'smtp://me:hush@mail.example.com/inbox'],
    ['SMTP_URL', 'smtp://me:%zz@mail.example.com'],
    ['PORTAL_JWKS', 'http://portal.example.com/jwks.json'],
    ['PORTAL_JWKS', 'https://me:hush@portal.example.com/jwks.json'],
    ['PORTAL_JWKS', '{"keys":[]}'],
    ['PORTAL_JWKS', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ['PORTAL_JWKS', '{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y","d":"hush"}]}'],
    ['PORTAL_ISSUER', 'two words'],
    ['PORTAL_AUDIENCE', 'zwei Wörter'],
    ['PIN_KEYS', 'short:AAAA'],
    ['PIN_KEYS', keys.PIN_KEYS.replace(':', ' ')],
    ['PIN_KEYS', `${keys.PIN_KEYS},${keys.PIN_KEYS}`],
    ['PIN_KEYS', `${keys.PIN_KEYS},again:${keys.PIN_KEYS.split(':')[1]}`],
    ['SUBJECT_KEY', 'AAAA'],
    ['SUBJECT_KEY', `${keys.SUBJECT_KEY}!`],
    ['FALLBACK_NUMBER', '030 23125400'],
    ['METRICS_PORT', '0'],
    ['METRICS_HOST', 'metrics.example.com'],
    ['METRICS_TOKEN', 'a'.repeat(31)],
    ['LOG_LEVEL', 'loud'],
  ]
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: false, user: null, password: null }],
    [
      'smtps://me:a%40b@mail.example.com',
      { host: 'mail.example.com', port: 465, tls: true, user: 'me', password: 'a@b' },
    ],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, tls: false, user: null, password: null }],
  ])('a mail server is %s', (SMTP_URL, mailServer) => {
    expect(readConfig({ SMTP_URL }).mailServer).toEqual(mailServer)
  })

  describe('of /metrics', () => {
    const token = 'm'.repeat(32)
    it('opens nothing where none is set, and a port for this machine alone where one is', () => {
      expect(readConfig({}).metrics).toBeNull()
      expect(readConfig({ METRICS_PORT: '9464' }).metrics).toEqual({ host: '127.0.0.1', port: 9464, token: null })
    })

    it('lets in other machines with a token alone', () => {
      const open = { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' }
      expect(problemsOf(open)).toEqual([expect.stringMatching(/^METRICS_TOKEN must be set where METRICS_HOST/)])
      const { metrics } = readConfig({ ...open, METRICS_TOKEN: token })
      expect(metrics).toEqual({ host: '0.0.0.0', port: 9464, token })
    })

    it.each([
      [{ METRICS_TOKEN: token }, /^METRICS_PORT must be set/],
      [{ METRICS_PORT: '3000' }, /^METRICS_PORT must differ from PORT/],
      [{ METRICS_PORT: '9464', METRICS_TOKEN: token, API_TOKEN: token }, /^METRICS_TOKEN must differ from API_TOKEN/],
    ])('is refused as %j', (set, problem) => {
      expect(problemsOf(set)).toEqual([expect.stringMatching(problem)])
    })
  })

  it('a portal is three settings, and none without the others', () => {
    const whole = {
      PORTAL_JWKS: 'https://portal.example.com/jwks.json',
      PORTAL_ISSUER: 'https://portal.example.com',
      PORTAL_AUDIENCE: 'rufpass-portal',
    }
    expect(readConfig(whole).portal).toEqual({
      keys: { url: new URL(whole.PORTAL_JWKS) },
      issuer: whole.PORTAL_ISSUER,
      audience: whole.PORTAL_AUDIENCE,
    })
    expect(readConfig({}).portal).toBeNull()
    for (const name of Object.keys(whole))
      expect(problemsOf({ ...whole, [name]: '' })).toEqual([expect.stringMatching(/belong together: set all three/)])
  })

  it.each(refused)('%s is refused by name, and its value is not repeated (%s)', (name, value) => {
    const problems = problemsOf({ ...production, [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name} must be `))
    expect(problems[0]).not.toContain(value)
  })

  it('that is wrong does not hide the next one', () => {
    expect(problemsOf({ PORT: 'x', LOG_LEVEL: 'x', SUBJECT_KEY: 'x' }).map((each) => each.split(' ')[0])).toEqual([
      'PORT',
      'SUBJECT_KEY',
      'LOG_LEVEL',
    ])
  })

  it('of a Twilio account is refused without the other half', () => {
    expect(problemsOf({ TWILIO_AUTH_TOKEN: 'token' })).toEqual([expect.stringContaining('belong together')])
  })

  it('of the subject key must not be a PIN key as well', () => {
    expect(problemsOf({ ...production, PIN_KEYS: `k1:${keys.SUBJECT_KEY}` })).toEqual([
      expect.stringContaining('SUBJECT_KEY must differ'),
    ])
  })
})

describe('a setting from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-config-'))
  const file = join(folder, 'token')
  writeFileSync(file, 'from-the-file\n')

  it('is read without the line feed at its end', () => {
    expect(readConfig({ API_TOKEN_FILE: file }).keys.apiToken).toBe('from-the-file')
  })

  it('is refused beside the same setting, and when it cannot be read', () => {
    expect(problemsOf({ API_TOKEN_FILE: file, API_TOKEN: 'x' })).toEqual([expect.stringContaining('both set')])
    expect(problemsOf({ API_TOKEN_FILE: `${file}.gone` })).toEqual([expect.stringContaining('ENOENT')])
  })

  it('comes from .env too, and the real environment wins', () => {
    writeFileSync(join(folder, '.env'), `PORT=4000\nLOG_LEVEL=debug\nAPI_TOKEN_FILE=${file}\n`)
    const config = loadConfig({ directory: folder, environment: { PORT: '5000' } })
    expect(config).toMatchObject({ port: 5000, logLevel: 'debug', keys: { apiToken: 'from-the-file' } })
    const over = loadConfig({ directory: folder, environment: { PORT: '5000' }, over: { PORT: '6000' } })
    expect(over.port).toBe(6000)
  })

  it('that is the first of a file with a byte order mark is read, and a file in another encoding is refused', () => {
    const [marked, wide] = [mkdtempSync(join(folder, 'marked-')), mkdtempSync(join(folder, 'wide-'))]
    writeFileSync(join(marked, '.env'), '\uFEFFPORT=4000\nLOG_LEVEL=debug\n')
    const config = loadConfig({ directory: marked, environment: {} })
    expect(config).toMatchObject({ port: 4000, logLevel: 'debug' })
    for (const text of ['\uFEFFPORT=4000\n', 'PORT=4000\n']) {
      writeFileSync(join(wide, '.env'), Buffer.from(text, 'utf16le'))
      expect(() => loadConfig({ directory: wide, environment: {} })).toThrow(/\.env is not in UTF-8: save it as UTF-8/)
    }
  })
})

describe('production', () => {
  it('starts with everything set', () => {
    expect(readConfig(production)).toMatchObject({
      production: true,
      host: '::',
      database: { kind: 'postgres' },
      demo: null,
      telephony: 'twilio',
    })
    expect(readConfig({ ...production, HOST: '127.0.0.1' }).host).toBe('127.0.0.1')
  })

  it.each([
    ['DATABASE_URL', undefined],
    ['DATABASE_URL', 'memory:'],
    ['DATABASE_URL', '/var/lib/rufpass'],
    ['REDIS_URL', undefined],
    ['PUBLIC_BASE_URL', undefined],
    ['PUBLIC_BASE_URL', 'http://voice.example.com'],
    ['API_TOKEN', undefined],
    ['API_TOKEN', 'a'.repeat(31)],
    ['PIN_KEYS', undefined],
    ['SUBJECT_KEY', undefined],
    ['DEMO', 'on'],
    ['TELEPHONY', 'stand-in'],
  ])('refuses %s = %s', (name, value) => {
    expect(problemsOf({ ...production, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be`)),
    ])
  })

  it('refuses to invent a Twilio account', () => {
    const { TWILIO_ACCOUNT_SID: _sid, TWILIO_AUTH_TOKEN: _token, ...without } = production
    expect(problemsOf(without)).toEqual([expect.stringContaining('must be set in production')])
  })

  it('tells all that is missing at once', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toHaveLength(7)
  })

  it('is not needed for Postgres to ask for the keys of its verifiers', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://postgres@/rufpass?host=/run' })).toEqual(
      problemsOf({ DATABASE_URL: 'postgres://db/rufpass' }),
    )
    const problems = problemsOf({ DATABASE_URL: 'postgres://db/rufpass' })
    expect(problems.map((each) => each.split(' ')[0])).toEqual(['PIN_KEYS', 'SUBJECT_KEY'])
  })
})

describe('the configuration', () => {
  it('does not print its secrets', () => {
    const config = readConfig(production)
    const printed = `${JSON.stringify({ config })} ${inspect(config)} ${inspect({ config }, { depth: 9 })}`
    for (const secret of ['hush', keys.API_TOKEN, keys.SUBJECT_KEY, production.TWILIO_AUTH_TOKEN])
      expect(printed).not.toContain(secret)
  })

  it('is told in .env.example, every setting once and with its comment', () => {
    const rows = Object.entries(settings.shape).map(([name, row]) => `# ${row.description}\n${name}=\n`)
    expect(readFileSync('.env.example', 'utf8').split('\n\n').slice(1).join('\n\n')).toBe(rows.join('\n'))
  })
})
