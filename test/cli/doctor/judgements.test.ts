/** How what was seen is judged: pure, so each case is a row. What is really looked at is in `installations.test.ts`. */
import { describe, expect, it } from '@jest/globals'
import { certificate } from '../../../src/cli/doctor/certificate.ts'
import { type Diagnosis, defineCheck, worstOf } from '../../../src/cli/doctor/check.ts'
import { checks } from '../../../src/cli/doctor/checks.ts'
import { clock } from '../../../src/cli/doctor/clock.ts'
import { disk } from '../../../src/cli/doctor/disk.ts'
import { keys } from '../../../src/cli/doctor/keys.ts'
import { live } from '../../../src/cli/doctor/live.ts'
import { mail } from '../../../src/cli/doctor/mail.ts'
import { migrations } from '../../../src/cli/doctor/migrations.ts'
import { music } from '../../../src/cli/doctor/music.ts'
import { patientOf } from '../../../src/cli/doctor/patient.ts'
import { portal } from '../../../src/cli/doctor/portal.ts'
import { publicUrl } from '../../../src/cli/doctor/public-url.ts'
import { region } from '../../../src/cli/doctor/region.ts'
import { settings } from '../../../src/cli/doctor/settings.ts'
import { store } from '../../../src/cli/doctor/store.ts'
import { freshKeys, parsePinKeys } from '../../../src/config/keys.ts'
import type { MailServerSeen } from '../../../src/mail/smtp.ts'

/** The codes, `good` where all is well. */
const codes = (judged: readonly ({ good: string } | { code: string })[]): string[] =>
  judged.map((each) => ('code' in each ? each.code : 'good'))

describe('settings', () => {
  const none = { of: 'voice' as const, count: 1, problems: [], misspelt: [], file: null }
  it.each([
    [none, ['good']],
    [{ ...none, problems: ['PORT must be …', 'HOST must be …'] }, ['refused', 'refused']],
    [{ ...none, misspelt: [{ name: 'PROT', meant: 'PORT' }] }, ['good', 'misspelt']],
    [{ ...none, file: { path: '.env', mode: 0o640, hasSecrets: true } }, ['good', 'open_file']],
    [{ ...none, file: { path: '.env', mode: 0o644, hasSecrets: false } }, ['good']],
    [{ ...none, file: { path: '.env', mode: 0o600, hasSecrets: true } }, ['good']],
  ])('%j: %j', (seen, expected) => expect(codes(settings.judge(seen))).toEqual(expected))
})

describe('keys', () => {
  const pin = parsePinKeys(`${freshKeys().PIN_KEYS},${freshKeys().PIN_KEYS}`)
  const [current = '', older = ''] = [...(pin?.byId.keys() ?? [])]
  const subject = Buffer.alloc(32)
  const all = { pin, subject, file: null, fault: null, store: null, isStoreThere: true }
  const inStore = (...needed: string[]) => ({ needed, checkValues: new Map<string, Buffer>() })
  it.each([
    ['set, and the store not asked', all, ['good']],
    ['all there', { ...all, store: inStore(current, older) }, ['good']],
    ['an old one that no PIN needs', { ...all, store: inStore(current) }, ['good', 'old']],
    ['one that is needed and not there', { ...all, store: inStore(current, older, 'k-gone') }, ['lacking']],
    ['neither set nor in a file of a store that is there', { ...all, pin: null, file: 'db.keys' }, ['gone']],
    [
      'neither, beside a store that cannot be used',
      { ...all, pin: null, file: 'db.keys', isStoreThere: null },
      ['unknown'],
    ],
    ['to be made by the first start', { ...all, pin: null, file: 'db.keys', isStoreThere: false }, ['to_come']],
    ['not set for Postgres', { ...all, pin: null }, ['not_set']],
    ['not set, where PINs need some', { ...all, pin: null, store: inStore('k-gone') }, ['lacking']],
    ['in a file that others may read', { ...all, fault: 'The key file …' }, ['key_file']],
  ])('%s', (_what, seen, expected) => expect(codes(keys.judge(seen))).toEqual(expected))
})

describe('store', () => {
  const opened = {
    kind: 'postgres' as const,
    version: '17.2',
    canWrite: true,
    steps: { done: 1, pending: [], later: [] },
    keys: null,
    clock: null,
    mostConnections: 100,
  }
  const of = (seen: Parameters<typeof store.judge>[0]['store'], over = {}) =>
    codes(
      store.judge({
        store: seen,
        running: null,
        isPostgres: true,
        isTryout: false,
        poolSize: 10,
        thisHost: 'here',
        ...over,
      }),
    )
  it('that answers is good, and one that can only be read is none', () => {
    expect(of({ kind: 'open', store: opened })).toEqual(['good'])
    expect(of({ kind: 'open', store: { ...opened, canWrite: false } })).toEqual(['read_only'])
  })
  it('has connections enough for a pool, and some more', () => {
    expect(of({ kind: 'open', store: opened }, { poolSize: 90 })).toEqual(['good'])
    expect(of({ kind: 'open', store: opened }, { poolSize: 91 })).toEqual(['good', 'few_connections'])
  })
  it('that a server here has open is left alone, and one on another machine is a sign of two', () => {
    expect(of({ kind: 'in_use', pid: 7, host: 'here' })).toEqual(['in_use'])
    expect(of({ kind: 'in_use', pid: 7, host: 'there' })).toEqual(['elsewhere'])
  })
  it('that a server here has open is what that server says', () => {
    const inUse = { kind: 'in_use', pid: 7, host: 'here' } as const
    const answers = { url: 'http://localhost:3000', kind: 'answers', isDraining: false, canUseStore: true } as const
    const by = (running: object) => of(inUse, { running })
    expect(by(answers)).toEqual(['good'])
    expect(by({ ...answers, canUseStore: false })).toEqual(['not_ready'])
    expect(by({ ...answers, isDraining: true, canUseStore: false })).toEqual(['stopping'])
    expect(by({ url: answers.url, kind: 'silent', failed: 'ECONNREFUSED' })).toEqual(['silent'])
  })
  it('that cannot be used is a Postgres that is away, or a directory that is none', () => {
    const unusable = { kind: 'unusable', says: '…' } as const
    expect(of(unusable)).toEqual(['unusable'])
    expect(of(unusable, { isPostgres: false })).toEqual(['no_store'])
  })
  it('in memory is for a try-out', () => {
    expect(of({ kind: 'memory' })).toEqual(['forgotten'])
    expect(of({ kind: 'memory' }, { isTryout: true })).toEqual(['good'])
  })
})

it.each([
  [null, ['unknown']],
  ['served' as const, ['good']],
  ['new' as const, ['first']],
  [{ done: 0, pending: ['001-accounts'], later: [] }, ['first']],
  [{ done: 40, pending: ['041-letter-orders'], later: [] }, ['pending']],
  [{ done: 42, pending: [], later: ['999-of-tomorrow'] }, ['later']],
  [{ done: 41, pending: [], later: [] }, ['good']],
])('migrations %j: %j', (seen, expected) => expect(codes(migrations.judge(seen))).toEqual(expected))

describe('redis', () => {
  const open = {
    kind: 'open' as const,
    version: '7.0.15',
    isReplica: false,
    evicts: 'noeviction',
    isKept: true,
    isOpen: false,
  }
  const away = { kind: 'unreachable' as const, says: 'REDIS_URL: …', isRefused: false }
  const seen = { isTryout: false, isSocket: false }
  it.each([
    [open, ['good']],
    [{ ...open, evicts: null, isKept: null, isOpen: null }, ['good']],
    [{ ...open, isOpen: true }, ['good', 'open']],
    [{ ...open, evicts: 'allkeys-lru', isKept: false }, ['good', 'evicts', 'not_kept']],
    [{ ...open, isReplica: true }, ['replica']],
    [away, ['unreachable']],
    [{ ...away, isRefused: true }, ['refused']],
    [null, ['none']],
  ])('%j: %j', (redis, expected) => expect(codes(live.judge({ redis, ...seen }))).toEqual(expected))

  it.each([{ isTryout: true }, { isSocket: true }])('without a password is no matter with %j', (given) =>
    expect(codes(live.judge({ redis: { ...open, isOpen: true }, ...seen, ...given }))).toEqual(['good']),
  )
})

describe('disk', () => {
  const [megabyte, gigabyte] = [1024 ** 2, 1024 ** 3]
  const seen = { place: '/srv', freeBytes: 2 * gigabyte, freeFiles: 9, canWrite: true, isStore: true }
  it.each([
    [{}, ['good']],
    [{ freeBytes: gigabyte }, ['good']],
    [{ freeBytes: gigabyte - 1 }, ['scarce']],
    [{ freeBytes: 100 * megabyte - 1 }, ['full']],
    // The store is elsewhere: here are only the program and what it is started with.
    [{ freeBytes: 100 * megabyte - 1, isStore: false }, ['scarce']],
    [{ canWrite: false }, ['not_writable']],
    [{ canWrite: false, isStore: false }, ['good']],
    [{ freeFiles: 0 }, ['full']],
    [{ freeFiles: null }, ['good']],
  ])('%j: %j', (over, expected) => expect(codes(disk.judge({ ...seen, ...over }))).toEqual(expected))
})

describe('clock', () => {
  it.each([
    [0, 5, 'good'],
    [2_400, 500, 'good'],
    [2_600, 500, 'off'],
    [-2_600, 500, 'off'],
    [10_400, 500, 'off'],
    [10_600, 500, 'wrong'],
    [-3_600_000, 500, 'wrong'],
  ])('%i ms ahead, within %i ms: %s', (aheadMs, errorMs, expected) => {
    expect(codes(clock.judge([{ with: 'the database', aheadMs, errorMs }]))).toEqual([expected])
  })
  it('says which of the two is behind, and that there is no other', () => {
    const [told] = clock.judge([{ with: 'the database', aheadMs: 60_000, errorMs: 1 }])
    expect(told).toMatchObject({ says: 'This machine is 60 s behind the database.' })
    expect(codes(clock.judge([]))).toEqual(['alone'])
  })
})

describe('url', () => {
  const at = (url: string, visited: Parameters<typeof publicUrl.judge>[0]['visited']) =>
    codes(publicUrl.judge({ url, visited, isTryout: false }))
  const answered = (status: number, isOurs = false) =>
    ({ kind: 'answered', status, isOurs, clock: null, certificate: null }) as const
  const failed = (code: string) => ({ kind: 'failed', code, certificate: null }) as const
  const url = 'https://voice.example.com'
  it.each([
    [null, ['own']],
    [answered(200, true), ['good']],
    [answered(200), ['other']],
    [answered(404), ['other']],
    [answered(301), ['redirects']],
    [answered(502), ['not_up']],
    [failed('ENOTFOUND'), ['no_name']],
    [failed('ECONNREFUSED'), ['no_answer']],
    [failed('no answer'), ['no_answer']],
  ])('%j: %j', (visited, expected) => expect(at(url, visited)).toEqual(expected))
  it('without encryption is told beside', () => {
    expect(at('http://voice.example.com', answered(200, true))).toEqual(['good', 'plain'])
  })
})

describe('certificate', () => {
  const now = new Date('2026-11-30T12:00:00Z')
  const of = (validTo: string, refusedFor: string | null = null, isEncrypted = true) =>
    certificate.judge({ isEncrypted, certificate: { validTo: new Date(validTo), refusedFor }, now })
  it.each([
    ['2027-01-30T12:00:00Z', null, 'good'],
    ['2026-12-14T12:00:00Z', null, 'good'],
    ['2026-12-14T11:59:59Z', null, 'soon'],
    ['2026-11-30T12:00:01Z', null, 'soon'],
    ['2026-11-30T11:59:59Z', null, 'expired'],
    // What was not signed by anybody known is that too; that it is over is said first.
    ['2026-02-01T00:00:00Z', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'expired'],
    ['2027-01-30T12:00:00Z', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'not_believed'],
    ['2027-01-30T12:00:00Z', 'ERR_TLS_CERT_ALTNAME_INVALID', 'other_name'],
  ])('until %s, refused for %s: %s', (validTo, refusedFor, expected) => {
    expect(codes(of(validTo, refusedFor))).toEqual([expected])
  })
  it('says the days that are left', () => {
    expect(of('2026-12-01T13:00:00Z')).toEqual([{ code: 'soon', says: '1 day left, until 2026-12-01.' }])
    expect(codes(of('2027-01-30T12:00:00Z', null, false))).toEqual(['none'])
  })
})

it.each([
  [null, null, 'default'],
  [null, 'frankfurt', 'default'],
  ['us1', null, 'good'],
  ['ie1', 'dublin', 'good'],
  ['ie1', null, 'no_edge'],
  ['ie1', 'sydney', 'other_edge'],
  ['xx9', 'dublin', 'unknown'],
])('region %s by %s: %s', (name, edge, expected) => {
  expect(codes(region.judge({ region: name, edge, isStandIn: false }))).toEqual([expected])
})

describe('mail', () => {
  const at = (seen: MailServerSeen) => ({ host: 'mail.example.com', port: 587, seen })
  const unfit = { reason: 'no_sender' as const, brands: ['small'], sentence: 'nobody is told' }
  it.each([
    [null, ['none']],
    [at({ kind: 'takes_us' }), ['good']],
    [at({ kind: 'refuses_login' }), ['refuses_login']],
    [at({ kind: 'failed', code: 'ECONNECTION' }), ['failed']],
  ])('%j: %j', (server, expected) => {
    expect(codes(mail.judge({ server, unfit: [] }))).toEqual(expected)
    expect(codes(mail.judge({ server, unfit: [unfit] }))).toEqual([...expected, 'untold'])
  })
})

it.each([
  [null, 'none'],
  [{ url: null, keys: 1 }, 'good'],
  [{ url: 'https://portal.example.com/jwks.json', keys: 2 }, 'good'],
  [{ url: 'https://portal.example.com/jwks.json', keys: null }, 'not_keys'],
  [{ url: 'https://portal.example.com/jwks.json', failed: 'HTTP 404' }, 'failed'],
])('portal %j: %s', (seen, expected) => expect(codes(portal.judge(seen))).toEqual([expected]))

it.each([
  [null, 'none'],
  [{ fault: null }, 'good'],
  [{ fault: 'It is too long.' }, 'not_played'],
])('music %j: %s', (seen, expected) => expect(codes(music.judge(seen))).toEqual([expected]))

describe('a check', () => {
  const patient = patientOf({ environment: { DATABASE_URL: 'memory:' }, directory: '/nowhere' })
  const remedies = { bad: { weight: 'fault', remedy: 'Mend it.' } } as const

  it('that breaks is a fault, whose message is not repeated: it may quote what it was given', async () => {
    const breaks = defineCheck({
      name: 'broken',
      needs: [],
      remedies,
      look: () => Promise.reject(Object.assign(new Error('postgres://rufpass:hush@db'), { code: 'EX' })),
      judge: () => [],
    })
    const [finding] = await breaks.examine(patient)
    expect(finding).toMatchObject({ code: 'failed', weight: 'fault', says: 'The check itself failed (Error EX).' })
  })

  it('has a name of one word, which no other has', () => {
    const names = checks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z]{3,11}$/)
  })

  it('weighs what the worst finding weighs', () => {
    const of = (...weights: Diagnosis['weight'][]) => worstOf(weights.map((weight) => ({ weight })))
    expect([of(), of('good', 'note'), of('warning', 'good'), of('note', 'fault', 'warning')]).toEqual([
      'good',
      'note',
      'warning',
      'fault',
    ])
  })
})
