/** Customers with several SIMs, and a PUK for each: one count of tries, one hash, and nothing that tells how many there are. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { csv, empty, file, importFile, line, refOf } from '../support/customers.ts'
import { phone } from '../support/phone-call.ts'

const OWN_LINE = '+491713920077'
const ONE = { sim: '8949039200530629436', puk: '27183641' }
const OTHER = { sim: '8949039200539999996', puk: '26405913' }
const WRONG = '99990000'
const NUMBER = '53999998'
const CONTRACT = '70012345678'
const account = {
  brand: 'alpenfunk',
  customer_number: NUMBER,
  pin: '5083',
  contract_numbers: CONTRACT,
  phone_numbers: OWN_LINE,
  sim_numbers: `${ONE.sim}|${OTHER.sim}`,
  puks: `${ONE.puk}|${OTHER.puk}`,
}

let app: TestApp
const tries = countedVerifier()

beforeAll(async () => {
  app = await openApp({ customers: 'none', wrap: tries.wrap })
})
afterAll(() => app.close())
beforeEach(async () => {
  await empty(app.deps.database.db)
  await imported(account)
})

async function imported(cells: Parameters<typeof line>[0]): Promise<void> {
  const { bad } = await importFile(app.deps.database.db, file(csv([line(cells)])), {
    brands: rulesOf(app.deps.hotlines),
    verifier: cheapMaker(app.deps.keys.pin),
    now: app.clock.now,
  })
  expect(bad).toBe(0)
}

/** The level after one entry at the PIN prompt. `by` is the number that is keyed; `1` is the caller's own line. */
async function levelBy(by: string, secret: string): Promise<number | undefined> {
  const call = phone(app, { brand: 'alpenfunk', from: OWN_LINE })
  await call.toPin(by)
  await call.key(secret)
  const level = (await app.deps.live.calls.get(call.sid))?.assurance.level
  await call.hangUp()
  return level
}

const forget = () => app.deps.database.db.deleteFrom('pin_state').execute()

describe('the PUK of a customer with two SIMs', () => {
  it.each([
    ['the own line', '1'],
    ['the phone number', '01713920077'],
    ['the customer number', NUMBER],
    ['the contract number', CONTRACT],
  ])('is right by %s, whichever of the two (A2), with one comparison each', async (_by, by) => {
    tries.reset()
    for (const [secret, level] of [
      [ONE.puk, 2],
      [OTHER.puk, 2],
      [WRONG, 1],
    ] as const)
      expect([secret, await levelBy(by, secret)]).toEqual([secret, level])
    expect(tries).toMatchObject({ evaluated: 3, compared: 3 })
  })

  it('is right by the number of its SIM alone', async () => {
    expect(await levelBy(ONE.sim, ONE.puk)).toBe(2)
    expect(await levelBy(ONE.sim, OTHER.puk)).toBe(1)
  })

  it('is right by the own line and phone number for the SIM alone that the file links it to', async () => {
    const phoneSims = (sim: string) => imported({ ...account, phone_sims: sim })
    await phoneSims(OTHER.sim)
    for (const by of ['1', '01713920077']) {
      expect([by, await levelBy(by, OTHER.puk)]).toEqual([by, 2])
      expect([by, await levelBy(by, ONE.puk)]).toEqual([by, 1])
    }
    expect(await levelBy(NUMBER, ONE.puk)).toBe(2)
    await phoneSims(ONE.sim)
    expect([await levelBy('1', ONE.puk), await levelBy('1', OTHER.puk)]).toEqual([2, 1])
    await phoneSims('')
    expect([await levelBy('1', ONE.puk), await levelBy('1', OTHER.puk)]).toEqual([2, 2])
  })

  it('is counted once for all SIMs', async () => {
    const { db } = app.deps.database
    const own = simsSubject(accountSubject('alpenfunk', await refOf(db, NUMBER, 'alpenfunk')), 'puk')
    for (const [n, by] of [ONE.sim, OTHER.sim, NUMBER].entries()) {
      await levelBy(by, WRONG)
      expect((await app.deps.attempts.lockState(own)).consecutive).toBe(n + 1)
    }
  })

  it('is that of the SIM that runs, once the other is gone', async () => {
    await imported({ ...account, sim_numbers: ONE.sim, puks: ONE.puk })
    expect([await levelBy(NUMBER, ONE.puk), await levelBy(NUMBER, OTHER.puk)]).toEqual([2, 1])
  })

  it('of a store from before is right by the number of its SIM, and by all once the customer was imported again', async () => {
    const { db } = app.deps.database
    const maker = cheapMaker(app.deps.keys.pin)
    const rows = await db.selectFrom('verifier').selectAll().where('credential', '=', 'puk').orderBy('set_at').execute()

    const sims = await db.selectFrom('identifier').selectAll().where('kind', '=', 'sim_number').orderBy('id').execute()
    for (const [n, { puk }] of [ONE, OTHER].entries()) {
      const { ref, sim_id: sim } = sims[n] ?? { ref: '', sim_id: null }
      const stored = await maker.make(new Secret(puk), `alpenfunk/${ref}/${sim}`, 'puk')
      await db
        .updateTable('verifier')
        .set({ stored: JSON.stringify(stored) })
        .where('sim', '=', sim ?? '')
        .execute()
    }
    expect(rows).toHaveLength(2)
    expect([await levelBy(ONE.sim, ONE.puk), await levelBy(OTHER.sim, OTHER.puk)]).toEqual([2, 2])
    expect([await levelBy(NUMBER, ONE.puk), await levelBy(NUMBER, OTHER.puk)]).toEqual([1, 1])
    await imported(account)
    // No lock was lifted by that: the secrets are the same.
    expect(
      (await app.deps.attempts.lockState(accountSubject('alpenfunk', await refOf(db, NUMBER, 'alpenfunk'))))
        .consecutive,
    ).toBe(2)
    expect([await levelBy(NUMBER, ONE.puk), await levelBy(NUMBER, OTHER.puk)]).toEqual([2, 2])
    await forget()
  })
})
