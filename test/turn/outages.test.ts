/** What a caller gets when something of ours is broken or gone: an answer, quickly, and never a verification. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Match } from '../../src/auth/verifier.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { TWILIO_MS } from '../../src/seams/patience.ts'
import type { TurnParts } from '../../src/turn/take-turn.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { startStopwatch } from '../support/clock.ts'
import { describeRedis } from '../support/live-stores.ts'
import { type PhoneCall, phone, queueOf } from '../support/phone-call.ts'
import { until } from '../support/redis.ts'
import { gathered } from '../support/signing.ts'
import { describeOwnPostgres } from '../support/stores.ts'

const HANNA = { number: '407182632', pin: '4826' }

const level = async (app: TestApp, call: PhoneCall) =>
  (await app.deps.live.calls.get(call.sid))?.assurance.level ?? null

/** The hotlines, with a prompt missing in one of them: a brand that no check has seen. */
function torn(hotlines: TurnParts['hotlines']): TurnParts['hotlines'] {
  const tear = (hotline: Hotline): Hotline => ({
    ...hotline,
    words: {
      ...hotline.words,
      speak(language, line) {
        if (line.key === 'verify.ask') throw new Error(`prompt 'verify.ask' is missing`)
        return hotline.words.speak(language, line)
      },
    },
  })
  const each = (map: ReadonlyMap<string, Hotline>) =>
    new Map([...map].map(([key, hotline]) => [key, hotline.brand.name === 'korbmobil' ? tear(hotline) : hotline]))
  return { byNumber: each(hotlines.byNumber), byBrand: each(hotlines.byBrand), checks: hotlines.checks }
}

/** As for a verifier of before a key was changed. */
const outdatedOnce = (match: Match | null): Match | null => match && { ...match, fresh: match.candidate.stored }

describe('when a part throws', () => {
  type Breakable = 'source.find' | 'attempts.renew' | 'attempts.reserve' | 'attempts.settle' | 'attempts.lockState'
  type Broken = Breakable | 'events.append' | 'verifier.matchOf' | 'calls.claim' | 'calls.save' | 'waiting.join' | null
  let broken: Broken = null
  let outdated = false
  let app: TestApp

  /** The part, whose function of that name throws while the test says so. What it throws quotes the digits. */
  function fragile<K extends 'source' | 'attempts' | 'events' | 'verifier' | 'calls' | 'waiting'>(
    parts: TurnParts,
    name: K,
  ): Pick<TurnParts, K> {
    const part = new Proxy(parts[name] as object, {
      get(target, method) {
        const real = Reflect.get(target, method)
        return (...given: unknown[]) => {
          if (broken === `${name}.${String(method)}`) throw new Error(`broken while it was given ${HANNA.pin} 4826`)
          const match = real(...given)
          return outdated && method === 'matchOf' ? match.then(outdatedOnce) : match
        }
      },
    })
    return { [name]: part } as unknown as Pick<TurnParts, K>
  }

  beforeAll(async () => {
    app = await openApp({
      wrap: (parts) => ({
        ...fragile(parts, 'source'),
        ...fragile(parts, 'attempts'),
        ...fragile(parts, 'events'),
        ...fragile(parts, 'verifier'),
        ...fragile(parts, 'calls'),
        ...fragile(parts, 'waiting'),
        hotlines: torn(parts.hotlines),
      }),
    })
  })
  afterAll(() => app.close())
  beforeEach(() => {
    broken = null
  })

  async function atPin(): Promise<PhoneCall> {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    return call
  }

  it.each(['attempts.reserve', 'attempts.settle'] as const)(
    '%s: the right PIN verifies nobody; the caller comes to a person at level 0',
    async (what) => {
      const call = await atPin()
      broken = what
      await call.key(HANNA.pin)
      expect(call.heard).toContain('Wir können das gerade nicht prüfen.')
      expect(queueOf(call.heard ?? '')).toBe('rheinnetz.general')
      broken = null
      expect(await app.context(call.sid)).toMatchObject({
        outcome: 'unavailable',
        assurance: { level: 1 },
        account: null,
      })
      expect((await app.deps.live.calls.get(call.sid))?.handOff).toMatchObject({ level: 0 })
    },
  )

  it('events.append: the check is recorded with its try, and what follows stands though it cannot be', async () => {
    const call = await atPin()
    broken = 'events.append'
    await call.key(HANNA.pin)
    broken = null
    expect(await level(app, call)).toBe(2)
    const kinds = (await app.deps.events.read({ callId: call.sid, limit: 9 })).map(({ kind }) => kind)
    expect(kinds).toEqual(['verify'])
    expect(app.logged()).toContain("the event 'hand_off' could not be recorded")
  })

  it('verifier.matches: the right PIN counts as wrong, as it would for an account that has none', async () => {
    const call = await atPin()
    broken = 'verifier.matchOf'
    await call.key(HANNA.pin)
    expect(call.heard).toContain('Das hat noch nicht geklappt.')
    const facts = (await app.deps.events.read({ callId: call.sid, limit: 9 })).map((event) => event.facts)
    expect(facts).toEqual([{ credential: 'pin', result: 'wrong', origin: 'stranger' }])
    broken = null
    expect(await level(app, call)).toBe(1)
    await call.key(HANNA.pin)
    expect(await level(app, call)).toBe(2)
  })

  it('attempts.renew: a right PIN stays right though its verifier cannot be put under the current key', async () => {
    const call = await atPin()
    outdated = true
    broken = 'attempts.renew'
    await call.key(HANNA.pin)
    outdated = false
    expect(await level(app, call)).toBe(2)
    expect(app.logged()).toContain('a verifier could not be put under the current key')
  })

  it.each(['source.find', 'attempts.lockState'] as const)(
    '%s: an entry brings the caller to a person',
    async (what) => {
      const call = phone(app, { brand: 'rheinnetz' })
      await call.ring()
      await call.key('1')
      broken = what
      await call.key(HANNA.number)
      expect(queueOf(call.heard ?? '')).toBe('rheinnetz.general')
      expect(await level(app, call)).toBe(0)
    },
  )

  it.each(['calls.claim', 'calls.save'] as const)('%s: an apology, a queue, and nobody verified', async (what) => {
    const call = await atPin()
    broken = what
    await call.key(HANNA.pin)
    expect(call.heard).toMatch(/de-DE.*en-GB/)
    expect(queueOf(call.heard ?? '')).toBe('rheinnetz.general')
    expect(queueOf(await call.fallback())).toBe('rheinnetz.general')
    broken = null
    expect(await level(app, call)).toBe(1)
    const events = await app.deps.events.read({ callId: call.sid, limit: 9 })
    expect(events.filter(({ kind }) => kind === 'hand_off').map(({ facts }) => facts.level)).toEqual([0, 0])
  })

  it('waiting.join: the answer stands, and the next wait fetch puts the caller into the list', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.ring()
    broken = 'waiting.join'
    expect(queueOf(await call.key('2'))).toBe('rheinnetz.outage')
    broken = null
    const isWaiting = async () => (await app.waiting()).some(({ callSid }) => callSid === call.sid)
    expect(await isWaiting()).toBe(false)
    await call.wait()
    expect(await isWaiting()).toBe(true)
  })

  it('the flow itself: an apology, and a person at level 0 who sees no account', async () => {
    const call = phone(app, { brand: 'korbmobil' })
    await call.toPin('31046285')
    expect(call.heard).toContain('bei uns ist etwas schiefgegangen.')
    expect(queueOf(call.heard ?? '')).toBe('korbmobil.general')
    expect(await app.context(call.sid)).toMatchObject({
      assurance: { level: 0 },
      outcome: 'unavailable',
      account: null,
    })
    expect((await app.deps.events.read({ callId: call.sid, limit: 9 }))[0]).toMatchObject({
      kind: 'hand_off',
      facts: { to: 'korbmobil.general', queueLevel: 0, level: 0 },
    })
    expect(app.logged()).toContain('the flow broke')
  })

  it('logs each with its call, and nothing that it was given', () => {
    const errors = app
      .logged()
      .split('\n')
      .filter((line) => line.includes('"level":"error"'))
    expect(errors.length).toBeGreaterThanOrEqual(9)
    for (const line of errors) {
      expect(JSON.parse(line).callId).toMatch(/^CA[0-9a-f]{32}$/)
      expect(line).not.toContain(HANNA.pin)
    }
  })
})

/**
 * Every webhook that a call can bring, with the right PIN in it. That each part keeps its share of the deadline is shown by
 * numbers (`patience.test.ts`): here a busy machine may add to it, and Twilio must still be there.
 */
async function expectQuickAnswers(app: TestApp, call: PhoneCall): Promise<void> {
  const forms: [string, Record<string, string>][] = [
    ['/voice/incoming', {}],
    [call.step, gathered(HANNA.pin)],
    [call.step, gathered()],
    [call.step, { QueueResult: 'bridged' }],
    ['/voice/step/made-up', gathered(HANNA.pin)],
    ['/voice/wait', {}],
    ['/voice/fallback', { ...gathered(HANNA.pin), ErrorCode: '11200' }],
  ]
  for (const [path, over] of forms) {
    const passed = startStopwatch()
    const { status, answer } = await app.post(path, call.fields(over))
    expect(status).toBe(200)
    expect(answer).toMatch(/<Response>.+<\/Response>$/)
    expect(answer).not.toContain('rheinnetz.bill')
    expect(passed()).toBeLessThan(TWILIO_MS)
  }
  const { status } = await app.post('/voice/status', call.fields({ CallStatus: 'completed' }))
  expect(status).toBe(204)
}

describeRedis('without Redis', (redis) => {
  it('every webhook is answered quickly and nobody is verified; with it the calls go on', async () => {
    const app = await openApp({ redis: redis().url })
    try {
      const call = phone(app, { brand: 'rheinnetz' })
      await call.toPin(HANNA.number)
      await redis().kill()
      await expectQuickAnswers(app, call)
      expect(await app.get(`/api/v1/calls/${call.sid}`)).toMatchObject({ status: 503 })
      const { rows } = { rows: await app.deps.database.db.selectFrom('pin_attempt').selectAll().execute() }
      expect(rows).toEqual([])
      await redis().start()
      await until(() => app.deps.live.ping().then(() => true))
      expect(await level(app, call)).toBeNull()
      // What the server held is gone: the call begins again, and the PIN in it is dropped.
      expect(await call.key(HANNA.pin)).toContain('Rheinnetz, guten Tag.')
    } finally {
      await app.close()
    }
  })
})

describeRedis('with a Redis that answers and takes no calls', (redis) => {
  it.each([
    ['a replica whose master is gone', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    ['without memory', ['CONFIG', 'SET', 'maxmemory', '1mb'], ['CONFIG', 'SET', 'maxmemory', '0']],
  ] as const)(
    'because it is %s the server is degraded, callers reach a person, and the next call after it is verified',
    async (_why, begin, end) => {
      const app = await openApp({ redis: redis().url })
      const tell = ([command, ...given]: readonly [string, ...string[]]) => redis().direct.call(command, ...given)
      try {
        const call = phone(app, { brand: 'rheinnetz' })
        await call.toPin(HANNA.number)
        await tell(begin)
        const { status, body } = await app.get('/health/ready')
        expect(JSON.parse(body)).toMatchObject({ degraded: true, stores: { database: 'ok', live: 'down' } })
        expect(status).toBe(200)
        await expectQuickAnswers(app, call)
        expect(await level(app, call)).toBe(1)
        await tell(end)
        await until(async () => !JSON.parse((await app.get('/health/ready')).body).degraded)
        const next = phone(app, { brand: 'rheinnetz' })
        await next.toPin(HANNA.number)
        expect(queueOf(await next.key(HANNA.pin))).toBe('rheinnetz.bill')
        expect(await level(app, next)).toBe(2)
      } finally {
        await app.close()
      }
    },
  )
})

describeOwnPostgres('without a database', (postgres) => {
  it('every webhook is answered quickly and nobody is verified', async () => {
    const app = await openApp({ database: await postgres().createDatabase({ migrated: true }) })
    try {
      const call = phone(app, { brand: 'rheinnetz' })
      await call.toPin(HANNA.number)
      const other = phone(app, { brand: 'rheinnetz' })
      await other.ring()
      await other.key('1')
      const third = phone(app, { brand: 'rheinnetz' })
      await third.toPin(HANNA.number)
      await postgres().stop()

      expect(await call.key(HANNA.pin)).toContain('Wir können das gerade nicht prüfen.')
      expect(queueOf(call.heard ?? '')).toBe('rheinnetz.general')
      expect(await level(app, call)).toBe(1)
      expect(queueOf(await other.key(HANNA.number))).toBe('rheinnetz.general')
      expect(await level(app, other)).toBe(0)
      await expectQuickAnswers(app, third)
      expect(await level(app, third)).not.toBe(2)
      expect(await app.get(`/api/v1/calls/${call.sid}`)).toMatchObject({ status: 503 })
      // A topic that needs no database is served as ever.
      const outage = phone(app, { brand: 'rheinnetz' })
      await outage.ring()
      expect(queueOf(await outage.key('2'))).toBe('rheinnetz.outage')
    } finally {
      await app.close()
    }
  })
})
