/** Customers look their PIN up (R6): what only the portal's process can, what the voice service cannot, and how a copy lives and dies. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { generateIdentity } from 'age-encryption'
import pg from 'pg'
import { portalLimits } from '../../src/auth/portal-limits.ts'
import { readPortalProcess } from '../../src/config/portal-process.ts'
import { createLog } from '../../src/log/log.ts'
import { servePortal } from '../../src/server/portal-process.ts'
import { hotlinesIn } from '../flow/shipped.ts'
import { openApp } from '../support/app.ts'
import { type LookUpStand, openLookUp, SECOND_FACTOR } from '../support/look-up.ts'
import { people } from '../support/people.ts'
import { proves } from '../support/proves.ts'
import { describePostgres } from '../support/stores.ts'

const { first: HANNA, second: OLIVER } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const CHOSEN = '8264'

describePostgres('look-up', (postgres) => {
  let stand: LookUpStand
  beforeAll(async () => {
    stand = await openLookUp(postgres())
  })
  afterAll(() => stand.close())
  beforeEach(async () => {
    await stand.asOwner(
      'DELETE FROM portal_budget; DELETE FROM message; DELETE FROM pin_state; DELETE FROM pin_copy; DELETE FROM past_secret',
    )
  })

  const withFactor = { acr: SECOND_FACTOR }
  const lookUp = async (changed: Record<string, unknown> = withFactor, { number } = HANNA) =>
    stand.portal.ask('POST', 'reveal', await stand.portal.token(number, changed), undefined, stand.process.port)
  const choose = async (pin: string, { number } = HANNA) =>
    expect((await stand.portal.as(number, 'PUT', 'pin', { pin })).status).toBe(200)
  const state = async (port = stand.process.port) =>
    (await stand.portal.ask('GET', 'state', await stand.portal.token(HANNA.number), undefined, port)).body
  const copies = async () => (await stand.asOwner<{ ref: string }>('SELECT ref FROM pin_copy')).length
  const told = async () =>
    (await stand.asOwner<{ kind: string }>('SELECT kind FROM message ORDER BY id')).map(({ kind }) => kind)
  const looks = async () =>
    (await stand.app.deps.events.read({ limit: 1_000 }))
      .filter(({ facts }) => facts.act === 'portal_look_up')
      .map(({ facts }) => facts.result)
  const asRole = async (url: string, statement: string): Promise<string> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(statement)
      return 'done'
    } catch (error) {
      return (error as { code: string }).code
    } finally {
      await client.end()
    }
  }

  it('shows the PIN in force, tells the customer, and is an event (threat 32)', async () => {
    await choose(CHOSEN)
    const before = await looks()
    const { status, body, headers } = await lookUp()
    expect([status, body]).toEqual([200, { pin: CHOSEN }])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(await told()).toEqual(['pin_set', 'pin_looked_up'])
    expect(await looks()).toEqual([...before, 'shown'])
    expect(await proves(stand.app, HANNA.number, CHOSEN)).toBe(true)
    expect(stand.logged()).not.toContain(CHOSEN)
  })

  it('asks for the second factor of the brand and a log-in of just now, and spends nothing without (threat 32)', async () => {
    await choose(CHOSEN)
    const longAgo = Math.floor(stand.app.clock.now().getTime() / 1000) - 400
    for (const [changed, code] of [
      [{ acr: 'mfa' }, 'weak'],
      [{ ...withFactor, auth_time: longAgo }, 'stale'],
      [{ ...withFactor, aud: 'shop' }, 'invalid'],
    ] as const)
      expect(await lookUp(changed)).toMatchObject({ status: 401, body: { code } })
    expect(await lookUp({ ...withFactor, brand: 'sternmobil' })).toMatchObject({ status: 401, body: { code: 'weak' } })
    expect(await lookUp({ brand: 'sternmobil' })).toMatchObject({ status: 409, body: { code: 'not_offered' } })
    expect(await told()).toEqual(['pin_set'])
    expect(await stand.asOwner("SELECT FROM portal_budget WHERE kind = 'look_up'")).toEqual([])
    const token = await stand.portal.token(HANNA.number, withFactor)
    const twice = [1, 2].map(() => stand.portal.ask('POST', 'reveal', token, undefined, stand.process.port))
    expect((await Promise.all(twice)).map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it('is done three times a day, whatever comes together (threat 32)', async () => {
    await choose(CHOSEN)
    const replies = await Promise.all(Array.from({ length: 8 }, () => lookUp()))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(portalLimits.look_up)
    const refused = replies.filter(({ status }) => status !== 200)
    for (const { status, body, headers } of refused) {
      expect([status, body.code]).toEqual([429, 'too_many'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(86_000)
    }
    expect((await told()).filter((kind) => kind === 'pin_looked_up')).toHaveLength(portalLimits.look_up)
    // Another customer has three of their own, and each of these comes back a day after it was spent.
    await choose(CHOSEN, OLIVER)
    expect((await lookUp(withFactor, OLIVER)).status).toBe(200)
    await stand.asOwner(
      "UPDATE portal_budget SET spent[1] = spent[1] - interval '24 hours' WHERE kind = 'look_up' AND cardinality(spent) = 3",
    )
    expect([(await lookUp()).status, (await lookUp()).status]).toEqual([200, 429])
  })

  it('is counted where there is nothing to show', async () => {
    for (let n = 1; n <= portalLimits.look_up; n++)
      expect(await lookUp()).toMatchObject({ status: 409, body: { code: 'no_copy' } })
    expect((await lookUp()).status).toBe(429)
    expect(await told()).toEqual([])
  })

  it('is neither key nor right of the voice service (threat 32)', async () => {
    await choose(CHOSEN)
    const { voice, portal } = stand.urls
    expect(await asRole(portal, 'SELECT sealed FROM pin_copy')).toBe('done')
    for (const statement of [
      'SELECT sealed FROM pin_copy',
      'SELECT count(*) FROM pin_copy',
      'SELECT brand FROM pin_copy',
      'COPY pin_copy TO STDOUT',
      'DELETE FROM pin_copy',
      "UPDATE pin_copy SET recipient = 'mine'",
      'TRUNCATE pin_copy',
      "INSERT INTO pin_copy (brand, ref, credential, recipient, sealed) SELECT brand, ref, credential, '', '' FROM verifier RETURNING sealed",
      'ALTER TABLE pin_copy DISABLE TRIGGER ALL',
      'CREATE OR REPLACE VIEW seen AS SELECT * FROM pin_copy',
    ])
      expect(`${statement}: ${await asRole(voice, statement)}`).toBe(`${statement}: 42501`)
    // The door is not there, and the state says so.
    const token = await stand.portal.token(HANNA.number, withFactor)
    expect(await stand.portal.ask('POST', 'reveal', token)).toMatchObject({
      status: 404,
      body: { code: 'nothing_here' },
    })
    expect(await state(stand.app.port)).toMatchObject({ allows: { reveal: false } })
    expect(await state()).toMatchObject({ allows: { reveal: true } })
    const paths = JSON.parse((await stand.app.get('/portal/openapi.json')).body).paths
    expect(Object.keys(paths)).not.toContain('/portal/v1/reveal')
    expect(JSON.stringify(stand.app.deps)).not.toContain('AGE-SECRET-KEY')
  })

  it('is shut where the one has what is the other’s', async () => {
    const settings = { ...stand.portal.settings, FLOWS_DIR: stand.flowsDir, LOOKUP_RECIPIENT: stand.recipient }
    const voiceWith = (database: string, more: Record<string, string> = {}) =>
      openApp({ customers: 'none', database, settings: { ...settings, ...more } })
    await expect(voiceWith(stand.urls.owner)).rejects.toThrow(/role that may read the sealed copies/)
    await expect(voiceWith(stand.urls.portal)).rejects.toThrow(/role that may read the sealed copies/)
    await expect(voiceWith(stand.urls.voice, { LOOKUP_IDENTITY: stand.identity })).rejects.toThrow(
      /LOOKUP_IDENTITY must not/,
    )
    await expect(voiceWith(stand.urls.voice, { LOOKUP_RECIPIENT: '' })).rejects.toThrow(/LOOKUP_RECIPIENT must be set/)

    const log = createLog({ level: 'silent' })
    const hotlines = hotlinesIn(stand.flowsDir)
    const portalWith = (database: string) =>
      servePortal({ ...readPortalProcess({ ...stand.settings, DATABASE_URL: database }), port: 0 }, { log, hotlines })
    await expect(portalWith(stand.urls.voice)).rejects.toThrow(/may not read the sealed copies/)
    for (const [name, value] of Object.entries({
      TWILIO_AUTH_TOKEN: 'a-token',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      API_TOKEN: 'a-token-of-the-desk-that-is-long-enough',
      REDIS_URL: 'redis://localhost',
      TELEPHONY: 'stand-in',
    }))
      expect(() => readPortalProcess({ ...stand.settings, DATABASE_URL: stand.urls.portal, [name]: value })).toThrow(
        new RegExp(`${name} must not be set`),
      )
  })

  it('is shut where a brand tells its customers nothing', async () => {
    const flowsDir = mkdtempSync(join(tmpdir(), 'rufpass-untold-'))
    cpSync(stand.flowsDir, flowsDir, { recursive: true })
    const file = join(flowsDir, 'brands', 'rheinnetz.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^messages: .*\n/m, ''))
    const config = readPortalProcess({ ...stand.settings, DATABASE_URL: stand.urls.portal })
    const started = servePortal(
      { ...config, port: 0 },
      { log: createLog({ level: 'silent' }), hotlines: hotlinesIn(flowsDir) },
    )
    await expect(started).rejects.toThrow("'rheinnetz' lets customers look their PIN up")
    rmSync(flowsDir, { recursive: true })
  })

  describe('a copy', () => {
    it('dies with its PIN, however that ends', async () => {
      const { accounts } = stand.app.deps
      const place = { brand: 'rheinnetz', customerNumber: HANNA.number }
      await choose(CHOSEN)
      expect(await copies()).toBe(1)
      await choose('9147')
      expect(await lookUp()).toMatchObject({ body: { pin: '9147' } })
      expect(await copies()).toBe(1)
      const { body } = await stand.portal.as(HANNA.number, 'POST', 'pin/new')
      expect(await lookUp()).toMatchObject({ body: { pin: body.pin } })
      await accounts.clearPins(place, { actor: 'test', reason: 'test' })
      expect(await copies()).toBe(0)
      expect(await lookUp()).toMatchObject({ status: 409, body: { code: 'no_copy' } })
    })

    it('of another row, account or PIN is shown to nobody, and neither is one of the store’s holder', async () => {
      const move =
        'UPDATE pin_copy SET sealed = (SELECT sealed FROM pin_copy AS o WHERE o.ref <> pin_copy.ref) WHERE ref = $1'
      await choose(CHOSEN, OLIVER)
      await choose('9147')
      const [{ ref } = { ref: '' }] = await stand.asOwner<{ ref: string }>(
        'SELECT ref FROM account WHERE brand = $1 AND customer_number = $2',
        ['rheinnetz', HANNA.number],
      )
      await stand.asOwner(move, [ref])
      expect(await lookUp()).toMatchObject({ status: 409, body: { code: 'no_copy' } })
      expect(stand.logged()).toContain('ALARM: a sealed copy')
      // The copy of a PIN from before, put back beside the one in force.
      await choose('7391')
      const [old] = await stand.asOwner<{ sealed: string }>('SELECT sealed FROM pin_copy WHERE ref = $1', [ref])
      await choose('6038')
      await stand.asOwner('UPDATE pin_copy SET sealed = $2 WHERE ref = $1', [ref, old?.sealed])
      expect(await lookUp()).toMatchObject({ status: 409, body: { code: 'no_copy' } })
    })

    it('of an account that was given the number of another customer is shown to nobody', async () => {
      const numbered = 'UPDATE account SET customer_number = $2 WHERE brand = $3 AND customer_number = $1'
      const number = (from: string, to: string) => stand.asOwner(numbered, [from, to, 'rheinnetz'])
      await choose(CHOSEN)
      for (const [from, to] of [
        [OLIVER.number, '1'],
        [HANNA.number, OLIVER.number],
      ] as const)
        await number(from, to)
      expect(await lookUp(withFactor, OLIVER)).toMatchObject({ status: 409, body: { code: 'no_copy' } })
      for (const [from, to] of [
        [OLIVER.number, HANNA.number],
        ['1', OLIVER.number],
      ] as const)
        await number(from, to)
      expect(await lookUp()).toMatchObject({ status: 200, body: { pin: CHOSEN } })
    })

    it('of a brand that has switched look-up off is told of at the start', async () => {
      await choose(CHOSEN)
      const lines: string[] = []
      const log = createLog({ level: 'warn', to: { write: (line) => void lines.push(line) } })
      const config = readPortalProcess({ ...stand.settings, DATABASE_URL: stand.urls.portal })
      const started = async () => {
        const other = await servePortal({ ...config, port: 0 }, { log, hotlines: hotlinesIn(stand.flowsDir) })
        await other.stop()
        return lines.splice(0).join('').includes('copies of PINs are kept of brands that show none')
      }
      expect(await started()).toBe(false)
      const [row] = await stand.asOwner<{ brand: string; ref: string }>(
        "SELECT v.brand, v.ref FROM verifier AS v WHERE v.brand = 'sternmobil' AND v.credential = 'pin' LIMIT 1",
      )
      const copied =
        "INSERT INTO pin_copy (brand, ref, credential, recipient, sealed) VALUES ($1, $2, 'pin', 'age1', 'AAAA')"
      await stand.asOwner(copied, [row?.brand, row?.ref])
      expect(await started()).toBe(true)
    })

    it('to a key that is not there any more is shown to nobody, and counted at the start', async () => {
      await choose(CHOSEN)
      const [one, two] = [await generateIdentity(), stand.identity]
      const log = createLog({ level: 'silent' })
      const hotlines = hotlinesIn(stand.flowsDir)
      const ports: number[] = []
      for (const [identities, shut] of [
        [[one], 1],
        [[one, two], 0],
      ] as const) {
        const config = readPortalProcess({
          ...stand.settings,
          DATABASE_URL: stand.urls.portal,
          LOOKUP_IDENTITY: identities.join(),
        })
        const other = await servePortal({ ...config, port: 0 }, { log, clock: stand.app.clock, hotlines })
        ports.push(other.port)
        expect(other.shut).toBe(shut)
        const token = await stand.portal.token(HANNA.number, withFactor)
        const { status } = await stand.portal.ask('POST', 'reveal', token, undefined, other.port)
        expect(status).toBe(shut === 1 ? 409 : 200)
        await other.stop()
      }
    })
  })
})
