/** What the agents' side says of a call, for every way in which identification and proof can end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createContexts, type Reading } from '../../src/context/contexts.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { type Line, type PhoneCall, phone, queueOf } from '../support/phone-call.ts'

const NOBODY = '407182649'
const NOW = '2026-11-22T10:00:00.000Z'
const THEN = new Date(NOW)
/** A key that is a moment, ISO 8601. */
const MOMENT = expect.stringMatching(/^2026-11-22T10:0\d:\d\d\.\d{3}Z$/)

let app: TestApp
beforeAll(async () => {
  app = await openApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  app.clock.turnTo(NOW)
  const now = app.clock.now()
  for (const { callId } of await app.deps.floorStore.list(now)) await app.deps.floorStore.leave(callId, 'hung_up', now)
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

/** A call in which the caller keys each of these in turn; '' is silence. */
async function called(line: Line, ...keys: string[]): Promise<PhoneCall> {
  const call = phone(app, line)
  await call.ring()
  for (const key of keys) await (key === '' ? call.silence() : call.key(key))
  return call
}

const everyone = ['general_advice', 'report_outage', 'take_order']
const verifiedMay = [...everyone, 'read_ticket', 'read_bill', 'read_contract', 'change_tariff', 'change_address']
const never = ['sim_swap', 'bank_data', 'pin_change']
const notVerified = [...verifiedMay.filter((action) => !everyone.includes(action)), ...never]

describe('the context', () => {
  it('of a verified caller, every field of it', async () => {
    const call = await called({ brand: 'rheinnetz', from: '+492214710011' }, '1', '407182632', '4826')
    const context = await app.context(call.sid)
    expect(context).toEqual({
      version: 1,
      callSid: call.sid,
      brand: 'rheinnetz',
      language: 'de',
      topic: 'bill',
      caller: { number: '+492214710011', onFile: false },
      carried: null,
      assurance: { level: 2, method: 'pin', at: MOMENT },
      outcome: 'verified',
      account: { id: expect.any(String), customerNumber: '407182632', name: 'Hanna Reuter' },
      elsewhere: [],
      contacts: [
        {
          kind: 'email',
          value: 'hanna.reuter@example.org',
          source: '407182632',
          validFrom: null,
          validTo: null,
          confirmed: '2026-01-05T09:00:00.000Z',
          marks: [],
          sent: [],
        },
      ],
      tickets: [],
      notes: [],
      incidents: [],
      may: verifiedMay,
      mayNot: never,
      resting: null,
      ticket: null,
      waitingSince: MOMENT,
      failedTriesBefore: 0,
      lockedUntil: null,
      flags: [],
    })
    expect(queueOf(call.heard ?? '')).toBe('rheinnetz.bill')
    expect(await app.waiting()).toEqual([context])
  })

  it('of a caller whose PIN was changed: what is dangerous rests for 72 hours, at every door', async () => {
    const { db } = app.deps.database
    const byWay = (way: string | null, at: string) =>
      sql`UPDATE verifier SET chosen_by = ${way}, set_at = ${at}::timestamptz WHERE brand = 'rheinnetz' AND ref IN (
        SELECT ref FROM account WHERE customer_number = '407182632')`.execute(db)
    const dangerous = ['change_tariff', 'change_address']
    try {
      await byWay('portal', '2026-11-21T10:00:00Z')
      const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
      const context = await app.context(call.sid)
      expect(context).toMatchObject({
        assurance: { level: 2 },
        may: verifiedMay.filter((action) => !dangerous.includes(action)),
        resting: { actions: dangerous, until: '2026-11-24T10:00:00.000Z' },
      })
      expect(context.mayNot).toEqual(expect.arrayContaining([...dangerous, ...never]))
      expect(await app.waiting()).toEqual([context])
      await byWay('portal', '2026-11-19T10:00:00Z')
      expect(await app.context(call.sid)).toMatchObject({ may: verifiedMay, mayNot: never, resting: null })
    } finally {
      await byWay(null, NOW)
    }
  })

  it('not_needed: the topic needs no proof', async () => {
    const call = await called({ brand: 'rheinnetz' }, '2')
    expect(await app.context(call.sid)).toMatchObject({
      topic: 'outage',
      caller: { number: null, onFile: false },
      carried: null,
      assurance: { level: 0, method: null, at: null },
      outcome: 'not_needed',
      account: null,
      may: everyone,
      mayNot: notVerified,
      flags: ['number_withheld'],
    })
  })

  it('refused: three wrong tries, and the lock that they set', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '0000', '0001', '407182632', '0002')
    const context = await app.context(call.sid)
    expect(context).toMatchObject({
      topic: 'bill',
      assurance: { level: 1, method: null },
      outcome: 'refused',
      account: null,
      may: everyone,
      failedTriesBefore: 0,
      flags: ['number_withheld', 'locked'],
    })
    const minutes = (Date.parse(context.lockedUntil ?? '') - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(13)
    expect(minutes).toBeLessThanOrEqual(15)
  })

  it('refused: too many numbers', async () => {
    const numbers = ['407182632', '0000', '0001', '519038476', '', '2']
    expect(await app.context((await called({ brand: 'rheinnetz' }, '1', ...numbers)).sid)).toMatchObject({
      outcome: 'no_pin',
    })
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '0000', '0001', '407182632', '0002')
    expect(queueOf(call.heard ?? '')).toBe('rheinnetz.general')
  })

  it('no_pin: the caller has none to hand', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '', '2')
    expect(await app.context(call.sid)).toMatchObject({
      assurance: { level: 1, method: null, at: MOMENT },
      outcome: 'no_pin',
      account: null,
      lockedUntil: null,
    })
  })

  it('silent: nothing was keyed at three prompts', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '', '', '')
    expect(await app.context(call.sid)).toMatchObject({ outcome: 'silent', assurance: { level: 1 }, account: null })
  })

  it('unavailable: something of ours broke', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632')
    await call.fallback()
    expect(await app.context(call.sid)).toMatchObject({
      outcome: 'unavailable',
      assurance: { level: 0 },
      account: null,
    })
  })

  it('of a number that nobody has shows no account and level 0, and the lock of that number', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', NOBODY, '0000', '0001', NOBODY, '0002')
    expect(await app.context(call.sid)).toMatchObject({
      assurance: { level: 0, method: null, at: null },
      outcome: 'refused',
      account: null,
      flags: ['number_withheld', 'locked'],
    })
  })

  it('tells tries that went before, a lock, and that only a new PIN helps', async () => {
    const twice = await called({ brand: 'rheinnetz' }, '1', '407182632', '0000', '0001')
    await twice.hangUp()
    const right = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
    expect(await app.context(right.sid)).toMatchObject({
      outcome: 'verified',
      failedTriesBefore: 2,
      lockedUntil: null,
      flags: ['number_withheld'],
    })
    await sql`update pin_state set hard_locked = true, consecutive = 10`.execute(app.deps.database.db)
    const dead = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
    expect(await app.context(dead.sid)).toMatchObject({
      assurance: { level: 1 },
      failedTriesBefore: 10,
      flags: ['number_withheld', 'needs_new_pin'],
    })
  })

  it('names the line that the caller called from, and that they said so', async () => {
    const line = { brand: 'sternmobil', from: '+491713920001' }
    const own = await called(line, '1', '1', '8530')
    expect(await app.context(own.sid)).toMatchObject({
      caller: { number: '+491713920001', onFile: true },
      carried: null,
      assurance: { level: 2, method: 'pin' },
      account: { customerNumber: '20593847', name: 'Tom Albers' },
      flags: ['own_line'],
    })
    // The number of a customer of another brand is nobody's here.
    const stranger = await called({ brand: 'kassemobil', from: '+491713920001' }, '1', '1', '8530')
    expect(await app.context(stranger.sid)).toMatchObject({
      caller: { number: '+491713920001', onFile: false },
      carried: null,
      assurance: { level: 0 },
      account: null,
    })
  })

  it('names the PUK as method where one was keyed', async () => {
    const call = await called({ brand: 'alpenfunk' }, '1', '53062941', '48150936')
    expect(await app.context(call.sid)).toMatchObject({
      assurance: { level: 2, method: 'puk', at: MOMENT },
      account: { name: 'Resi Huber' },
    })
  })

  it('names the ticket that was keyed, and the language that was chosen', async () => {
    const call = await called({ brand: 'fuldanetz' }, '9', '1', '7100482935', '8264')
    expect(await app.context(call.sid)).toMatchObject({
      language: 'en',
      ticket: '7100482935',
      account: { customerNumber: '305719467' },
    })
    expect(call.heard).toContain('en-GB')
  })

  it('below level 2 shows the account in a brand whose PIN is not mandatory, and to level 1 what it may', async () => {
    const call = await called({ brand: 'fuldanetz' }, '2', '305719467')
    expect(await app.context(call.sid)).toMatchObject({
      topic: 'outage',
      assurance: { level: 1 },
      outcome: 'not_needed',
      account: { customerNumber: '305719467', name: 'Jana Wolter' },
      may: ['general_advice', 'take_order', 'report_outage', 'add_to_ticket'],
    })
    // The same in a brand that has made it mandatory: no account.
    const mandatory = await called({ brand: 'sternmobil' }, '1', '20481736', '', '2')
    expect(await app.context(mandatory.sid)).toMatchObject({ assurance: { level: 1 }, account: null })
  })
})

describe('an incident', () => {
  const oliver = { number: '519038476', pin: '7395' }
  const mail = {
    name: 'mail-2026-10',
    day: '2026-10-01',
    texts: { de: expect.stringContaining('nicht gehackt'), en: expect.stringContaining('not hacked') },
  }

  it('is told with the account that it touched, and with no other', async () => {
    const touched = await called({ brand: 'rheinnetz' }, '1', oliver.number, oliver.pin)
    expect(await app.context(touched.sid)).toMatchObject({
      account: { name: 'Oliver Brandt' },
      incidents: [mail],
      flags: ['number_withheld', 'incident'],
    })
    const other = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
    expect(await app.context(other.sid)).toMatchObject({ incidents: [], flags: ['number_withheld'] })
  })

  it.each([
    ['has not proved it', [oliver.number, '', '2'], 'no_pin'],
    ['could not prove it', [oliver.number, '0000', '0001', oliver.number, '0002'], 'refused'],
    ['said nothing more', [oliver.number, '', '', ''], 'silent'],
  ])('is not told of who %s', async (_what, keys, outcome) => {
    const context = await app.context((await called({ brand: 'rheinnetz' }, '1', ...keys)).sid)
    expect(context).toMatchObject({ outcome, assurance: { level: 1 }, account: null, incidents: [] })
    expect(context.flags).not.toContain('incident')
    expect(JSON.stringify(context)).not.toContain('mail-2026-10')
  })

  it('is told no more when it is closed', async () => {
    const incidents = createIncidents(app.deps.database.db)
    const [brand, name] = ['fuldanetz', 'letter']
    await incidents.open({ brand, name, day: '2026-11-01', texts: { de: 'Ein Brief.', en: 'A letter.' } }, 'test', THEN)
    const lines = (async function* () {
      yield [{ line: 1, customerNumber: '305719467' }]
    })()
    const options = { actor: 'test', at: THEN, skipUnknown: false, onUnknown: () => {} }
    await incidents.mark({ brand, name }, lines, options)
    // Before the PIN is mandatory the account is seen below level 2, and what happened to it with it.
    const call = await called({ brand }, '2', '305719467')
    expect(await app.context(call.sid)).toMatchObject({ assurance: { level: 1 }, incidents: [{ name }] })
    await incidents.close({ brand, name }, 'test', THEN)
    expect(await app.context(call.sid)).toMatchObject({
      account: { name: 'Jana Wolter' },
      incidents: [],
      flags: ['number_withheld'],
    })
  })
})

describe('one person at several brands (R43)', () => {
  const HANNA = { number: '407182632', pin: '4826' }
  const JANA = { number: '305719467', pin: '8264' }
  const THEIRS = { rheinnetz: HANNA.number, fuldanetz: JANA.number }
  const named = (reference: string | null) =>
    app.deps.database.db
      .updateTable('account')
      .set({ reference })
      .where('customer_number', 'in', Object.values(THEIRS))
      .execute()
  beforeEach(() => named('P-7'))
  afterAll(() => named(null))
  const agent = (brands: string[], topics = ['bill', 'general']) => ({ name: 'anna', of: { brands, topics } })
  const verified = () => called({ brand: 'rheinnetz' }, '1', HANNA.number, HANNA.pin)
  const seen = async (call: PhoneCall, reader: Parameters<typeof app.deps.contexts.of>[1]) =>
    (await app.deps.contexts.of(call.sid, reader))?.elsewhere

  it('shows an agent of both that there is an account, with its number and nothing else of it, and records the reading', async () => {
    const call = await verified()
    const other = [{ brand: 'fuldanetz', customerNumber: JANA.number }]
    const context = await app.deps.contexts.of(call.sid, agent(['rheinnetz', 'fuldanetz']))
    expect(context?.elsewhere).toEqual(other)
    expect(JSON.stringify(context)).not.toMatch(/Wolter|jana/)
    const reads = (await app.deps.events.read({ limit: 10_000 })).filter(
      ({ actor, facts }) => actor === 'anna' && facts.by === 'reference',
    )
    expect(reads).toMatchObject([{ kind: 'context_read', brand: 'fuldanetz', actor: 'anna', callId: '-' }])
    expect(await seen(call, { name: 'api', of: 'everything' })).toEqual(other)
    await app.deps.database.db
      .updateTable('account')
      .set({ ends: new Date('2026-11-01T00:00:00Z') })
      .where('customer_number', '=', JANA.number)
      .execute()
    expect(await seen(call, agent(['rheinnetz', 'fuldanetz']))).toEqual([])
    await app.deps.database.db
      .updateTable('account')
      .set({ ends: null })
      .where('customer_number', '=', JANA.number)
      .execute()
  })

  it('shows nothing of it to others: of one brand, of other topics, by a token of one brand, below level 2, by another reference', async () => {
    const call = await verified()
    expect(await seen(call, agent(['rheinnetz']))).toEqual([])
    expect(await seen(call, agent(['rheinnetz', 'fuldanetz'], ['outage']))).toEqual([])
    expect(await seen(call, { name: 'api/crm', of: 'everything', within: ['rheinnetz'] })).toEqual([])
    expect(await seen(call, { ...agent(['rheinnetz', 'fuldanetz']), within: ['rheinnetz'] })).toEqual([])
    const claimed = await called({ brand: 'fuldanetz' }, '2', JANA.number)
    expect(await app.context(claimed.sid)).toMatchObject({ account: { name: 'Jana Wolter' }, elsewhere: [] })
    await app.deps.database.db
      .updateTable('account')
      .set({ reference: 'P-8' })
      .where('customer_number', '=', JANA.number)
      .execute()
    expect(await seen(call, agent(['rheinnetz', 'fuldanetz']))).toEqual([])
  })

  it('counts for no proof: neither the PIN of one brand at the other, nor a call that was verified there', async () => {
    const at = async ([number = '', pin = '']: string[]) => {
      const call = phone(app, { brand: 'fuldanetz' })
      await call.toPin(number)
      await call.key(pin)
      return app.context(call.sid)
    }
    await verified()
    expect((await at([JANA.number, HANNA.pin])).assurance.level).toBeLessThan(2)
    expect((await at([HANNA.number, HANNA.pin])).assurance.level).toBe(0)
    expect((await at([JANA.number, JANA.pin])).assurance.level).toBe(2)
    // Wrong tries here lock nobody there.
    for (const wrong of ['0000', '0001', '0002']) await at([JANA.number, wrong])
    expect((await app.context((await verified()).sid)).assurance.level).toBe(2)
  })
})

describe('a reading', () => {
  it('is recorded for each context read, with who read it, before it is given', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
    await app.context(call.sid)
    await app.waiting()
    const reads = (await app.deps.events.read({ callId: call.sid, limit: 50 })).filter(
      ({ kind }) => kind === 'context_read',
    )
    const { account } = await app.context(call.sid)
    expect(reads).toHaveLength(2)
    for (const read of reads) {
      expect(read).toMatchObject({
        actor: 'api',
        brand: 'rheinnetz',
        ref: account?.id,
        facts: { level: 2, account: true },
      })
    }
  })

  it('is one for as long as it goes on, also for those who look at once, and another where nobody says that it goes on', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
    const { contexts, events } = app.deps
    const reader = { name: 'anna', of: 'everything' as const }
    const count = async (): Promise<number> =>
      (await events.read({ callId: call.sid, limit: 50 })).filter(({ actor }) => actor === 'anna').length
    const reading: Reading = new Map()
    const seen = await Promise.all([1, 2, 3].map(() => contexts.of(call.sid, reader, reading)))
    expect(seen.map((context) => context?.account?.name)).toEqual(['Hanna Reuter', 'Hanna Reuter', 'Hanna Reuter'])
    await contexts.of(call.sid, reader, reading)
    expect(await count()).toBe(1)
    await contexts.of(call.sid, reader)
    expect(await count()).toBe(2)
  })

  it('that cannot be recorded shows nothing to anybody, and is tried again', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '4826')
    let isDown = true
    const recorded: unknown[] = []
    const contexts = createContexts({
      ...app.deps,
      calls: app.deps.live.calls,
      waiting: app.deps.floorStore,
      events: {
        async append(event) {
          if (isDown) throw new Error('no record')
          recorded.push(event)
        },
      },
    })
    const reading: Reading = new Map()
    const look = () => contexts.of(call.sid, { name: 'anna', of: 'everything' }, reading)
    const both = await Promise.allSettled([look(), look()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    isDown = false
    expect(await look()).not.toBeNull()
    expect(recorded).toHaveLength(1)
  })

  it('without the token is refused, and nothing is read', async () => {
    const call = await called({ brand: 'rheinnetz' }, '2')
    for (const path of ['/api/v1/calls?state=waiting', `/api/v1/calls/${call.sid}`]) {
      for (const token of ['', 'wrong', `${'x'.repeat(38)}`]) {
        const { status, body } = await app.get(path, token)
        expect(status).toBe(401)
        expect(body).not.toContain(call.sid)
      }
    }
    const events = await app.deps.events.read({ callId: call.sid, limit: 50 })
    expect(events.map(({ kind }) => kind)).toEqual(['hand_off'])
  })

  it('of a call that nobody knows is 404 and leaves no trace', async () => {
    expect(await app.get(`/api/v1/calls/CA${'e'.repeat(32)}`)).toMatchObject({ status: 404 })
    expect(await app.get('/api/v1/calls/4826')).toMatchObject({ status: 404 })
    expect(await app.deps.events.read({ callId: `CA${'e'.repeat(32)}`, limit: 5 })).toEqual([])
  })
})

describe('a hand-off', () => {
  it('is recorded with the queue, what the queue asks for, and what the caller proved', async () => {
    const call = await called({ brand: 'rheinnetz' }, '1', '407182632', '0000', '4826')
    await call.hangUp()
    const { claim } = (await app.deps.live.calls.get(call.sid)) ?? {}
    const events = await app.deps.events.read({ callId: call.sid, limit: 50 })
    const common = { callId: call.sid, brand: 'rheinnetz', ref: claim?.ref, actor: 'caller' }
    expect(events).toMatchObject([
      { ...common, kind: 'verify', facts: { credential: 'pin', result: 'wrong' } },
      { ...common, kind: 'verify', facts: { credential: 'pin', result: 'right' } },
      {
        ...common,
        kind: 'hand_off',
        facts: {
          to: 'rheinnetz.bill',
          queueLevel: 2,
          level: 2,
          outcome: 'verified',
          needs: 2,
          topic: 'bill',
          phase: 'mandatory',
        },
      },
      { ...common, kind: 'end', facts: { level: 2, outcome: 'verified', tries: 2, needs: 2 } },
    ])
  })

  it('records why a try failed for us, and never for the caller', async () => {
    const results: unknown[] = []
    for (const [entry, ...pins] of [
      ['407182632', '0000'],
      [NOBODY, '0000'],
      ['730519286', '0000'],
      ['519038476', '0000', '0001', '519038476', '0002'],
      ['519038476', '7395'],
    ] as [string, ...string[]][]) {
      const call = await called({ brand: 'rheinnetz' }, '1', entry, ...pins)
      const events = await app.deps.events.read({ callId: call.sid, limit: 50 })
      results.push(events.filter(({ kind }) => kind === 'verify').at(-1)?.facts.result)
    }
    expect(results).toEqual(['wrong', 'unknown', 'none_set', 'wrong', 'locked'])
  })
})

describe('the phase of the roll-out', () => {
  /** A caller without a PIN, from the ring on at that moment: the queue they come to, and whether the agent sees them. */
  async function withoutPin(brand: string, entry: string, moment: string) {
    app.clock.turnTo(moment)
    // And no new one by post, where one is offered.
    const call = await called({ brand }, '1', entry, '', '2', ...(brand === 'kassemobil' ? ['0'] : []))
    return { queue: queueOf(call.heard ?? ''), account: (await app.context(call.sid)).account !== null }
  }

  it.each([
    // kassemobil: mandatory from 2027-02-23, in winter time.
    ['kassemobil', '42058371', '2027-02-22T22:59:50.000Z', { queue: 'kassemobil.tariff', account: true }],
    ['kassemobil', '42058371', '2027-02-22T23:00:00.000Z', { queue: 'kassemobil.general', account: false }],
    // sternmobil: mandatory from 2026-05-16, in summer time.
    ['sternmobil', '20481736', '2026-05-15T21:59:50.000Z', { queue: 'sternmobil.bill', account: true }],
    ['sternmobil', '20481736', '2026-05-15T22:00:00.000Z', { queue: 'sternmobil.general', account: false }],
  ])('of %s for %s changes at local midnight: %s', async (brand, entry, moment, expected) => {
    expect(await withoutPin(brand, entry, moment)).toEqual(expected)
  })

  it('stays that of the day on which the call began', async () => {
    app.clock.turnTo('2027-02-22T22:59:50.000Z')
    const call = await called({ brand: 'kassemobil' }, '1', '42058371')
    app.clock.turnTo('2027-02-22T23:05:00.000Z')
    await call.silence()
    await call.key('2')
    await call.key('0')
    expect(queueOf(call.heard ?? '')).toBe('kassemobil.tariff')
    expect((await app.context(call.sid)).account).not.toBeNull()
  })

  it('says where the PIN can be found only once it can be found there', async () => {
    app.clock.turnTo('2027-01-10T22:59:50.000Z')
    const before = await called({ brand: 'kassemobil' }, '1', '42058371', '', '2')
    expect(before.heard).not.toContain('in der Kassemobil-App')
    app.clock.turnTo('2027-01-10T23:00:00.000Z')
    const after = await called({ brand: 'kassemobil' }, '1', '42058371', '', '2')
    expect(after.heard).toContain('in der Kassemobil-App')
  })
})

describe('who has a number', () => {
  it('is who has it at the moment of the call, and nobody by the line for 72 hours after it passed on', async () => {
    const owners: unknown[] = []
    for (const moment of ['2025-09-29T12:00:00.000Z', '2025-10-02T12:00:00.000Z', '2025-10-04T12:00:00.000Z']) {
      app.clock.turnTo(moment)
      const call = await called({ brand: 'alpenfunk', from: '+491713920033' }, '1', '1')
      owners.push((await app.context(call.sid)).account?.name)
    }
    expect(owners).toEqual(['Lukas Berger', undefined, 'Anna Steiner'])
  })
})
