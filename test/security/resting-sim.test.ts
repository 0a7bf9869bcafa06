/** A SIM that was swapped for another: its PUK is worth nothing for 72 hours, even if somebody talked a shop into the swap. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { csv, empty, file, importFile, line } from '../support/customers.ts'
import { phone, queueOf, withoutToken } from '../support/phone-call.ts'

const HOUR = 3_600_000
const OWN_LINE = '+491713920077'
const OLD = { sim: '8949039200530629436', puk: '27183641' }
const NEW = { sim: '8949039200539999996', puk: '26405913' }
const WRONG = '99990000'
const account = { brand: 'alpenfunk', customer_number: '53999998', pin: '5083', phone_numbers: OWN_LINE }

const NUMBER = account.customer_number

let app: TestApp
const tries = countedVerifier()

beforeAll(async () => {
  app = await openApp({ customers: 'none', wrap: tries.wrap })
})
afterAll(() => app.close())

/** Imports the customer with this SIM, at the moment of the application's clock. */
async function imported({ sim, puk }: typeof OLD): Promise<void> {
  const written = file(csv([line({ ...account, sim_numbers: sim, puks: puk })]))
  const { bad } = await importFile(app.deps.database.db, written, {
    brands: rulesOf(app.deps.hotlines),
    verifier: cheapMaker(app.deps.keys.pin),
    now: app.clock.now,
  })
  expect(bad).toBe(0)
}

interface Tried {
  level: number | undefined
  queue: string | null
  /** What the caller hears to it. */
  heard: string
  comparisons: number
  /** Tries in a row that count as wrong afterwards. */
  consecutive: number
}

/** One call, one entry at the PIN prompt. `by` is the number that is keyed; `1` is the caller's own line. */
async function tried(secret: string, by = '1'): Promise<Tried> {
  const before = tries.compared
  const call = phone(app, { brand: 'alpenfunk', from: OWN_LINE })
  await call.toPin(by)
  const heard = withoutToken(await call.key(secret))
  const level = (await app.deps.live.calls.get(call.sid))?.assurance.level
  const found = await app.deps.source.find(
    { brand: 'alpenfunk', value: account.customer_number, kinds: ['customer_number'] },
    app.clock.now(),
  )
  if (found.kind !== 'found') throw new Error(found.kind)
  const { consecutive } = await app.deps.attempts.lockState(`account:alpenfunk/${found.account.ref}`)
  await call.hangUp()
  return { level, queue: queueOf(heard), heard, comparisons: tries.compared - before, consecutive }
}

beforeEach(() => empty(app.deps.database.db))

async function sent(method: 'PUT' | 'POST', path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/alpenfunk/${account.customer_number}${path}`
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  expect([response.status, await response.json()]).toEqual([200, expect.anything()])
}
const put = (of: typeof OLD) =>
  sent('PUT', '', {
    name: 'Ada Beispiel',
    language: 'de',
    phone_numbers: [OWN_LINE],
    sim_numbers: [of.sim],
    puks: [of.puk],
  })
const swapped = () =>
  sent('POST', '/events', {
    kind: 'sim_change',
    sim_number: NEW.sim,
    old_sim_number: OLD.sim,
    phone_number: OWN_LINE,
    at: app.clock.now().toISOString(),
    reason: 'Told by the network',
  })

describe('a swap of the SIM (A1)', () => {
  it.each<[string, () => Promise<void>]>([
    ['a customer file', () => imported(NEW)],
    ['the API', () => put(NEW)],
    [
      'an event, and the PUK by the next file',
      async () => {
        await swapped()
        app.clock.turn(HOUR)
        await imported(NEW)
      },
    ],
    [
      'an event, and the PUK by the API',
      async () => {
        await swapped()
        app.clock.turn(HOUR)
        await put(NEW)
      },
    ],
  ])('by %s: its PUK is wrong for 72 hours from then on, as a wrong one is, and spends a try', async (_by, swap) => {
    await imported(OLD)
    const since = app.clock.now().getTime()
    await swap()
    const wrong = await tried(NEW.puk, NUMBER)
    expect(wrong).toMatchObject({ level: 1, queue: null, comparisons: 0, consecutive: 1 })
    expect(await tried(WRONG, NUMBER)).toEqual({ ...wrong, consecutive: 2 })
    await app.deps.database.db.deleteFrom('pin_state').execute()
    app.clock.turnTo(new Date(since + 71 * HOUR).toISOString())
    expect(await tried(NEW.puk, NUMBER)).toEqual(wrong)
    expect(await tried(OLD.puk, NUMBER)).toEqual({ ...wrong, consecutive: 2 })
    app.clock.turn(HOUR)
    expect(await tried(NEW.puk, NUMBER)).toMatchObject({ level: 2, comparisons: 1, consecutive: 0 })
  })

  it('by an event that names the phone number makes its line one that nobody is found by', async () => {
    await imported(OLD)
    await swapped()
    await imported(NEW)
    expect(await tried(NEW.puk, '1')).toMatchObject({ level: 0, comparisons: 0, consecutive: 0 })
    app.clock.turn(73 * HOUR)
    expect(await tried(NEW.puk, '1')).toMatchObject({ level: 2, comparisons: 1 })
  })

  it('by an event makes the PUK of the SIM before worth nothing at once, before there is another', async () => {
    await imported(OLD)
    expect(await tried(OLD.puk, NUMBER)).toMatchObject({ level: 2, comparisons: 1 })
    await swapped()
    expect(await tried(OLD.puk, NUMBER)).toMatchObject({ level: 1, comparisons: 0, consecutive: 1 })
    expect(await tried(account.pin, NUMBER)).toMatchObject({ level: 2, consecutive: 0 })
  })
})

describe('a SIM that is new on a known account', () => {
  it.each([
    ['by the customer number', account.customer_number],
    ['by the number of the new SIM', NEW.sim],
  ])('has a PUK that counts as wrong for 72 hours and is right then: %s', async (_how, by) => {
    await imported(OLD)
    expect(await tried(OLD.puk)).toMatchObject({ level: 2, comparisons: 1, consecutive: 0 })

    await imported(NEW)
    const wrong = await tried(NEW.puk, by)
    expect(wrong).toMatchObject({ level: 1, queue: null, comparisons: 0, consecutive: 1 })
    expect(await tried(WRONG, by)).toEqual({ ...wrong, consecutive: 2 })
    // Nor is the PUK of the old one worth anything any more.
    app.clock.turn(HOUR)
    await app.deps.database.db.deleteFrom('pin_state').execute()
    expect(await tried(OLD.puk, by)).toEqual(wrong)

    await app.deps.database.db.deleteFrom('pin_state').execute()
    app.clock.turn(70 * HOUR)
    expect(await tried(NEW.puk, by)).toEqual(wrong)
    // The same file every night keeps nobody waiting, nor lets anybody in sooner.
    await imported(NEW)
    app.clock.turn(HOUR)
    expect(await tried(NEW.puk, by)).toMatchObject({
      level: 2,
      queue: 'alpenfunk.bill',
      comparisons: 1,
      consecutive: 0,
    })
  })

  it('makes the own line one that nobody is found by, for it may be in the phone of somebody else now', async () => {
    await imported(OLD)
    expect(await tried(OLD.puk)).toMatchObject({ level: 2, comparisons: 1 })
    await imported(NEW)
    expect(await tried(account.pin)).toMatchObject({ level: 0, comparisons: 0, consecutive: 0 })
    app.clock.turn(72 * HOUR)
    expect(await tried(account.pin)).toMatchObject({ level: 2, comparisons: 1 })
  })

  it('leaves the Kundenkennzahl as it was', async () => {
    await imported(OLD)
    await imported(NEW)
    expect(await tried(account.pin, NUMBER)).toMatchObject({ level: 2, comparisons: 1 })
  })
})
