/** Signed requests out of place: replayed, in the wrong state, or with the step of somebody else's call. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Exchange, openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { times } from '../support/counts.ts'
import { dumpLive, dumpTables } from '../support/dumps.ts'
import { counted, measured } from '../support/measured.ts'
import { people, wrongPin } from '../support/people.ts'
import { type PhoneCall, phone, queueOf } from '../support/phone-call.ts'
import { gathered } from '../support/signing.ts'

const { first: HANNA, second: OLIVER } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const { first: JANA } = people.sternmobil as NonNullable<typeof people.sternmobil>

let app: TestApp
const tries = countedVerifier()

beforeAll(async () => {
  app = await openApp({ customers: 'cheap', wrap: tries.wrap })
})
afterAll(() => app.close())
beforeEach(async () => {
  tries.reset()
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

/** Tables and live calls. The clock stands for what it reads, so that nobody leaves the queue by the mere time it takes. */
async function everything(calls: Iterable<string>): Promise<string> {
  // That a caller was seen to be there is no state of their place.
  const tables = (await dumpTables(app.deps.database.db)).replaceAll(/^(queue_place .*)"seen": "[^"]*", /gm, '$1')
  return `${tables.split('\n').sort().join('\n')}\n${await dumpLive(app.deps.live, calls)}`
}

/** What callers are told is written within a quarter of a second, for all together. */
const untilToldIsWritten = (): Promise<void> => new Promise((done) => setTimeout(done, 600))

describe('a recorded request', () => {
  /** One call of each kind, all its requests with it. Some are left waiting in the queue, the others ended. */
  async function recordCalls(count: number): Promise<{ calls: PhoneCall[]; recorded: Exchange[] }> {
    const from = app.exchanges.length
    const calls: PhoneCall[] = []
    const ways = [
      ['1', HANNA.number, HANNA.pin, 'wait', 'bridged', 'end'],
      ['1', HANNA.number, wrongPin(HANNA.pin), HANNA.pin, 'wait', 'end'],
      ['1', people.rheinnetz?.nobody ?? '', '0000', '0001', OLIVER.number, OLIVER.pin, 'wait'],
      ['2', 'wait', 'bridged', 'end'],
      ['9', '1', OLIVER.number, '', 'fallback', 'wait'],
      ['1', '*', '12', OLIVER.number],
    ]
    for (let n = 0; n < count; n++) {
      const call = phone(app, { brand: 'rheinnetz' })
      calls.push(call)
      await call.ring()
      for (const deed of ways[n % ways.length] ?? []) {
        if (deed === 'end') await call.hangUp()
        else if (deed === 'wait') await call.wait()
        else if (deed === 'fallback') await call.fallback()
        else if (deed === 'bridged') await call.returned('bridged')
        // Nothing keyed is a hash alone here: silence would take time, in which others leave the queue.
        else await call.key(deed)
      }
    }
    return { calls, recorded: app.exchanges.slice(from) }
  }

  it('played again at once changes nothing and evaluates nothing (threat 19)', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    const deeds = [
      () => call.ring(),
      () => call.key('1'),
      () => call.key(HANNA.number),
      () => call.key(wrongPin(HANNA.pin)),
      () => call.key(HANNA.pin),
      () => call.wait(),
      () => call.fallback(),
      () => call.returned('bridged'),
      () => call.hangUp(),
    ]
    for (const deed of deeds) {
      await deed()
      const last = app.exchanges.at(-1) as Exchange
      if (last.path === '/voice/wait') await untilToldIsWritten()
      const before = [await everything([call.sid]), tries.evaluated]
      // A caller who waits is seen to be there, which is no state of the call.
      for (let i = 0; i < 3; i++) expect(await app.repeat(last)).toMatchObject({ status: last.status })
      expect([await everything([call.sid]), tries.evaluated]).toEqual(before)
    }
    expect(tries.evaluated).toBe(2)
  })

  it('played again later, in order and out of order, changes nothing and evaluates nothing (threat 19)', async () => {
    const count = times(18, 60)
    const { calls, recorded } = await recordCalls(count)
    const sids = calls.map(({ sid }) => sid)
    // Once more each: whose place a later call has taken over has not been told of it yet, and is told once.
    for (const call of calls) await call.wait()
    await untilToldIsWritten()
    const before = await everything(sids)
    const evaluatedBefore = tries.evaluated
    expect(evaluatedBefore).toBeGreaterThan(count * 0.8)
    // The fallback is no step: it may come at any time, and takes a call that goes on to a person. Here none goes on.
    const orders: Exchange[][] = [
      recorded,
      recorded.toReversed(),
      recorded.toSorted((a, b) =>
        (a.headers['x-twilio-signature'] ?? '').localeCompare(b.headers['x-twilio-signature'] ?? ''),
      ),
    ]
    let replayed = 0
    for (const order of orders) {
      for (let from = 0; from < order.length; from += 20) {
        await Promise.all(order.slice(from, from + 20).map((exchange) => app.repeat(exchange)))
      }
      replayed += order.length
    }
    await untilToldIsWritten()
    expect(tries.evaluated - evaluatedBefore).toBe(0)
    expect(await everything(sids)).toBe(before)
    measured('replayed signed requests that were evaluated or changed anything', `0 of ${counted(replayed)}`)
  })

  it('of a call that was forgotten begins a call that knows nothing, and evaluates nothing (threat 19)', async () => {
    const { recorded } = await recordCalls(6)
    const before = tries.evaluated
    // A day and a restart later: nothing is remembered of these calls.
    app.clock.turn(25 * 3_600_000)
    for (const exchange of recorded.toReversed()) {
      if (!['/voice/status', '/voice/fallback'].includes(exchange.path)) await app.repeat(exchange)
    }
    expect(tries.evaluated - before).toBe(0)
    const levels = await Promise.all(
      recorded.map(async ({ body }) => {
        const call = await app.deps.live.calls.get(new URLSearchParams(body).get('CallSid') ?? '')
        return call?.assurance.level ?? 0
      }),
    )
    expect(new Set(levels)).toEqual(new Set([0]))
  })
})

describe('a signed request in the wrong state', () => {
  /** Brings a call into a state. None of these callers has shown a PIN. */
  const states: Record<string, (call: PhoneCall) => Promise<unknown>> = {
    'not yet known': async () => {},
    'at the menu': (call) => call.ring(),
    'at the number': async (call) => {
      await call.ring()
      await call.key('1')
    },
    'at the help menu': async (call) => {
      await call.toPin(JANA.number)
      await call.silence()
    },
    'at the PIN of a number that nobody has': (call) => call.toPin(people.sternmobil?.nobody ?? ''),
    'in the queue at level 0': async (call) => {
      await call.ring()
      await call.key('2')
    },
    'in the queue after the fallback': async (call) => {
      await call.toPin(JANA.number)
      await call.fallback()
    },
    refused: async (call) => {
      await call.toPin(JANA.number)
      for (const key of ['0000', '0001', JANA.number, '0002']) await call.key(key)
    },
    ended: async (call) => {
      await call.toPin(JANA.number)
      await call.hangUp()
    },
  }

  it('never makes a hand-off that is marked authenticated (threat 21)', async () => {
    // Somebody else is verified meanwhile; their step is a token like any other.
    const verified = phone(app, { brand: 'sternmobil' })
    await verified.toPin('20593847')
    const spent = verified.step
    await verified.key('8530')

    const forms: Record<string, string>[] = [
      {},
      gathered('1'),
      gathered('2'),
      gathered(JANA.pin),
      gathered('*'),
      gathered('9'.repeat(64)),
      ...['bridged', 'redirected-from-bridged', 'queue-full'].map((QueueResult) => ({
        QueueResult,
      })),
      ...['completed', 'busy'].map((DialCallStatus) => ({ DialCallStatus })),
      { QueueResult: 'bridged', ...gathered(JANA.pin) },
      { CallStatus: 'completed', ...gathered(JANA.pin) },
      { outcome: 'verified', level: '2', assurance: '{"level":2}', verified: 'true', ...gathered('1') },
    ]
    const paths = [
      '/voice/incoming',
      spent,
      verified.step,
      '/voice/step/queue_verified',
      '/voice/step/bm9ib2R5LW1hZGUtdGhpcy10b2tlbg',
      '/voice/wait',
      '/voice/fallback',
      '/voice/status',
    ]
    let sent = 0
    // By the ordinary count each form meets each address in some of the states, and each state every form at its own step.
    const someOf = (turn: number) => forms.filter((_, n) => (n + turn) % times(4, 1) === 0)
    for (const [place, [state, bring]] of Object.entries(states).entries()) {
      // At the step of its own a call moves on, so each form gets a call; the other ways it stays where it is.
      const tries = paths.map((path, n) => ({ path, with: someOf(place + n) }))
      const own = forms.map((form) => ({ path: 'own step', with: [form] }))
      for (const attempt of [...tries, ...own]) {
        await app.deps.database.db.deleteFrom('pin_state').execute()
        const call = phone(app, { brand: 'sternmobil' })
        await bring(call)
        for (const form of attempt.with) {
          const path = attempt.path === 'own step' ? call.step || '/voice/step/none' : attempt.path
          const { answer, status } = await app.post(path, call.fields(form))
          sent += 1
          expect(status).toBeLessThan(300)
          expect(queueOf(answer)).not.toBe('sternmobil.bill')
          expect(answer).not.toContain('Danke, das hat geklappt.')
        }
        const kept = await app.deps.live.calls.get(call.sid)
        const marked = [kept?.assurance.level ?? 0, kept?.handOff?.level ?? 0, kept?.outcome ?? 'none']
        expect({ state, path: attempt.path, marked: marked.some((mark) => mark === 2 || mark === 'verified') }).toEqual(
          {
            state,
            path: attempt.path,
            marked: false,
          },
        )
        const events = await app.deps.events.read({ callId: call.sid, limit: 100 })
        expect(events.filter(({ facts }) => facts.level === 2 || facts.result === 'right')).toEqual([])
      }
    }
    measured(
      'signed requests to every address in every state of a call that made a verified hand-off',
      `0 of ${counted(sent)}, in ${Object.keys(states).length} states`,
    )
  })
})

describe('the step of another call', () => {
  const atOnce = times(12, 100)
  it(`is refused to act, for ${atOnce} calls at once with their steps exchanged (threat 22)`, async () => {
    const calls = await Promise.all(
      Array.from({ length: atOnce }, async (_, n) => {
        const call = phone(app, { brand: 'rheinnetz' })
        await call.toPin((n % 2 ? HANNA : OLIVER).number)
        return call
      }),
    )
    const before = await everything(calls.map(({ sid }) => sid))
    const acted = await Promise.all(
      calls.map(async (call, n) => {
        const other = calls[(n + 1) % calls.length] as PhoneCall
        // The right PIN for the call whose step it is, and the next time the right one for the caller.
        for (const { pin } of [HANNA, OLIVER]) {
          const { answer } = await app.post(other.step, call.fields(gathered(pin)))
          if (answer !== call.heard) return true
        }
        return false
      }),
    )
    const refused = acted.filter((did) => !did).length
    expect(refused).toBe(atOnce)
    expect(tries.evaluated).toBe(0)
    expect(await everything(calls.map(({ sid }) => sid))).toBe(before)
    // Each call still goes on with its own step.
    const [call] = calls as [PhoneCall]
    expect(queueOf(await call.key(OLIVER.pin))).toBe('rheinnetz.bill')
    measured('calls that acted on the step of another call', `${atOnce - refused} of ${atOnce}`)
  })
})
