/** The printer of the try-out: a letter that was ordered lies in the tray, is right in the next call, and is printed nowhere else. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { ServerPlace } from '../../src/config/tryout.ts'
import { openDemoPrinter } from '../../src/server/demo-printer.ts'
import { createTray } from '../../src/simulator/tray.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { phone } from '../support/phone-call.ts'

const BRAND = 'kassemobil'
const NADJA = { customerNumber: '42169482', pin: '6482' }
const TRYOUT: ServerPlace = { production: false, host: 'localhost', publicBaseUrl: 'http://localhost:4300' }

const demo = { customers: [], agents: [] }

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
})
afterAll(() => app.close())

const log = {
  error(...lines: unknown[]) {
    throw new Error(JSON.stringify(lines))
  },
}
async function isRight(pin: string): Promise<boolean> {
  const call = phone(app, { brand: BRAND })
  await call.ring()
  for (const keys of ['1', '1', NADJA.customerNumber, pin]) await call.key(keys)
  const level = (await app.deps.live.calls.get(call.sid))?.assurance.level
  await call.hangUp()
  return level === 2
}

it('lays a letter that was ordered into the tray, once, and its PIN is right in the next call, the one before no more', async () => {
  const tray = createTray(() => app.clock.now())
  const printer = openDemoPrinter(TRYOUT, app.deps, { tray, demo, log })
  if (!printer) throw new Error('a try-out has a printer')
  await printer.round()
  expect(tray.list()).toEqual([])
  const { customerNumber } = NADJA
  await app.deps.letterOrders.order({ brand: BRAND, customerNumber }, { actor: 'caller', callId: '-' })
  await printer.round()
  await printer.round()
  const [letter, ...more] = tray.list()
  expect(more).toEqual([])
  expect(letter).toMatchObject({ channel: 'letter', to: 'Nadja Petrova', subject: 'Legi PIN', name: 'Kassemobil' })
  expect(letter?.text).toMatch(/^[0-9]{4}$/)
  await printer.close()
  const { db } = app.deps.database
  const stored = await db.selectFrom('letter').select(['sealed', 'handed_over']).execute()
  expect(stored).toEqual([{ sealed: null, handed_over: expect.any(Date) }])
  expect(await isRight(NADJA.pin)).toBe(true)
  expect(await isRight(letter?.text ?? '')).toBe(true)
  expect(await isRight(NADJA.pin)).toBe(false)
})

it.each([
  ['in production', { ...TRYOUT, production: true }],
  ['inside an app of somebody', { ...TRYOUT, host: null }],
  ['at a public address', { ...TRYOUT, publicBaseUrl: 'https://voice.example.com' }],
  ['where other machines come in', { ...TRYOUT, host: '0.0.0.0' }],
])('is nowhere but in a try-out: %s', (_where, place) => {
  const tray = createTray(() => new Date())
  expect(openDemoPrinter(place, app.deps, { tray, demo, log })).toBeNull()
})

it('is not there where no tray is: calls come from Twilio', () => {
  expect(openDemoPrinter(TRYOUT, app.deps, { tray: undefined, demo, log })).toBeNull()
})

it('is not there beside a Postgres without the demo, which may be that of real customers', async () => {
  const tray = createTray(() => new Date())
  const at = (kind: 'postgres' | 'embedded') => ({ ...app.deps, database: { ...app.deps.database, kind } })
  expect(openDemoPrinter(TRYOUT, at('postgres'), { tray, demo: null, log })).toBeNull()
  const own = openDemoPrinter(TRYOUT, at('embedded'), { tray, demo: null, log })
  expect(own).not.toBeNull()
  await own?.close()
})
