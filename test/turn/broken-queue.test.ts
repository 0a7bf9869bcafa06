/** A queue of the network's that fails while somebody waits in it: back to the same place, and then to a person outside. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openApp, type TestApp } from '../support/app.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'

const HANNA = { number: '407182632', pin: '4826' }
const OLIVER = { number: '519038476', pin: '7395' }
const PERSON = '+4930231250'
/** A caller whose waiting was not asked for in so long is dropped from the list, ms. */
const UNSEEN_MS = 30 * 60_000

let withPerson: TestApp
let withNobody: TestApp
beforeAll(async () => {
  withPerson = await openApp({ wrap: () => ({ personNumber: PERSON }) })
  withNobody = await openApp()
})
afterAll(async () => {
  await withPerson.close()
  await withNobody.close()
})

async function verified(app: TestApp, { number, pin }: typeof HANNA): Promise<PhoneCall> {
  const call = phone(app, { brand: 'rheinnetz' })
  await call.toPin(number)
  await call.key(pin)
  expect(call.heard).toContain('>rheinnetz.bill</Enqueue>')
  return call
}
const waiting = async (app: TestApp) => (await app.waiting()).map(({ callSid }) => callSid)
const handOffs = async (app: TestApp, { sid }: PhoneCall) =>
  (await app.deps.events.read({ callId: sid, limit: 50 }))
    .filter(({ kind }) => kind === 'hand_off')
    .map(({ facts }) => facts)

describe.each(['system-error', 'error'])('the result %s', (result) => {
  it('brings a verified caller back to the old place, at the same level', async () => {
    const app = withPerson
    const [first, second] = [await verified(app, HANNA), await verified(app, OLIVER)]
    app.clock.turn(60_000)
    expect(await first.returned(result)).toMatch(/<Response><Enqueue [^>]+>rheinnetz\.bill<\/Enqueue><\/Response>$/)
    expect(await waiting(app)).toEqual([first.sid, second.sid])
    expect(await first.wait()).toContain('Bitte bleiben Sie dran.')
    expect(await app.context(first.sid)).toMatchObject({ assurance: { level: 2 }, topic: 'bill' })
    for (const call of [first, second]) await call.hangUp()
  })

  it('a second time brings the caller to the person outside', async () => {
    const app = withPerson
    const call = await verified(app, HANNA)
    await call.returned(result)
    expect(await call.returned(result)).toMatch(new RegExp(`verbinden Sie.*<Dial [^>]+>\\${PERSON}</Dial></Response>$`))
    expect(await waiting(app)).toEqual([])
    expect(await handOffs(app, call)).toMatchObject([
      { to: 'rheinnetz.bill', level: 2 },
      { to: 'rheinnetz.bill', level: 2 },
      { to: PERSON, queueLevel: 0 },
    ])
    const { answer } = await app.post(call.step, call.fields({ DialCallStatus: 'no-answer' }))
    expect(answer).toMatch(/alle Leitungen belegt.*<Hangup\/>/)
    await call.hangUp()
  })

  it('a second time tells where there is no such person that no line is free', async () => {
    const app = withNobody
    const call = await verified(app, HANNA)
    expect(await call.returned(result)).toContain('>rheinnetz.bill</Enqueue>')
    expect(await call.returned(result)).toMatch(/alle Leitungen belegt.*<Hangup\/>/)
    expect(await waiting(app)).toEqual([])
    await call.hangUp()
  })
})

it('gives a caller the time waited so far, who was dropped from the list meanwhile', async () => {
  const app = withNobody
  const first = await verified(app, HANNA)
  app.clock.turn(UNSEEN_MS - 1000)
  const second = await verified(app, OLIVER)
  app.clock.turn(2000)
  expect(await waiting(app)).toEqual([second.sid])
  await first.returned('system-error')
  expect(await waiting(app)).toEqual([first.sid, second.sid])
  for (const call of [first, second]) await call.hangUp()
})

it('is not a queue that is full, which lets nobody in', async () => {
  const call = await verified(withPerson, HANNA)
  expect(await call.returned('queue-full')).toMatch(/alle Leitungen belegt.*<Hangup\/>/)
  await call.hangUp()
})

it('brings a caller at level 0 back to the queue without data after an apology', async () => {
  const app = withPerson
  const call = phone(app, { brand: 'rheinnetz' })
  await call.toPin(HANNA.number)
  await call.fallback()
  expect(await call.returned('system-error')).toContain('>rheinnetz.general</Enqueue>')
  await call.hangUp()
})
