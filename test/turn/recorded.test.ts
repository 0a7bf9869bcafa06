/** What calls leave for the figures of the day: who needed a proof, was turned away, called out of hours, was checked. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { setSpecialHours } from '../../src/turn/special-hours.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'

const HANNA = people.rheinnetz?.first
if (!HANNA) throw new Error('there is no such customer')
const DAY = '2026-11-23'
const texts = { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' }

let app: TestApp
beforeAll(async () => {
  app = await openApp({ start: new Date(`${DAY}T09:00:00.000Z`) })
})
afterAll(() => app.close())

const factsOf = async ({ sid }: PhoneCall, kind: string) =>
  (await app.deps.events.read({ callId: sid, limit: 100 }))
    .filter((event) => event.kind === kind)
    .map(({ facts }) => facts)
const leg = ({ sid }: PhoneCall) => ({ callId: sid, called: app.numberOf('rheinnetz'), from: null })

it('a hand-off and an end say what the topic asked for, and nothing where none was chosen', async () => {
  const bill = phone(app, { brand: 'rheinnetz' })
  await bill.toPin(HANNA.number)
  await bill.key(HANNA.pin)
  await bill.hangUp()
  expect(await factsOf(bill, 'hand_off')).toMatchObject([{ needs: 2, level: 2 }])
  expect(await factsOf(bill, 'end')).toMatchObject([{ needs: 2, level: 2 }])
  const outage = phone(app, { brand: 'rheinnetz' })
  await outage.ring()
  await outage.key('2')
  expect(await factsOf(outage, 'hand_off')).toMatchObject([{ needs: 0 }])
  const person = phone(app, { brand: 'rheinnetz' })
  await person.ring()
  await person.key('0')
  expect(await factsOf(person, 'hand_off')).toMatchObject([{ needs: null }])
})

it('a queue that fails for good turns its caller away', async () => {
  const call = phone(app, { brand: 'rheinnetz' })
  await call.ring()
  await call.key('2')
  expect(await factsOf(call, 'turned_away')).toEqual([])
  await call.returned('queue-full')
  expect(await factsOf(call, 'turned_away')).toEqual([{ why: 'full' }])
})

it('a PIN check in mid-call is there when it begins, and with its outcome when the caller is back', async () => {
  const call = phone(app, { brand: 'rheinnetz' })
  await call.ring()
  await call.key('2')
  const { turns } = app.deps
  await turns.redirect(leg(call), { name: 'join', to: 'room', room: 'as-1' })
  await turns.redirect(leg(call), { name: 'check', to: 'check', room: 'as-1' })
  expect(await factsOf(call, 'check')).toEqual([{ act: 'begin' }])
  // The agent of this room is none: the caller comes back all the same, by whatever way the check ends.
  const checked = await app.deps.live.calls.get(call.sid)
  expect(checked?.flow).toBe('step-up')
  const back = await turns.fallback(leg(call))
  expect(back.kind).toBe('reply')
  expect(await factsOf(call, 'check')).toEqual([{ act: 'begin' }, { act: 'end', outcome: 'unavailable' }])
})

it('special hours are heard in the next call, with their reason, and callers who hear them called out of hours', async () => {
  const { specialHours, calendar, hotlines, clock } = app.deps
  const brands = [...hotlines.byBrand.values()].map(({ brand }) => brand)
  const before = phone(app, { brand: 'rheinnetz' })
  await before.ring()
  const sent = { brand: 'rheinnetz', day: DAY, hours: [], texts }
  await setSpecialHours({ specialHours, calendar, brands }, { sent, actor: 'sam', now: clock.now() })
  const closed = phone(app, { brand: 'rheinnetz' })
  const heard = await closed.ring()
  expect(heard).toContain(texts.de)
  expect(heard).toContain(texts.en)
  expect(heard).toContain('<Hangup')
  expect(await factsOf(closed, 'turned_away')).toEqual([{ why: 'closed' }])
  // Callers who were let in are served.
  expect(await before.key('2')).toContain('<Enqueue')
  expect(await factsOf(before, 'turned_away')).toEqual([])
  const other = phone(app, { brand: 'fuldanetz' })
  expect(await other.ring()).not.toContain('<Hangup')
})
