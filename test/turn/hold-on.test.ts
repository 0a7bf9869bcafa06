/** What callers hear when an answer takes longer than a webhook may: that they hold on, and then the answer. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { MOST_HOLDS } from '../../src/seams/patience.ts'
import { UNHURRIED } from '../support/any-store.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { unhurried } from '../support/clock.ts'
import { people } from '../support/people.ts'
import { documentOf, heldPath, type PhoneCall, phone, queueOf } from '../support/phone-call.ts'
import { gathered } from '../support/signing.ts'

const { first: HANNA, second: OLIVER } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
/** So short that every wait is longer; what is served sooner is served as ever. */
const DEADLINE_MS = 1_000
const SLOTS = 4

let app: TestApp
let slots = createHashingSlots(SLOTS)
let compared = 0

beforeAll(async () => {
  app = await openApp({
    patience: { ...UNHURRIED, deadlineMs: DEADLINE_MS },
    wrap: ({ verifier }) => ({
      slots: { take: (...given) => slots.take(...given) },
      verifier: {
        ...verifier,
        matchOf(secret, kind, candidates) {
          if (candidates.length > 0) compared += 1
          return verifier.matchOf(secret, kind, candidates)
        },
      },
    }),
  })
})
afterAll(() => app.close())
beforeEach(() => {
  compared = 0
  slots = createHashingSlots(SLOTS)
})

async function holdSlots(): Promise<() => void> {
  const held = await Promise.all(Array.from({ length: SLOTS }, () => slots.take(unhurried)))
  return () => {
    for (const giveBack of held) giveBack?.()
  }
}

async function atPin(): Promise<PhoneCall> {
  const call = phone(app, { brand: 'rheinnetz' })
  await call.toPin(HANNA.number)
  return call
}

const post = async (call: PhoneCall, path: string, over: Record<string, string> = {}): Promise<string> =>
  documentOf(await app.post(path, call.fields(over)))

/** Comes back as the document says, so many times. */
async function comeBack(call: PhoneCall, document: string, times: number): Promise<string> {
  let heard = document
  for (let n = 0; n < times; n++) heard = await post(call, heldPath(heard) ?? 'it leads nowhere')
  return heard
}

/** Comes back as long as it is asked to: how often that is says how busy the machine is, and nothing more. */
async function untilAnswered(call: PhoneCall, document: string): Promise<string> {
  let heard = document
  for (let path = heldPath(heard); path !== null; path = heldPath(heard)) heard = await post(call, path)
  return heard
}

const triesOf = async (step: string): Promise<number> => {
  const token = step.split('/').at(-1) ?? ''
  return (await app.deps.database.db.selectFrom('pin_attempt').select('token').where('token', '=', token).execute())
    .length
}

const levelOf = async (call: PhoneCall) => (await app.deps.live.calls.get(call.sid))?.assurance.level

describe('a caller who gets no hashing slot within the deadline', () => {
  it('is asked to hold on, in the own language and without a word of what was keyed, and then has the answer', async () => {
    const call = await atPin()
    const step = call.step
    const release = await holdSlots()
    const first = await post(call, step, gathered(HANNA.pin))
    expect(first).toMatch(/<Say [^>]*language="de-DE">Einen Moment bitte, gleich geht es weiter\.<\/Say><Redirect /)
    expect(first).not.toContain('en-GB')
    expect(first).not.toContain(HANNA.pin)
    expect(heldPath(first)).toBe(`/voice/held/1/${step.split('/').at(-1)}`)
    const second = await comeBack(call, first, 1)
    expect(heldPath(second)).toBe(`/voice/held/2/${step.split('/').at(-1)}`)
    expect([compared, await triesOf(step)]).toEqual([0, 0])
    release()
    const answered = await untilAnswered(call, second)
    expect(queueOf(answered)).toBe('rheinnetz.bill')
    expect(await levelOf(call)).toBe(2)
    expect([compared, await triesOf(step)]).toEqual([1, 1])
    // Whatever comes late gets the same, and nothing more happens.
    expect(await comeBack(call, first, 1)).toBe(answered)
    expect(await post(call, step, gathered(HANNA.pin))).toBe(answered)
    expect([compared, await triesOf(step)]).toEqual([1, 1])
  })

  it('comes to a person after five times, with nothing spent', async () => {
    const call = await atPin()
    const step = call.step
    const release = await holdSlots()
    const last = await comeBack(call, await post(call, step, gathered(HANNA.pin)), MOST_HOLDS)
    expect(queueOf(last)).toBe('rheinnetz.general')
    expect(heldPath(last)).toBeNull()
    release()
    expect([compared, await triesOf(step)]).toEqual([0, 0])
    expect(await levelOf(call)).not.toBe(2)
  })

  it('who hangs up meanwhile is gone', async () => {
    const call = await atPin()
    const release = await holdSlots()
    const first = await post(call, call.step, gathered(HANNA.pin))
    await call.hangUp()
    release()
    expect(await comeBack(call, first, 1)).toMatch(/<Response\/>$/)
    expect((await app.waiting()).map(({ callSid: id }) => id)).not.toContain(call.sid)
  })
})

describe('a caller who holds on for a server that has died', () => {
  it.each(['before the try', 'after it'])(
    '%s is asked for the PIN again, and the old try is never compared',
    async (when) => {
      const call = await atPin()
      const step = call.step
      const token = step.split('/').at(-1) ?? ''
      const { claim } = (await app.deps.live.calls.get(call.sid)) ?? {}
      const taken = await app.deps.live.calls.claim(call.sid, token, { create: false, leaseMs: UNHURRIED.leaseMs })
      expect(taken).toMatchObject({ kind: 'proceed' })
      const attempt = {
        token,
        subject: claim?.subject ?? '',
        credential: 'pin',
        ownSubject: null,
        owner: { brand: 'rheinnetz', ref: claim?.ref ?? '', sims: null },
        line: null,
      } as const
      if (when === 'after it') await app.deps.attempts.reserve(attempt)
      const held = await post(call, `/voice/held/1/${token}`)
      expect(heldPath(held)).toBe(`/voice/held/2/${token}`)
      app.clock.turn(UNHURRIED.leaseMs)
      call.heard = await untilAnswered(call, held)
      expect(call.heard).toContain('<Gather')
      expect(call.heard).not.toContain(token)
      expect(compared).toBe(0)
      call.step = /(\/voice\/step\/[^"#]+)/.exec(call.heard)?.[1] ?? ''
      expect(queueOf(await call.key(HANNA.pin))).toBe('rheinnetz.bill')
      expect(await levelOf(call)).toBe(2)
      expect(compared).toBe(1)
    },
  )
})

describe('a held path', () => {
  it.each(['/voice/held/1', '/voice/held/0/abc', '/voice/held/10/abc', '/voice/held/x/abc', '/voice/held/1/a.b'])(
    '%s is refused',
    async (path) => {
      const call = phone(app, { brand: 'rheinnetz' })
      expect((await app.post(path, call.fields())).status).toBe(400)
    },
  )
})

describe('8 calls of one account at once', () => {
  it('with the right PIN are all verified (C14)', async () => {
    const calls = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const call = phone(app, { brand: 'rheinnetz' })
        await call.toPin(OLIVER.number)
        return call
      }),
    )
    const heard = await Promise.all(calls.map((call) => call.key(OLIVER.pin)))
    expect(heard.map(queueOf)).toEqual(calls.map(() => 'rheinnetz.bill'))
    expect(await Promise.all(calls.map(levelOf))).toEqual(calls.map(() => 2))
  })

  it('with a wrong one are compared three times', async () => {
    const calls = await Promise.all(Array.from({ length: 8 }, atPin))
    await Promise.all(calls.map((call) => call.key('0000')))
    expect(compared).toBe(3)
  })
})
