/**
 * Nothing that a caller keys as a secret, or keys at the wrong prompt, is left anywhere: not in logs of any level, in a
 * table, in the write-ahead log, in Redis, in an answer, in what agents see, in an error (threats 14, 30, 40).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { credentials } from '../../src/auth/credentials.ts'
import { faultOf, pinRules } from '../../src/auth/pin-policy.ts'
import { Secret } from '../../src/auth/secret.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { createSeal } from '../../src/live/sealed-calls.ts'
import { columns } from '../../src/store/import/columns.ts'
import { KEYS, openApp, type TestApp } from '../support/app.ts'
import { type Canary, FORMS, findLeaks } from '../support/canaries.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { times } from '../support/counts.ts'
import { file, importFile } from '../support/customers.ts'
import { dumpRedis, dumpTables } from '../support/dumps.ts'
import { describeRedis } from '../support/live-stores.ts'
import { counted, measured } from '../support/measured.ts'
import { phone } from '../support/phone-call.ts'
import { gathered } from '../support/signing.ts'
import { describePostgres } from '../support/stores.ts'

const CALLS = times(24, 120)
const AT_ONCE = 8
const BRANDS = ['sternmobil', 'alpenfunk'] as const

/** The same digits in every run, and no two alike: n-th of a sequence that fills its range in odd order. */
const fourDigits = (n: number): string => String(9_000 + ((n * 617 + 131) % 1_000))
const eightDigits = (n: number): string => String(93_000_000 + ((n * 48_271 + 7_919) % 6_999_989))
const longDigits = (n: number, length = 12): string =>
  `9${String((n * 7_368_787 + 104_729) % 9_999_991).padStart(7, '3')}${String(n + 1_000)}`.padEnd(length, '7')

const customerNumber = (n: number): string => String(60_000_000 + n * 37)

describePostgres('what callers key', (postgres) => {
  describeRedis('what callers key', (redis) => {
    let app: TestApp
    let url = ''
    const canaries: Canary[] = []
    /** All that was given to the live store and to the event log, whatever became of it there. */
    const given: string[] = []
    const contexts: string[] = []
    const bodies: string[] = []

    function canary(digits: string, at: string): string {
      canaries.push({ digits, at })
      return digits
    }

    beforeAll(async () => {
      url = await postgres().createDatabase({ migrated: true })
      let checks = 0
      let changes = 0
      const breaking = <Done>(secret: Secret, act: () => Promise<Done>): Promise<Done> => {
        changes += 1
        return changes % 17 === 0 ? Promise.reject(brokenWith(secret.reveal())) : act()
      }
      app = await openApp({
        database: url,
        redis: redis().url,
        customers: 'none',
        wrap: (parts) => ({
          calls: noting(parts.calls, given),
          waiting: noting(parts.waiting, given),
          events: noting(parts.events, given),
          verifier: {
            ...parts.verifier,
            matchOf(secret, ...rest) {
              // Now and then it breaks, with the secret in all that an error can carry.
              checks += 1
              if (checks % 20 === 0) throw brokenWith(secret.reveal())
              return parts.verifier.matchOf(secret, ...rest)
            },
            make: (secret, ...rest) => breaking(secret, () => parts.verifier.make(secret, ...rest)),
            matches: (secret, ...rest) => breaking(secret, () => parts.verifier.matches(secret, ...rest)),
          },
          pinChoice: {
            chooseByPhone: (account, kind, secret, ...rest) =>
              breaking(secret, () => parts.pinChoice.chooseByPhone(account, kind, secret, ...rest)),
          },
        }),
      })
      const lines = BRANDS.flatMap((brand, b) =>
        Array.from({ length: CALLS / 2 }, (_, n) => {
          const i = b * (CALLS / 2) + n
          const cells: Partial<Record<(typeof columns)[number], string>> = {
            brand,
            customer_number: customerNumber(i),
            name: 'Kim Beispiel',
            language: 'de',
            pin: canary(fourDigits(i), 'import, PIN'),
            ...(brand === 'alpenfunk' && {
              sim_numbers: luhn(`8949039200${String(i).padStart(8, '0')}`),
              puks: canary(eightDigits(i), 'import, PUK'),
            }),
          }
          return columns.map((column) => cells[column] ?? '').join(',')
        }),
      )
      const { new: imported, badLines } = await importFile(
        app.deps.database.db,
        file([columns.join(','), ...lines].join('\n')),
        { brands: rulesOf(app.deps.hotlines), verifier: cheapMaker(app.deps.keys.pin) },
      )
      expect({ imported, badLines }).toEqual({ imported: CALLS, badLines: {} })
    })
    afterAll(() => app.close())

    it('was keyed in calls of every kind', async () => {
      let next = 0
      const worker = async (): Promise<void> => {
        while (next < CALLS) await oneCall(next++)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      const levels = contexts.map((context) => JSON.parse(context).assurance?.level)
      expect(levels.filter((level) => level === 2).length).toBeGreaterThan(CALLS / 4)
      expect(app.logged().includes('a verifier cannot be compared')).toBe(true)
      const carried = { forwardedFrom: null, attestation: null, headers: [{ name: 'Account', value: 'keyed …' }] }
      for (const context of contexts) expect(JSON.parse(context).carried).toEqual(carried)
    })

    /** The digits of call n: everything a caller can key at a wrong prompt or as a secret, and every form field. */
    async function oneCall(n: number): Promise<void> {
      const brand = BRANDS[n < CALLS / 2 ? 0 : 1] ?? 'sternmobil'
      const long = (at: string, k: number): string => canary(longDigits(n * 16 + k), at)
      const odd = Object.fromEntries(
        [
          'CallToken',
          'FromCity',
          'CallerName',
          'StirPassportToken',
          'SpeechResult',
          'ForwardedFrom',
          'ErrorUrl',
          'Unknown',
          'SipHeader_X-Digits',
          'SipHeader_X-Account',
          'StirVerstat',
        ].map((field, k) => {
          const digits = canary(longDigits(20_000 + n * 16 + k, 14), `form field ${field}`)
          return [field, field === 'SipHeader_X-Account' ? `keyed ${digits}` : digits]
        }),
      )
      const call = phone(app, { brand, from: n % 3 ? `+49171392${String(1_000 + n)}` : 'anonymous', over: odd })
      await call.ring()
      await call.key(long('menu', 0))
      await call.key('1')
      await call.key(canary(fourDigits(n + 300), 'number, a PIN'))
      await call.key(canary(longDigits(n * 16 + 1, 24), 'number, too long'))
      if (n % 4 === 0) {
        // A PUK has the form of a customer number: nobody has it, and it is refused like any wrong number.
        await call.key(canary(eightDigits(n + 3_000), 'number, a PUK'))
        await call.key(canary(fourDigits(n + 500), 'PIN, for a number that nobody has'))
        await call.key(canary(fourDigits(n + 501), 'PIN, for a number that nobody has'))
      }
      await call.key(customerNumber(n))
      await call.key(long('PIN, too long', 2))
      await call.silence()
      // With these three a caller would come to a person: an entry of the wrong form, one that means nothing, and once more.
      if (n % 3 === 0) await call.key(long('help', 3))
      await call.key('1')
      if (n % 4 === 1) await call.key(canary(fourDigits(n + 700), 'PIN, wrong'))
      if (n % 4 === 2 && brand === 'alpenfunk') await call.key(canary(eightDigits(n + 5_000), 'PUK, wrong'))
      await call.key(brand === 'alpenfunk' && n % 2 ? eightDigits(n) : fourDigits(n))
      await call.wait()
      if (n % 10 === 3)
        await app.post('/voice/fallback', call.fields({ ...gathered(long('fallback', 4)), ErrorCode: '11200' }))
      const { body } = await app.get(`/api/v1/calls/${call.sid}`)
      contexts.push(body)
      await app.post(call.step, call.fields({ QueueResult: 'bridged', ...gathered(long('queue', 5)) }))
      await refusals(call.step, call.fields(), n)
      await app.post('/voice/status', call.fields({ CallStatus: 'completed', ...gathered(long('status', 6)) }))
    }

    /** Requests that are refused, with canaries in them; what they were answered is searched too. */
    async function refusals(step: string, fields: Record<string, string>, n: number): Promise<void> {
      const digits = (k: number): string => canary(longDigits(40_000 + n * 16 + k), 'a refused request')
      const malformed = await app.post(step, { ...fields, Digits: `${digits(0)}E` })
      const hidden = await app.post(step, { ...fields, Digits1: digits(1) })
      const noStep = await app.post(`/voice/step/${digits(2)}/x`, { ...fields, Digits: digits(3) })
      const last = app.exchanges.at(-1)
      const unsigned = last && (await app.repeat({ ...last, path: step, body: `Digits=${digits(4)}` }))
      const answers = [malformed, hidden, noStep, unsigned].map((one) => `${one?.status} ${one?.answer}`)
      expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['400', '400', '400', '403'])
      for (const path of [`/api/v1/calls/${digits(5)}`, `/api/v1/calls?state=${digits(6)}`, `/${digits(7)}`]) {
        const { status, body } = await app.get(path)
        answers.push(`${status} ${body}`)
      }
      bodies.push(...answers)
    }

    /** Fit to be set, for any customer here. */
    function newPin(n: number, at: string): string {
      const policy = { entry: credentials.pin.usualEntry, forbid: pinRules }
      const owner = {
        birthDate: null,
        numbers: Array.from({ length: CALLS }, (_, each) => customerNumber(each)),
        names: [],
      }
      let digits = fourDigits(n)
      for (let more = n; faultOf(new Secret(digits), policy, owner) !== null; more += CALLS) digits = fourDigits(more)
      return canary(digits, at)
    }

    it('was keyed as a new PIN too, twice, differing, refused, and left after the first entry', async () => {
      for (let n = CALLS / 2; n < CALLS; n++) {
        const [first, other] = [newPin(n + 200, 'new PIN'), newPin(n + 400, 'new PIN, another')]
        const call = phone(app, { brand: 'alpenfunk' })
        await call.ring()
        await call.key('3')
        await call.key(customerNumber(n))
        await call.key(fourDigits(n))
        await call.key(canary(longDigits(60_000 + n), 'new PIN, too long'))
        await call.key(first)
        if (n % 6 === 5) continue
        await call.key(other)
        for (const digits of [fourDigits(n), fourDigits(n), first, first]) await call.key(digits)
        await call.hangUp()
      }
      const events = await app.deps.events.read({ limit: 10_000 })
      const set = events.filter(({ facts }) => facts.act === 'choose_pin' && facts.by === 'phone')
      expect(set.length).toBeGreaterThan(CALLS / 6)
      expect(given.some((text) => text.includes('"entry":{'))).toBe(true)
      for (const said of [
        'Das war zweimal nicht dasselbe',
        'hattest du schon',
        'Ab jetzt gilt',
        'Vielleicht gilt noch',
      ])
        expect(app.exchanges.some(({ answer }) => answer.includes(said))).toBe(true)
    })

    it('is found by the search, in every form and place, if it is there', () => {
      const [short = canaries[0], long] = [canaries[0], canaries.find(({ digits }) => digits.length > 8)]
      for (const one of [short, long] as Canary[]) {
        const bytes = Buffer.from(one.digits)
        for (const text of [
          `{"pin":"${one.digits}"}`,
          `{"pin":${one.digits}}`,
          `keyed ${one.digits}.`,
          `Digits=${one.digits}&x`.replace('=', ': '),
          `x${bytes.toString('base64')}x`,
          `x${bytes.toString('hex')}x`,
          `[${[...one.digits].join(',')}]`,
        ]) {
          expect({ text, found: findLeaks(canaries, { text }).map(({ digits }) => digits) }).toEqual({
            text,
            found: expect.arrayContaining([one.digits]),
          })
        }
      }
    })

    it('is nowhere: logs, tables, write-ahead log, Redis, documents, contexts, errors (threat 14)', async () => {
      const { db } = app.deps.database
      const queries = await sql<{
        query: string
      }>`select query from pg_stat_activity where datname = current_database()`.execute(db)
      const places = {
        'logs at every level': app.logged(),
        'all tables': await dumpTables(db),
        'statements the database remembers': queries.rows.map(({ query }) => query).join('\n'),
        Redis: await dumpRedis(redis().direct, createSeal(app.deps.keys.subject)),
        'all that was given to the live store': given.join('\n'),
        documents: app.exchanges.map(({ answer }) => answer).join('\n'),
        'contexts for agents': contexts.join('\n'),
        'answers to what was refused': bodies.join('\n'),
      }
      // The control: what may be there is found there.
      expect(findLeaks([{ digits: customerNumber(1), at: 'customer number' }], places)).not.toEqual([])
      for (const text of Object.values(places)) expect(text.length).toBeGreaterThan(100)

      const unique = [...new Map(canaries.map((one) => [one.digits, one])).values()]
      const leaks = findLeaks(unique, places)
      expect(leaks).toEqual([])

      const wal = writeAheadLog(url)
      const long = unique.filter(({ digits }) => digits.length >= 8)
      expect(plainIn(long, wal)).toEqual([])
      expect(plainIn([{ digits: customerNumber(1), at: 'customer number' }], wal)).not.toEqual([])

      measured(
        "keyed canary digits found in logs, tables, Redis, write-ahead log, documents, agents' contexts",
        `${leaks.length} of ${counted(unique.length)}, in ${FORMS} forms, after ${counted(CALLS)} calls`,
      )
    })

    it('is shown to no agent, in no field (threat 30)', () => {
      for (const context of contexts) {
        const { assurance, failedTriesBefore, lockedUntil, ...rest } = JSON.parse(context)
        expect(Object.keys(rest).sort()).toEqual(
          'account brand callSid caller carried contacts elsewhere flags incidents language may mayNot notes outcome resting ticket tickets topic version waitingSince'.split(
            ' ',
          ),
        )
        expect([0, 1, 2]).toContain(assurance.level)
        expect(failedTriesBefore).toBeLessThan(20)
        expect(lockedUntil === null || !Number.isNaN(Date.parse(lockedUntil))).toBe(true)
      }
    })

    it('nor is any key or token of the server (threat 40)', async () => {
      const secrets = Object.entries(KEYS).flatMap(([name, secret]) => {
        const bytes = Buffer.from(secret as string)
        return [bytes.toString('latin1'), bytes.toString('base64'), bytes.toString('hex')].map((text) => ({
          name,
          text,
        }))
      })
      const everything = [
        app.logged(),
        await dumpTables(app.deps.database.db),
        await dumpRedis(redis().direct, createSeal(app.deps.keys.subject)),
        given.join('\n'),
        app.exchanges.map(({ answer }) => answer).join('\n'),
        contexts.join('\n'),
        bodies.join('\n'),
      ].join('\n')
      expect(secrets.filter(({ text }) => everything.includes(text))).toEqual([])
    })
  })
})

/** What Postgres has written ahead, as text of one character a byte. */
function writeAheadLog(url: string): string {
  const folder = join(decodeURIComponent(url.split('host=')[1] ?? ''), 'data', 'pg_wal')
  return readdirSync(folder)
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n')
}

function plainIn(canaries: readonly Canary[], text: string): string[] {
  const wanted = new Set(canaries.map(({ digits }) => digits))
  const lengths = new Set([...wanted].map((digits) => digits.length))
  const found: string[] = []
  for (const [run] of text.matchAll(/[0-9]{8,}/g)) {
    for (const length of lengths) {
      for (let i = 0; i + length <= run.length; i++) {
        if (wanted.has(run.slice(i, i + length))) found.push(run.slice(i, i + length))
      }
    }
  }
  return found
}

/** The same part, with all that it is given written down. */
function noting<T extends object>(part: T, into: string[]): T {
  return new Proxy(part, {
    get(target, name) {
      const real = Reflect.get(target, name) as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        into.push(JSON.stringify(args))
        return real(...args)
      }
    },
  })
}

function brokenWith(digits: string): Error {
  const error = new Error(`argon2 could not hash "${digits}"`, { cause: { parameters: [digits], detail: digits } })
  return Object.assign(error, { digits, parameters: [digits], code: digits, detail: `Key (pin)=(${digits}) exists.` })
}

/** A SIM number with its check digit (Luhn). */
function luhn(body: string): string {
  const sum = [...body].reverse().reduce((all, digit, i) => {
    const doubled = i % 2 === 0 ? Number(digit) * 2 : Number(digit)
    return all + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}
