/** What a start is asked for, by where it is: every kind of place with nothing set, and with everything set. */
import { describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { isLoopback, isTryout } from '../../src/config/tryout.ts'

const outside = 'https://voice.example.com'
const keys = freshKeys()
const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'a'.repeat(32) }
const real = { ...keys, ...account, DATABASE_URL: '../store' }

type Environment = Record<string, string | undefined>

/** The settings that the problems name first, in the order of the problems. */
function askedFor(environment: Environment, mounted = false): string[] {
  try {
    readConfig(environment, { mounted })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => problem.split(' ')[0] ?? '')
  }
}

describe('a loopback address', () => {
  it.each(['localhost', 'LocalHost', '127.0.0.1', '127.9.0.1', '::1', '[::1]', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
    'is %s',
    (host) => expect(isLoopback(host)).toBe(true),
  )
  it.each(['', '0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', 'localhost.example.com'])(
    'is not %j',
    (host) => expect(isLoopback(host)).toBe(false),
  )
  // Browsers and resolvers disagree about these, so they count as anybody's.
  it.each(['app.localhost', 'localhost.', 'ip6-localhost'])('is not %s', (host) => expect(isLoopback(host)).toBe(false))
})

describe('a try-out', () => {
  const [here, everywhere] = ['127.0.0.1', '0.0.0.0']
  const home = 'http://localhost:3000'
  it.each([
    [false, here, home, true],
    [false, 'localhost', 'http://127.0.0.1:3000/hotline', true],
    [false, '::1', 'https://[::1]:3000', true],
    [false, '127.0.0.2', 'http://127.1:3000', true],
    [false, everywhere, home, false],
    [false, '::', home, false],
    [false, '192.0.2.2', home, false],
    [false, here, outside, false],
    [false, here, 'http://192.0.2.2:3000', false],
    [false, here, 'http://0.0.0.0:3000', false],
    [false, here, 'https://localhost.example.com', false],
    [false, null, home, false],
    [true, here, home, false],
    [true, everywhere, outside, false],
  ])('with production %j, listening on %j, known as %s: %j', (production, host, publicBaseUrl, tryout) => {
    expect(isTryout({ production, host, publicBaseUrl })).toBe(tryout)
  })
})

describe('with nothing else set', () => {
  const twilio = 'TWILIO_ACCOUNT_SID'
  const all = ['DATABASE_URL', twilio, 'API_TOKEN', 'PIN_KEYS', 'SUBJECT_KEY']
  const places: [place: Environment, asked: string[]][] = [
    [{}, []],
    [{ HOST: '::1', PUBLIC_BASE_URL: 'http://127.0.0.1:3000' }, []],
    [{ API_TOKEN: 'short' }, []],
    [{ DEMO: 'on', DATABASE_URL: 'memory:' }, []],
    [{ ...account }, []],
    [{ TELEPHONY: 'stand-in', ...account }, []],
    [{ TELEPHONY: 'twilio', ...account }, []],
    [{ TELEPHONY: 'twilio' }, [twilio]],
    [{ DATABASE_URL: 'postgres://db/rufpass' }, ['PIN_KEYS', 'SUBJECT_KEY']],
    [{ PUBLIC_BASE_URL: outside }, all],
    [{ PUBLIC_BASE_URL: outside, ...account }, all.filter((name) => name !== twilio)],
    [{ PUBLIC_BASE_URL: outside, DEMO: 'on' }, all],
    [{ PUBLIC_BASE_URL: outside, TELEPHONY: 'stand-in' }, [...all, 'TELEPHONY']],
    [{ PUBLIC_BASE_URL: outside, DATABASE_URL: '../store' }, all.slice(1)],
    [{ PUBLIC_BASE_URL: outside, ...keys, API_TOKEN: 'a'.repeat(31) }, ['DATABASE_URL', twilio, 'API_TOKEN']],
    [{ HOST: '0.0.0.0' }, all],
    [{ HOST: '::' }, all],
    [{ HOST: '192.0.2.2', PUBLIC_BASE_URL: 'http://localhost:3000' }, all],
  ]
  it.each(places)('%j is asked for %j', (place, asked) => expect(askedFor(place)).toEqual(asked))

  it.each([{}, { HOST: '127.0.0.1' }, { PUBLIC_BASE_URL: outside }])('mounted with %j is asked for all', (place) =>
    expect(askedFor(place, true)).toEqual(all),
  )
})

describe('with keys, token, account and store set', () => {
  const tryout = { telephony: 'stand-in', demo: null }
  const places: [place: Environment, is: object][] = [
    [{}, tryout],
    [{ DEMO: 'on' }, { ...tryout, demo: 'published' }],
    [{ TELEPHONY: 'twilio' }, { telephony: 'twilio', demo: null }],
    [{ PUBLIC_BASE_URL: outside }, { telephony: 'twilio', demo: null, host: '127.0.0.1' }],
    [
      { PUBLIC_BASE_URL: outside, DEMO: 'on' },
      { telephony: 'twilio', demo: 'own' },
    ],
    [
      { HOST: '0.0.0.0', DEMO: 'on' },
      { telephony: 'twilio', demo: 'own', host: '0.0.0.0' },
    ],
    [
      { PUBLIC_BASE_URL: outside, DEMO: 'off' },
      { telephony: 'twilio', demo: null },
    ],
  ]
  it.each(places)('%j starts as %j', (place, is) => expect(readConfig({ ...real, ...place })).toMatchObject(is))

  it('what is only for trying out is still refused elsewhere', () => {
    expect(askedFor({ ...real, PUBLIC_BASE_URL: outside, TELEPHONY: 'stand-in' })).toEqual(['TELEPHONY'])
    expect(askedFor({ ...real, HOST: '::', TELEPHONY: 'stand-in' })).toEqual(['TELEPHONY'])
    expect(askedFor({ ...real, TELEPHONY: 'stand-in', DEMO: 'on' }, true)).toEqual(['TELEPHONY', 'DEMO'])
  })

  it('mounted it listens nowhere of its own, and has no demo', () => {
    expect(readConfig({ ...real, HOST: '127.0.0.1' }, { mounted: true })).toMatchObject({
      host: null,
      demo: null,
      telephony: 'twilio',
    })
  })
})

it('says in each sentence what makes it more than a try-out', () => {
  const problems = (environment: Environment, mounted = false): readonly string[] => {
    try {
      readConfig(environment, { mounted })
    } catch (error) {
      if (error instanceof ConfigError) return error.problems
    }
    return []
  }
  for (const [why, told] of [
    ['where PUBLIC_BASE_URL is not localhost', problems({ PUBLIC_BASE_URL: outside, HOST: '0.0.0.0' })],
    ['where HOST lets in other machines', problems({ HOST: '0.0.0.0' })],
    ['inside an app of your own', problems({}, true)],
  ] as const) {
    expect(told).toHaveLength(5)
    for (const problem of told) expect(problem).toContain(why)
  }
})
