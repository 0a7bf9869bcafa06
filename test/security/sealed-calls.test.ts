/** Who writes to Redis wins no level: whatever is put where a call is kept, it is that call as it was sealed, or an unknown one (threat 26). */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { Call } from '../../src/call/call.ts'
import { type CallSeal, createSeal } from '../../src/live/sealed-calls.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { times } from '../support/counts.ts'
import { describeRedis } from '../support/live-stores.ts'
import { counted, measured } from '../support/measured.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf } from '../support/phone-call.ts'

const { first: JANA, second: OTTO } = people.sternmobil as NonNullable<typeof people.sternmobil>
const QUEUE_OF_THE_PROVED = 'sternmobil.bill'

describeRedis('a call with something else in its place', (redis) => {
  let app: TestApp
  let seal: CallSeal
  const tries = countedVerifier()
  /** A caller who is verified and waits. */
  let verified: PhoneCall

  beforeAll(async () => {
    app = await openApp({ customers: 'cheap', redis: redis().url, wrap: tries.wrap })
    seal = createSeal(app.deps.keys.subject)
  })
  afterAll(() => app.close())
  beforeEach(async () => {
    tries.reset()
    await app.deps.database.db.deleteFrom('pin_state').execute()
    verified = phone(app, { brand: 'sternmobil' })
    await verified.toPin(OTTO.number)
    // The control: this is what an authenticated hand-off looks like.
    expect(queueOf(await verified.key(OTTO.pin))).toBe(QUEUE_OF_THE_PROVED)
    expect(await marksOf(verified)).toBe(true)
  })

  const keyOf = ({ sid }: PhoneCall): string => `rufpass:call:{${sid}}`
  const keptOf = async (call: PhoneCall): Promise<string> => (await redis().direct.hget(keyOf(call), 'call')) ?? ''
  const keep = (call: PhoneCall, value: string): Promise<unknown> => redis().direct.hset(keyOf(call), 'call', value)

  /** Whether anything says that its caller has proved something: the call, the order of those who wait, what agents read, the record. */
  async function marksOf({ sid }: PhoneCall): Promise<boolean> {
    const call = await app.deps.live.calls.get(sid)
    const place = await app.deps.database.db
      .selectFrom('queue_place')
      .select('level')
      .where('call_id', '=', sid)
      .execute()
    const { status, body } = await app.get(`/api/v1/calls/${sid}`)
    const level = status === 200 ? JSON.parse(body).assurance.level : 0
    const events = await app.deps.events.read({ callId: sid, limit: 100 })
    return (
      [call?.assurance.level, call?.handOff?.level, level, ...place.map((each) => each.level)].includes(2) ||
      call?.outcome === 'verified' ||
      events.some(({ facts }) => facts.level === 2 || facts.result === 'right')
    )
  }

  const linesAbout = ({ sid }: PhoneCall): string[] =>
    app
      .logged()
      .split('\n')
      .filter((line) => line.includes('"reason":"seal"') && line.includes(sid))

  it('is unknown with any one of its bytes changed, and told once in the log, without what was kept', async () => {
    const sealed = Buffer.from(await keptOf(verified))
    const opened: number[] = []
    for (let place = 0; place < sealed.length; place++) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(place) ^ (1 << (place % 7)), place)
      await redis().direct.hset(keyOf(verified), 'call', changed)
      if ((await app.deps.live.calls.get(verified.sid)) !== null) opened.push(place)
    }
    expect(opened).toEqual([])
    expect(sealed.length).toBeGreaterThan(500)
    const [line = '', ...more] = linesAbout(verified)
    expect(more).toEqual([])
    expect(JSON.parse(line)).toMatchObject({ level: 'error', store: 'live', callId: verified.sid })
    expect(line).not.toContain(sealed.toString().slice(3, 23))
    // Put back as it was, it is the call again: nothing but the string was wrong.
    await keep(verified, sealed.toString())
    expect(await marksOf(verified)).toBe(true)
  })

  /** What an attacker may put there, who reads and writes all of Redis and has everything of this installation but its keys. */
  const values: Record<string, (own: PhoneCall) => Promise<string>> = {
    'the state of the verified call': () => keptOf(verified),
    'its own state with the level raised, in the open': async (own) => JSON.stringify(await raised(own)),
    'the same in the form of a sealed one': async (own) =>
      `c1.${Buffer.from(JSON.stringify(await raised(own))).toString('base64')}`,
    'the same sealed under a key of their own': async (own) =>
      createSeal(Buffer.alloc(32, 9)).seal(own.sid, await raised(own)),
    'that state, behind the MAC of its own': async (own) => {
      const [mac, text] = [await keptOf(own), await keptOf(verified)].map((each) =>
        Buffer.from(each.slice(3), 'base64'),
      )
      return `c1.${Buffer.concat([(mac as Buffer).subarray(0, 32), (text as Buffer).subarray(32)]).toString('base64')}`
    },
    nothing: async () => '',
  }

  async function raised(own: PhoneCall): Promise<Call> {
    const call = seal.open(own.sid, await keptOf(own))
    const proved = seal.open(verified.sid, await keptOf(verified))
    if (!call || !proved) throw new Error('nothing is kept')
    return {
      ...proved,
      ...call,
      claim: proved.claim,
      assurance: proved.assurance,
      outcome: 'verified',
      reply: proved.reply,
    }
  }

  /** What comes then. At each of them the call has its own step still. */
  const ways: Record<string, (own: PhoneCall) => Promise<unknown>> = {
    'a wrong PIN': (own) => own.key(wrongPin(JANA.pin)),
    silence: (own) => own.silence(),
    'to a person': (own) => own.key('0'),
    'the fallback': (own) => own.fallback(),
    waiting: (own) => own.wait(),
    'the queue': (own) => own.returned('redirected-from-bridged'),
    'ringing again': (own) => own.ring(),
    'the end': (own) => own.hangUp(),
  }

  it('is never an authenticated hand-off, whatever is put there and whatever comes then', async () => {
    let [made, handedOff] = [0, 0]
    for (const [place, [what, value]] of Object.entries(values).entries()) {
      for (const [n, [way, go]] of Object.entries(ways).entries()) {
        if ((n + place) % times(2, 1) !== 0) continue
        await app.deps.database.db.deleteFrom('pin_state').execute()
        const own = phone(app, { brand: 'sternmobil' })
        await own.toPin(JANA.number)
        await keep(own, await value(own))
        await go(own)
        made += 1
        if (await marksOf(own)) handedOff += 1
        expect({ what, way, handedOff, told: linesAbout(own).length }).toEqual({ what, way, handedOff: 0, told: 1 })
      }
    }
    measured(
      'authenticated hand-offs of calls whose state in Redis was replaced by somebody who has all of Redis and no key',
      `${handedOff} of ${counted(made)}`,
    )
  })

  it('and the call whose state it was given in exchange are both unknown, with all else that is kept of them too', async () => {
    for (const fields of ['call', 'all'] as const) {
      await app.deps.database.db.deleteFrom('pin_state').execute()
      const own = phone(app, { brand: 'sternmobil' })
      await own.toPin(JANA.number)
      const [mine, theirs] = await Promise.all([own, verified].map((each) => redis().direct.hgetall(keyOf(each))))
      const given = ({ call = '', ...rest }: Record<string, string> = {}) =>
        fields === 'call' ? { call } : { call, ...rest }
      await redis().direct.hset(keyOf(own), given(theirs))
      await redis().direct.hset(keyOf(verified), given(mine))
      expect(await app.deps.live.calls.get(own.sid)).toBeNull()
      expect(await app.deps.live.calls.get(verified.sid)).toBeNull()
      // Even at the step of the other one.
      const { answer } = await app.post(verified.step, own.fields({ QueueResult: 'bridged' }))
      expect(queueOf(answer)).not.toBe(QUEUE_OF_THE_PROVED)
      expect(await marksOf(own)).toBe(false)
      await redis().direct.hset(keyOf(verified), theirs ?? {})
    }
  })

  it('from before its tries brings no try that the account does not have', async () => {
    const own = phone(app, { brand: 'sternmobil' })
    await own.toPin(JANA.number)
    const [before, step] = [await redis().direct.hgetall(keyOf(own)), own.step]
    const wrong = wrongPin(JANA.pin)
    tries.reset()
    for (let round = 0; round < 3; round++) {
      for (const pin of [wrong, wrong, JANA.pin]) {
        if (/enqueue|hangup/i.test(own.heard ?? '')) break
        await own.key(round === 0 ? wrong : pin)
      }
      await redis().direct.hset(keyOf(own), before)
      own.step = step
    }
    // The first three are compared, and then the account is locked, whatever the call knows of it.
    expect(tries.compared).toBe(3)
    expect(await marksOf(own)).toBe(false)
  })

  it('as the version before left it, begins again', async () => {
    const own = phone(app, { brand: 'sternmobil' })
    await own.toPin(JANA.number)
    await keep(own, JSON.stringify(seal.open(own.sid, await keptOf(own))))
    const begun = await own.key(JANA.pin)
    expect(begun).toContain('<Gather')
    expect(await app.deps.live.calls.get(own.sid)).toMatchObject({
      claim: null,
      tries: 0,
      entries: 0,
      assurance: { level: 0 },
    })
    expect(linesAbout(own)).toHaveLength(1)
  })
})
