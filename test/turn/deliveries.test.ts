/** What Twilio may do to a webhook: bring it twice, at once, late, out of order, or give up on it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { prepareCall } from '../../src/cli/prepare-call.ts'
import { USUAL_PATIENCE } from '../../src/seams/patience.ts'
import { type Exchange, openApp, type TestApp } from '../support/app.ts'
import { unhurried } from '../support/clock.ts'
import { nextStep, type PhoneCall, phone, queueOf, withoutToken } from '../support/phone-call.ts'
import { callSid, gathered } from '../support/signing.ts'

const HANNA = { number: '407182632', pin: '4826' }
const OLIVER = { number: '519038476', pin: '7395' }
const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

let app: TestApp
/** How often a stored verifier was compared. */
let compared = 0
/** Where set, the next comparison waits for it. */
let hold: Promise<void> | null = null
/** For hashing; a test may hold all of them. */
const SLOTS = 4
const slots = createHashingSlots(SLOTS)
/** How often a delivery looked whether it may run its step. */
let looked = 0

beforeAll(async () => {
  app = await openApp({
    wrap: ({ verifier, calls }) => ({
      // Without a word of whose they are: as if each delivery came to a server of its own.
      slots: { take: (patience) => slots.take(patience) },
      calls: {
        ...calls,
        claim(...given) {
          looked += 1
          return calls.claim(...given)
        },
      },
      verifier: {
        ...verifier,
        async matchOf(secret, kind, candidates) {
          if (candidates.length > 0) compared += 1
          const held = hold
          hold = null
          await held
          return verifier.matchOf(secret, kind, candidates)
        },
      },
    }),
  })
  // Each of them has an agent of its own.
  for (const queue of ['bill', 'outage', 'join']) await prepareCall(app.deps, app.clock, `agent rheinnetz.${queue}`)
})
afterAll(() => app.close())
beforeEach(async () => {
  compared = 0
  hold = null
  const now = app.clock.now()
  for (const { callId } of await app.deps.floorStore.list(now)) await app.deps.floorStore.leave(callId, 'hung_up', now)
})

/** Holds the next comparison until the returned function is called. */
function holdComparison(): () => void {
  let release = (): void => {}
  hold = new Promise((resolve) => {
    release = resolve
  })
  return release
}

/** Takes every slot for hashing until the returned function is called. */
async function holdSlots(): Promise<() => void> {
  const held = await Promise.all(Array.from({ length: SLOTS }, () => slots.take(unhurried)))
  return () => {
    for (const giveBack of held) giveBack?.()
  }
}

/** Resolves when deliveries have looked so many times more. */
async function looks(times: number): Promise<void> {
  const before = looked
  while (looked < before + times) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Resolves when the comparison that is held has begun: its try is spent by then. */
async function comparing(): Promise<void> {
  while (hold !== null) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function eventsOf(call: PhoneCall): Promise<string[]> {
  return (await app.deps.events.read({ callId: call.sid, limit: 100 })).map(({ kind }) => kind)
}

async function triesOf(call: PhoneCall): Promise<number> {
  return (await app.deps.live.calls.get(call.sid))?.tries ?? -1
}

async function failuresOf(entry: string): Promise<number> {
  const found = await app.deps.source.find(
    { brand: 'rheinnetz', value: entry, kinds: ['customer_number'] },
    app.clock.now(),
  )
  if (found.kind !== 'found') throw new Error(`nobody has ${entry}`)
  return (await app.deps.attempts.lockState(`account:rheinnetz/${found.account.ref}`)).consecutive
}

const lastExchange = (): Exchange => {
  const last = app.exchanges.at(-1)
  if (!last) throw new Error('nothing was sent yet')
  return last
}

describe('a webhook that comes again', () => {
  it('gets the stored answer, byte for byte, and changes nothing', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    const steps = [
      () => call.ring(),
      () => call.key('1'),
      () => call.silence(),
      () => call.key('1'),
      () => call.key(HANNA.number),
      () => call.key('0000'),
      () => call.key(HANNA.pin),
    ]
    for (const step of steps) {
      await step()
      const first = lastExchange()
      const kept = JSON.stringify(await app.deps.live.calls.get(call.sid))
      for (let i = 0; i < 2; i++) expect((await app.repeat(first)).answer).toBe(first.answer)
      expect(JSON.stringify(await app.deps.live.calls.get(call.sid))).toBe(kept)
    }
    expect(compared).toBe(2)
    expect(queueOf(call.heard ?? '')).toBe('rheinnetz.bill')
    expect(await eventsOf(call)).toEqual(['verify', 'verify', 'hand_off'])
  })

  it.each([2, 3])('%i times at once, all through a call, counts once', async (copies) => {
    const doubled: TestApp = {
      ...app,
      async post(path, fields) {
        const answers = await Promise.all(Array.from({ length: copies }, () => app.post(path, fields)))
        // The place in the queue is told once: of those who ask together, one may have been told already.
        const [first, ...others] = new Set(
          answers.filter((one) => path !== '/voice/wait' || one.answer.includes('<Say')).map(({ answer }) => answer),
        )
        expect(others).toEqual([])
        return answers.find(({ answer }) => answer === first) as Exchange
      },
    }
    const rows = () => app.deps.database.db.selectFrom('pin_attempt').select('token').execute()
    const before = (await rows()).length
    const call = phone(doubled, { brand: 'rheinnetz' })
    await call.toPin(OLIVER.number)
    await call.key('0000')
    expect(await failuresOf(OLIVER.number)).toBe(1)
    await call.key('0001')
    expect(await failuresOf(OLIVER.number)).toBe(2)
    await call.key(OLIVER.number)
    await call.key(OLIVER.pin)
    expect(await failuresOf(OLIVER.number)).toBe(0)
    expect(await app.deps.live.calls.get(call.sid)).toMatchObject({ entries: 2, tries: 3, assurance: { level: 2 } })
    expect((await rows()).length - before).toBe(3)
    expect(compared).toBe(3)
    expect((await app.waiting()).map(({ callSid: id }) => id)).toEqual([call.sid])
    expect(await call.wait()).toContain('Sie sind als Nächstes an der Reihe.')
    await call.returned('bridged')
    await call.hangUp()
    const kinds = (await eventsOf(call)).filter((kind) => kind !== 'context_read')
    expect(kinds).toEqual(['verify', 'verify', 'verify', 'hand_off', 'end'])
    expect(await app.waiting()).toEqual([])
  })

  it('of an older step gets the current reply, unchanged, and what it carries is dropped', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    const [ring, menu, number] = app.exchanges.slice(-3) as [Exchange, Exchange, Exchange]
    const kept = JSON.stringify(await app.deps.live.calls.get(call.sid))
    expect((await app.repeat(ring)).answer).toBe(call.heard)
    expect((await app.repeat(menu)).answer).toBe(call.heard)
    // The step before this one, with the PIN in it: Twilio asks again, and gets what it was to get.
    const withPin = await app.post(number.path, call.fields(gathered(HANNA.pin)))
    expect(withPin.answer).toBe(call.heard)
    const stale = await app.post(menu.path, call.fields(gathered(HANNA.pin)))
    expect(stale.answer).toBe(call.heard)
    expect(JSON.stringify(await app.deps.live.calls.get(call.sid))).toBe(kept)
    expect(compared).toBe(0)
  })
})

describe('a delivery that never ends', () => {
  it('is run again when its lease has lapsed, but a try that it has spent is never evaluated again', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    const pinStep = call.step
    const release = holdComparison()
    const first = app.post(pinStep, call.fields(gathered(HANNA.pin)))
    await comparing()
    app.clock.turn(USUAL_PATIENCE.leaseMs)
    const second = await app.post(pinStep, call.fields(gathered(HANNA.pin)))
    expect(second.answer).toContain('Das konnten wir gerade nicht prüfen.')
    expect(nextStep(second.answer)).not.toBe(pinStep)
    release()
    expect((await first).answer).toBe(second.answer)
    expect(compared).toBe(1)
    expect(await app.context(call.sid)).toMatchObject({ assurance: { level: 1 }, account: null })
    expect(await triesOf(call)).toBe(1)
    const { rows } = await attemptsOfToken(pinStep)
    expect(rows).toBe(1)

    call.step = nextStep(second.answer) ?? ''
    await call.key(HANNA.pin)
    expect(await app.context(call.sid)).toMatchObject({ assurance: { level: 2 } })
  })

  it.each(['a hashing slot', 'the comparison'])(
    'for as long as callers wait for %s is no reason to throw one out, however often it is delivered',
    async (what) => {
      const call = phone(app, { brand: 'rheinnetz' })
      await call.toPin(HANNA.number)
      const release = what === 'a hashing slot' ? await holdSlots() : holdComparison()
      const deliveries: Promise<Exchange>[] = []
      for (let copies = 1; copies <= 3; copies++) {
        deliveries.push(app.post(call.step, call.fields(gathered(HANNA.pin))))
        await looks(copies)
      }
      app.clock.turn(USUAL_PATIENCE.deadlineMs)
      await Promise.race([looks(4), ...deliveries.slice(1)])
      release()
      const answers = (await Promise.all(deliveries)).map(({ answer }) => answer)
      expect(answers.map(queueOf)).toEqual(answers.map(() => 'rheinnetz.bill'))
      expect(new Set(answers).size).toBe(1)
      expect(await app.context(call.sid)).toMatchObject({ assurance: { level: 2 } })
      expect(compared).toBe(1)
    },
  )
})

async function attemptsOfToken(step: string): Promise<{ rows: number }> {
  const token = step.split('/').at(-1) ?? ''
  const rows = await app.deps.database.db.selectFrom('pin_attempt').select('token').where('token', '=', token).execute()
  return { rows: rows.length }
}

describe('the fallback', () => {
  it('drops the digits, revokes the claim that is running, and hands off at level 0', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    const release = holdComparison()
    const first = app.post(call.step, call.fields(gathered(HANNA.pin)))
    await comparing()
    const fallback = await app.post('/voice/fallback', call.fields({ ...gathered(HANNA.pin), ErrorCode: '11200' }))
    expect(queueOf(fallback.answer)).toBe('rheinnetz.general')
    release()
    expect((await first).answer).toBe(fallback.answer)
    expect(compared).toBe(1)
    expect(await app.context(call.sid)).toMatchObject({
      assurance: { level: 0, method: null, at: null },
      outcome: 'unavailable',
      account: null,
      waitingSince: expect.any(String),
    })
  })

  it('of a verified caller takes the level away too: we no longer know what they hear', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    await call.key(HANNA.pin)
    expect(await app.context(call.sid)).toMatchObject({ assurance: { level: 2 } })
    await call.fallback()
    expect(await app.context(call.sid)).toMatchObject({ assurance: { level: 0 }, account: null })
    expect((await app.waiting()).map(({ callSid: id }) => id)).toEqual([call.sid])
  })

  it('delivered again gives the same answer and no second hand-off; the talk over, the caller is not queued again', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.ring()
    await call.fallback()
    const first = lastExchange()
    expect((await app.repeat(first)).answer).toBe(first.answer)
    expect(await eventsOf(call)).toEqual(['hand_off'])
    expect(await call.returned('bridged')).toMatch(/<Hangup\/><\/Response>$/)
  })

  it('of a call that nobody knows brings the caller to a person', async () => {
    const call = phone(app, { brand: 'sternmobil' })
    expect(queueOf(await call.fallback())).toBe('sternmobil.general')
    expect(await app.context(call.sid)).toMatchObject({ brand: 'sternmobil', assurance: { level: 0 } })
  })
})

describe('a call that nobody knows', () => {
  it('begins again at whatever step it comes, and what was keyed is dropped', async () => {
    const greeting = withoutToken(await phone(app, { brand: 'rheinnetz' }).ring())
    for (const fields of [gathered('1'), gathered(HANNA.pin), gathered(), { QueueResult: 'bridged' }]) {
      const call = phone(app, { brand: 'rheinnetz' })
      const answer = await app.post('/voice/step/bm8tc3VjaC10b2tlbi1vZi1vdXI', call.fields(fields))
      expect(withoutToken(answer.answer)).toBe(greeting)
      expect(await app.deps.live.calls.get(call.sid)).toMatchObject({ step: 'topic', entries: 0, tries: 0 })
      call.heard = answer.answer
      call.step = nextStep(answer.answer) ?? ''
      expect(await call.key('2')).toContain('Wir verbinden Sie.')
    }
    expect(compared).toBe(0)
  })

  it('to a number of no brand hears an apology and the end', async () => {
    const call = phone(app, { brand: 'rheinnetz', over: { To: '+493012345678' } })
    for (const path of ['/voice/incoming', '/voice/step/abc', '/voice/fallback']) {
      expect((await app.post(path, call.fields())).answer).toMatch(/<Hangup\/><\/Response>$/)
    }
    expect(await app.deps.live.calls.get(call.sid)).toBeNull()
  })
})

describe('the status callback', () => {
  const statuses = ['queued', 'initiated', 'ringing', 'in-progress', 'completed', 'completed', 'failed', 'ringing']

  it.each([
    ['in order', statuses],
    ['in the other order', statuses.toReversed()],
  ])('%s and doubled ends the call once', async (_how, order) => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.ring()
    await call.key('2')
    expect(await app.waiting()).toHaveLength(1)
    await Promise.all(order.map((CallStatus) => app.post('/voice/status', call.fields({ CallStatus }))))
    for (const CallStatus of order) await app.post('/voice/status', call.fields({ CallStatus }))
    expect((await eventsOf(call)).filter((kind) => kind === 'end')).toHaveLength(1)
    expect(await app.waiting()).toEqual([])
  })

  it('takes the caller out of the queue, and nothing that comes late brings them back', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    await call.key(HANNA.pin)
    const before = await app.waiting()
    await call.hangUp()
    expect(await call.wait()).toMatch(/<Response><Pause length="20"\/><\/Response>$/)
    for (const exchange of app.exchanges.filter(({ body }) => body.includes(call.sid))) {
      if (exchange.path !== '/voice/wait') expect([EMPTY, '']).toContain((await app.repeat(exchange)).answer)
    }
    expect((await app.post('/voice/fallback', call.fields())).answer).toBe(EMPTY)
    expect(await call.returned('bridged')).toBe(EMPTY)
    expect(before).toHaveLength(1)
    expect(await app.waiting()).toEqual([])
    expect((await eventsOf(call)).filter((kind) => kind !== 'context_read')).toEqual(['verify', 'hand_off', 'end'])
  })

  it('that comes before the call is known ends it all the same', async () => {
    const call = phone(app, { brand: 'rheinnetz', over: {} })
    await call.hangUp()
    expect(await call.ring()).toBe(EMPTY)
    expect(await eventsOf(call)).toEqual([])
    expect(await app.deps.live.calls.get(call.sid)).toBeNull()
  })

  it('while a PIN is being compared keeps the caller out of the queue', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    const release = holdComparison()
    const pin = app.post(call.step, call.fields(gathered(HANNA.pin)))
    await comparing()
    await call.hangUp()
    release()
    expect((await pin).answer).toBe(EMPTY)
    expect(await app.waiting()).toEqual([])
    expect(await eventsOf(call)).toEqual(['end', 'verify'])
  })
})

describe('the waiting list', () => {
  it('does not keep a caller whose call ended while they were being put into it', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.ring()
    const { join } = app.deps.floorStore
    app.deps.floorStore.join = async (...place) => {
      app.deps.floorStore.join = join
      await call.hangUp()
      await join(...place)
    }
    await call.key('2')
    expect(await app.waiting()).toEqual([])
    expect(await app.deps.floorStore.list(app.clock.now())).toEqual([])
  })

  async function queued(brand = 'rheinnetz', key = '2'): Promise<PhoneCall> {
    const call = phone(app, { brand })
    await call.ring()
    await call.key(key)
    return call
  }

  it('tells each caller a place, in order of arrival, and for one queue alone where it has agents of its own', async () => {
    const [first, second, other, third] = [
      await queued(),
      await queued(),
      await queued('rheinnetz', '3'),
      await queued(),
    ] as [PhoneCall, PhoneCall, PhoneCall, PhoneCall]
    expect(await first.wait()).toContain('Sie sind als Nächstes an der Reihe.')
    expect(await second.wait()).toContain('Ihr Platz in der Warteschlange: 2.')
    expect(await third.wait()).toContain('Ihr Platz in der Warteschlange: 3.')
    expect(await other.wait()).toContain('Sie sind als Nächstes an der Reihe.')
    const order = async () => (await app.waiting()).map(({ callSid: id }) => id)
    expect(await order()).toEqual([first, second, other, third].map(({ sid }) => sid))
    // The agent takes the first, the second gives up.
    await first.returned('bridged')
    expect(await second.wait()).toContain('Sie sind als Nächstes an der Reihe.')
    expect(await second.returned('hangup')).toBe(EMPTY)
    expect(await third.wait()).toContain('Sie sind als Nächstes an der Reihe.')
    expect(await order()).toEqual([other.sid, third.sid])
  })

  /** Two who wait, and the first of them is dropped. */
  async function unseenForHalfAnHour(brand: string): Promise<[PhoneCall, PhoneCall]> {
    const [first, second] = [await queued(brand), await queued(brand)] as [PhoneCall, PhoneCall]
    app.clock.turn(1_790_000)
    await second.wait()
    app.clock.turn(10_001)
    expect((await app.waiting()).map(({ callSid: id }) => id)).toEqual([second.sid])
    return [first, second]
  }

  it('drops callers not heard of for half an hour; those who ask again stand at the end', async () => {
    const [first, second] = await unseenForHalfAnHour('sternmobil')
    expect(await first.wait()).toContain('Bitte bleib dran.')
    expect((await app.waiting()).map(({ callSid: id }) => id)).toEqual([second.sid, first.sid])
  })

  it('lets those who ask again out of the queue where their brand lets nobody wait for as long', async () => {
    const [first] = await unseenForHalfAnHour('rheinnetz')
    expect(await first.wait()).toMatch(/<Response><Leave\/><\/Response>$/)
    expect(await app.deps.floorStore.endOf(first.sid)).toBe('longest')
  })

  it('says good-bye after the talk, and that all lines are busy when the queue is full', async () => {
    expect(await (await queued()).returned('bridged')).toMatch(/Danke für Ihren Anruf.*<Hangup\/>/)
    expect(await (await queued()).returned('queue-full')).toMatch(/alle Leitungen belegt.*<Hangup\/>/)
    expect(await app.waiting()).toEqual([])
  })

  it('has nothing for a call that waits nowhere, and lets one that nobody knows leave and begin again', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.ring()
    const quiet = /<Response><Pause length="20"\/><\/Response>$/
    expect(await call.wait()).toMatch(quiet)
    const forgotten = phone(app, { brand: 'rheinnetz' }, 0xffff)
    expect(await forgotten.wait()).toMatch(/<Response><Leave\/><\/Response>$/)
    expect(await app.deps.live.calls.get(callSid(0xffff))).toBeNull()
    expect(await app.waiting()).toEqual([])
    const { answer } = await app.post(
      '/voice/step/what-was-rendered-before-a-restart',
      forgotten.fields({ QueueResult: 'leave' }),
    )
    expect(answer).toContain('Rheinnetz, guten Tag.')
  })
})
