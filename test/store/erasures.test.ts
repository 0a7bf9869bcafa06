/** An account that is erased, and searched for in every table that there is. */
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import { unknownSubject } from '../../src/auth/verifier.ts'
import { newAssignment } from '../../src/floor/assignment.ts'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import type { AccountBook } from '../../src/seams/account-book.ts'
import type { Erasures } from '../../src/seams/erasures.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createErasures } from '../../src/store/accounts/erasures.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createCallCodes } from '../../src/store/call-codes.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createFloorStore } from '../../src/store/floor/assignments.ts'
import { createMatters } from '../../src/store/floor/matters.ts'
import { createNotes } from '../../src/store/floor/notes.ts'
import { createReports } from '../../src/store/floor/reports.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import { createPortalBook } from '../../src/store/portal/portal-book.ts'
import type { Schema } from '../../src/store/schema.ts'
import { createReferences } from '../../src/store/sessions.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { pinTry, pukTry, take } from '../support/tries.ts'

const keys = { current: 'test', byId: new Map([['test', Buffer.alloc(32, 'a key')]]) }
const subjectKey = Buffer.alloc(32, 'another key')
const DAY_MS = 86_400_000
const TAIL_DAYS = 60

const adaLine = line({
  birth_date: '1984-05-17',
  pin: '4826',
  contract_numbers: '1000000011',
  phone_numbers: '+491713920018',
  sim_numbers: SIM_A,
  puks: '48260395',
  email: 'ada@example.org',
  mobile: '+491713920019',
  reference: 'person-7',
})
const bertLine = line({
  customer_number: '10000002',
  name: 'Bert Muster',
  pin: '7391',
  contract_numbers: '1000000022',
  phone_numbers: '+491713920022',
  sim_numbers: SIM_B,
})
const ada = { brand: 'open', customerNumber: '10000001' }
const because = { actor: 'cli', reason: 'Asked for by a letter' }

/** Tables that have nothing of a customer, each with what it has. A table that is in none of the lists fails the test. */
const ofNobody = new Set([
  'agent',
  'agent_session',
  'agent_network',
  'sign_in_count',
  'presence',
  'presence_watch',
  'notice',
  'special_hours',
  'spray',
  'failure_peak',
  'incident',
  'api_token',
  'pin_key',
  'probe',
  'account_audit',
  'portal_token',
  'retention_run',
])
/** Places of callers who wait: an account with one is not erased. */
const onlyWhileCalling = new Set(['queue_place'])
/** What is left of an account that was erased, and so is empty before. */
const leftOver = new Set(['erased_count', 'retired_ticket'])

type Rows = Map<string, string[]>

async function everything(db: Kysely<Schema>): Promise<Rows> {
  const { rows } = await sql<{ name: string }>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%'
    ORDER BY 1`.execute(db)
  const all: Rows = new Map()
  for (const { name } of rows) {
    const held = await sql<{
      row: string
    }>`SELECT to_jsonb(t)::text AS row FROM ${sql.table(name)} t ORDER BY 1`.execute(db)
    all.set(
      name,
      held.rows.map(({ row }) => row),
    )
  }
  return all
}

const isOf = (needles: readonly string[]) => (row: string) => needles.some((needle) => row.includes(needle))
const found = (rows: Rows, needles: readonly string[]): string[] =>
  [...rows].filter(([, held]) => held.some(isOf(needles))).map(([name]) => name)

describeStores('accounts that are erased', (open) => {
  let db: Kysely<Schema>
  let book: AccountBook
  let erasures: Erasures
  beforeAll(async () => {
    db = (await open()).db
    book = createAccountBook(db)
    erasures = createErasures(db, {
      dueOf: (_brand, ended, requested) =>
        new Date(Math.max(requested.getTime() + 14 * DAY_MS, ended.getTime() + TAIL_DAYS * DAY_MS)),
      subjectKey,
    })
  })
  beforeEach(async () => {
    await db.transaction().execute(async (own) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(own)
      const names = [...(await everything(own)).keys()].map((name) => sql.id(name))
      await sql`TRUNCATE ${sql.join(names)} CASCADE`.execute(own)
    })
    await importLines(db, [adaLine, bertLine], { verifier: cheapMaker(keys) })
  })

  /** Lets days pass, for all that is kept of what was and is to come. */
  const pass = (days: number): Promise<void> =>
    db.transaction().execute(async (own) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(own)
      const span = sql`${days}::integer * interval '1 day'`
      await sql`UPDATE event SET at = at - ${span}`.execute(own)
      await sql`UPDATE account SET ends = ends - ${span}`.execute(own)
      await sql`UPDATE erasure SET requested = requested - ${span}, due = due - ${span}`.execute(own)
      await sql`UPDATE identifier SET valid_to = valid_to - ${span}, valid_from = valid_from - ${span}`.execute(own)
    })
  const acts = async (): Promise<unknown[]> =>
    (await createEventLog(db).read({ limit: 1_000 }))
      .filter(({ kind }) => kind === 'account')
      .map(({ actor, facts }) => [actor, facts.act, facts.changed ?? null])

  /** All that a customer of some years leaves here: calls, tries, tickets, talks, notes, an incident. Gives what leads to the customer. */
  async function lived(): Promise<{ needles: string[]; tickets: string[] }> {
    const brand = 'open'
    const ref = await refOf(db, '10000001')
    const bert = await refOf(db, '10000002')
    const subject = accountSubject(brand, ref)
    const events = createEventLog(db)
    const floor = createFloorStore(db)
    const notes = createNotes(db)
    const matters = createMatters(db)
    const at = (minute: number): Date => new Date(Date.now() - 3_600_000 + minute * 60_000)
    const calls = ['CAtalk', 'CAdraft', 'CAnumber'].map((name) => `${name}${randomUUID()}`)
    const [talk = '', drafted = '', keyed = ''] = calls
    const shared = `CAshared${randomUUID()}`

    const attempts = createAttempts(db)
    await take(attempts, pinTry(subject), 'wrong')
    const theirs = { brand, ref, sims: null }
    await take(attempts, { ...pinTry(subject), owner: theirs, line: '+491713920018' }, 'right')
    await take(attempts, pukTry(subject, simsSubject(subject, 'puk')), 'wrong')
    const nobody = unknownSubject(subjectKey, brand, '10000001')
    await take(attempts, pinTry(nobody), 'wrong')

    let drawn = 7_000_000_000
    const newNumber = (): string => String(++drawn)
    const reports = createReports(db)
    for (const [topic, id] of [
      ['bill', '<1@ada.example>'],
      ['fault', '<2@ada.example>'],
    ] as const)
      await reports.report(
        { ...ada, topic, at: at(0), channel: 'mail', id, number: null, text: 'Hier ist Ada Beispiel.' },
        { actor: 'api/crm', received: at(1), newNumber },
      )
    const numbers = (await db.selectFrom('ticket').select('number').where('ref', '=', ref).execute()).map(
      ({ number }) => number,
    )
    const [into = '', number = ''] = numbers

    for (const name of ['anna', 'ben'])
      await sql`INSERT INTO agent (name, display_name, role, brands, topics, languages, phone, password)
        VALUES (${name}, ${name}, 'agent', '{open}', '{bill}', '{de}', 'sip:a@b.example', '-')`.execute(db)
    const facts = { level: 2, outcome: 'verified' }
    await events.append({ kind: 'verify', callId: talk, brand, ref, actor: 'caller', facts: { result: 'ok' } })
    await events.append({ kind: 'verify', callId: shared, brand, ref, actor: 'caller', facts: { result: 'wrong' } })
    await events.append({ kind: 'verify', callId: shared, brand, ref: bert, actor: 'caller', facts: { result: 'ok' } })
    await events.append({ kind: 'end', callId: shared, brand, ref: null, actor: 'caller', facts })
    for (const callId of [talk, drafted, keyed])
      await events.append({ kind: 'hand_off', callId, brand, ref, actor: 'caller', facts })
    await events.append({ kind: 'talk', callId: talk, brand, ref: null, actor: 'anna', facts: { act: 'hold' } })

    for (const [minute, callId] of [talk, drafted].entries()) {
      const arrival = { callId, brand, queue: 'open.bill', topic: 'bill', language: 'de', level: 2 as const }
      await floor.join({ ...arrival, since: null, ref, ticket: into }, at(minute * 3))
      const agent = minute === 0 ? 'anna' : 'ben'
      const id = `${agent}-${randomUUID()}`
      const offered = await floor.offer(
        { agent, brands: [brand], topics: ['bill'], languages: ['de'] },
        callId,
        (place) => newAssignment({ ...place, id, agent, from: null }, at(minute * 3).toISOString(), { ringMs: 20_000 }),
        at(minute * 3),
      )
      if (typeof offered === 'string') throw new Error(offered)
      await floor.leave(callId, 'taken', at(minute * 3 + 1))
      const talking = { ...offered, version: offered.version + 1, state: 'wrap_up' as const, talked: true, ref }
      await floor.save([talking])
      await notes.confirmName({ callId, brand, ref, agent, matches: true }, at(2))
      const draft = { assignment: id, author: agent, text: 'Ada fragt nach der Rechnung', goesTo: null, closes: false }
      await notes.keepDraft(draft, at(2))
      await createReferences(db).make(agent, callId, at(2))
      const over = { ...talking, version: talking.version + 1, state: 'over' as const, endedBy: 'caller' as const }
      const leaving = {
        assignment: id,
        callId,
        brand,
        topic: 'bill',
        ref,
        author: agent,
        agent,
        written: null,
        newNumber,
      }
      await floor.save([over], minute === 0 ? { leaving: { ...leaving, at: at(5) } } : {})
    }
    // Somebody else, who waited in between.
    const other = `CAother${randomUUID()}`
    const arrival = { callId: other, brand, queue: 'open.bill', topic: 'bill', language: 'de', level: 2 as const }
    await floor.join({ ...arrival, since: null, ref: bert, ticket: null }, at(2))
    await floor.offer(
      { agent: 'carl', brands: [brand], topics: ['bill'], languages: ['de'] },
      other,
      (place) =>
        newAssignment({ ...place, id: randomUUID(), agent: 'carl', from: null }, at(4).toISOString(), {
          ringMs: 20_000,
        }),
      at(4),
    )
    await floor.leave(other, 'taken', at(5))
    const by = { callId: talk, actor: 'anna' }
    expect(await matters.merge({ brand, ref, number, into }, by, at(6))).toBe('done')
    expect(await matters.close({ brand, ref, number: into }, by)).toBe(true)

    const incidents = createIncidents(db)
    await incidents.open({ brand, name: 'mail', day: '2026-10-01', texts: { de: 'Passwort ändern.' } }, 'cli', at(7))
    const lines = (async function* () {
      yield [
        { line: 1, customerNumber: '10000001' },
        { line: 2, customerNumber: '10000002' },
      ]
    })()
    await incidents.mark({ brand, name: 'mail' }, lines, {
      actor: 'cli',
      at: at(8),
      skipUnknown: false,
      onUnknown() {},
    })
    await incidents.close({ brand, name: 'mail' }, 'cli', at(9))
    // As an import leaves it that was killed.
    await db
      .insertInto('import_line')
      .values({ run: randomUUID(), brand, customer_number: '10000001', line: 2 })
      .execute()
    await sql`
      INSERT INTO message (brand, ref, kind, quiet_until, worth_until)
      VALUES (${brand}, ${ref}, 'contact_changed', now(), now()) ON CONFLICT DO NOTHING`.execute(db)
    await db.insertInto('letter').values({ id: randomUUID(), brand, ref, printer: 'age1', sealed: 'x' }).execute()
    // A PIN is set over another: the one before is kept as one that is not taken again.
    await sql`UPDATE verifier SET stored = jsonb_set(stored, '{salt}', '"another"') WHERE ref = ${ref} AND sim = ''`.execute(
      db,
    )
    await sql`
      INSERT INTO pin_copy (brand, ref, credential, recipient, sealed) VALUES (${brand}, ${ref}, 'pin', 'age1', 'x')`.execute(
      db,
    )
    await createPortalBook(db).budget(ada, 'change')
    await createCallCodes(db, { subjectKey, isTaken: () => true }).make(ada, because)
    await sql`
      INSERT INTO letter_order (brand, ref, quiet_until, actor) VALUES (${brand}, ${ref}, now(), 'cli')`.execute(db)
    await sql`
      INSERT INTO pending_verifier (brand, ref, credential, stored, letter, ends)
      VALUES (${brand}, ${ref}, 'pin', '{}', ${randomUUID()}, now())`.execute(db)
    await book.show(ada, because)
    await book.end(ada, new Date(), because, new Date())

    const own = await sql<{ id: string }>`
      SELECT id FROM sim WHERE ref = ${ref} UNION SELECT id FROM contract WHERE ref = ${ref}
      UNION SELECT stored ->> 'salt' FROM verifier WHERE ref = ${ref} UNION SELECT stored ->> 'tag' FROM verifier WHERE ref = ${ref}
      UNION SELECT id FROM assignment WHERE facts ->> 'ref' = ${ref}`.execute(db)
    const said = [
      '10000001',
      '1000000011',
      '1713920018',
      '1713920019',
      SIM_A,
      'Ada',
      'ada@',
      '1984-05-17',
      'person-7',
      because.reason,
    ]
    const pseudonyms = [ref, nobody, ...own.rows.map(({ id }) => id)]
    return { needles: [...said, ...pseudonyms, ...calls, ...numbers], tickets: numbers }
  }

  it('are gone from every table, and of everybody else nothing is', async () => {
    const { needles, tickets } = await lived()
    const asked = await erasures.request(ada, because)
    expect(asked).toMatchObject({ changed: true })
    const before = await everything(db)
    const known = [...ofNobody, ...onlyWhileCalling, ...leftOver]
    // Each table is thought of: it has something of the customer here, or is in one of the lists.
    expect([...found(before, needles), ...known].sort()).toEqual([...before.keys()].sort())
    expect(found(before, [await refOf(db, '10000002')])).toContain('verifier')

    await pass(TAIL_DAYS + 1)
    const due = await everything(db)
    expect(await erasures.carryOut('server')).toEqual({ erased: 1, held: 0 })
    const after = await everything(db)
    expect(found(after, needles)).toEqual(['retired_ticket'])
    expect(after.get('retired_ticket')).toEqual(
      tickets.sort().map((number) => JSON.stringify({ brand: 'open', number }).replace(/([:,])"/g, '$1 "')),
    )
    // Of a call in which another account was claimed, too, the other one keeps what was its own.
    const others = (rows: Rows) =>
      [...rows].map(([name, held]) => [name, held.filter((row) => !isOf(needles)(row)).sort()] as const)
    const gone = others(due).flatMap(([name, held]) =>
      held.filter((row) => !after.get(name)?.includes(row)).map((row) => [name, row]),
    )
    expect(gone).toEqual([])
    const fresh = [...after].flatMap(([name, held]) =>
      held.some((row) => !due.get(name)?.includes(row)) ? [name] : [],
    )
    expect(fresh.sort()).toEqual(['erased_count', 'event', 'retired_ticket'])
    expect(await createEventLog(db).read({ limit: 1_000 })).toContainEqual(
      expect.objectContaining({ kind: 'account', ref: null, callId: '-', actor: 'server', facts: { act: 'erased' } }),
    )
    // The order of all others can be looked into as before.
    const check = createJournalCheck()
    for (const each of await createFloorStore(db).journal({ after: 0, limit: 1_000 })) check.take(each)
    expect(check.report()).toMatchObject({ lines: 3, offers: 1, notWaiting: [], overtakings: [] })
    const counts = await db.selectFrom('erased_count').select(['what', 'kind', 'count']).execute()
    expect(await createIncidents(db).list()).toMatchObject([{ name: 'mail', accounts: 2 }])
    expect(counts).toEqual(
      expect.arrayContaining([
        { what: 'event', kind: 'hand_off', count: 3 },
        { what: 'event', kind: 'talk', count: 1 },
        { what: 'ticket', kind: 'bill', count: 2 },
        { what: 'incident_account', kind: 'mail', count: 1 },
      ]),
    )
  })

  it('come back with the next file as new ones, without PIN, lock and past, and no ticket has an old number', async () => {
    const { tickets } = await lived()
    const ref = await refOf(db, '10000001')
    await erasures.request(ada, because)
    await pass(TAIL_DAYS + 1)
    await erasures.carryOut('server')
    expect(await importLines(db, [{ ...adaLine, pin: '', puks: '' }, bertLine])).toMatchObject({ new: 1, same: 1 })
    const fresh = await refOf(db, '10000001')
    expect(fresh).not.toBe(ref)
    expect(await book.show(ada, because)).toMatchObject({
      credentials: [],
      ended: null,
      erasure: null,
      lock: { wrongInARow: 0, byOperator: null },
    })
    expect(await createTableSource(db).context('open', fresh, new Date())).toMatchObject({ tickets: [], notes: [] })
    const numbers = [...tickets, '7100000000']
    const report = { ...ada, topic: 'bill', at: new Date(), channel: 'mail', id: null, number: null, text: null }
    const by = { actor: 'cli', received: new Date(), newNumber: () => numbers.shift() ?? '' }
    expect(await createReports(db).report(report, by)).toMatchObject({ number: '7100000000' })
  })

  it('wait for their day, and are void when a contract runs before it', async () => {
    await book.end(ada, new Date(), because, new Date())
    const asked = await erasures.request(ada, because)
    if (!asked || 'hindered' in asked) throw new Error('not asked for')
    expect(Date.parse(asked.due) - Date.now()).toBeGreaterThan((TAIL_DAYS - 1) * DAY_MS)
    expect(await erasures.request(ada, because)).toEqual({ due: asked.due, changed: false })
    expect(await book.show(ada, because)).toMatchObject({ erasure: { due: asked.due, hindered: [] } })
    await pass(TAIL_DAYS - 1)
    expect(await erasures.carryOut('server')).toEqual({ erased: 0, held: 0 })

    await importLines(db, [{ ...adaLine, pin: '', puks: '' }], { now: () => new Date() })
    expect(await book.show(ada, because)).toMatchObject({ ended: null, erasure: null })
    await pass(2)
    expect(await erasures.carryOut('server')).toEqual({ erased: 0, held: 0 })
    expect(await acts()).toEqual(expect.arrayContaining([['-', 'erasure_void', null]]))
    // The PIN that there was still is: nobody was erased.
    expect(await db.selectFrom('verifier').select('ref').execute()).toHaveLength(3)
  })

  it('are kept when that is taken back', async () => {
    await book.end(ada, new Date(), because, new Date())
    expect(await erasures.keep(ada, because)).toBe(false)
    await erasures.request(ada, because)
    expect(await erasures.keep(ada, because)).toBe(true)
    await pass(TAIL_DAYS + 1)
    expect(await erasures.carryOut('server')).toEqual({ erased: 0, held: 0 })
    expect(await acts()).toEqual([
      ['cli', 'account_end', true],
      ['cli', 'keep', false],
      ['cli', 'erase', true],
      ['cli', 'keep', true],
    ])
    expect(await erasures.request({ ...ada, customerNumber: '10000009' }, because)).toBeNull()
    expect(await erasures.keep({ ...ada, customerNumber: '10000009' }, because)).toBeNull()
  })

  it('are erased once, by one of several servers that are at it in the same moment', async () => {
    await book.end(ada, new Date(), because, new Date())
    await erasures.request(ada, because)
    await pass(TAIL_DAYS + 1)
    const sums = await Promise.all([1, 2, 3].map(() => erasures.carryOut('server')))
    expect(sums.map(({ erased }) => erased).sort()).toEqual([0, 0, 1])
    expect((await acts()).filter((act) => JSON.stringify(act).includes('erased'))).toHaveLength(1)
  })

  it('are each erased by itself: a fault with one is told, and keeps no other from it', async () => {
    const bert = { ...ada, customerNumber: '10000002' }
    for (const one of [ada, bert]) {
      await book.end(one, new Date(), because, new Date())
      await erasures.request(one, because)
    }
    await pass(TAIL_DAYS + 1)
    await sql`
      CREATE TRIGGER stays BEFORE DELETE ON account FOR EACH ROW WHEN (OLD.customer_number = '10000001')
      EXECUTE FUNCTION event_is_append_only()`.execute(db)
    try {
      await expect(erasures.carryOut('server')).rejects.toThrow('only ever appended')
    } finally {
      await sql`DROP TRIGGER stays ON account`.execute(db)
    }
    expect(
      (await db.selectFrom('account').select('customer_number').execute()).map((row) => row.customer_number),
    ).toEqual(['10000001'])
    expect(await erasures.carryOut('server')).toEqual({ erased: 1, held: 0 })
  })

  it('leave nothing to an import that was hashing their PIN meanwhile: its line is planned again, and is that of a new customer', async () => {
    const ref = await refOf(db, '10000001')
    await book.end(ada, new Date(), because, new Date())
    await erasures.request(ada, because)
    await pass(TAIL_DAYS + 1)
    const maker = cheapMaker(keys)
    const sums: unknown[] = []
    const make: typeof maker.make = async (...of) => {
      sums.push(await erasures.carryOut('server'))
      return maker.make(...of)
    }
    const options = { verifier: { make }, replacePins: true }
    expect(await importLines(db, [adaLine], options)).toMatchObject({ new: 1, changed: 0, bad: 0 })
    expect(sums).toContainEqual({ erased: 1, held: 0 })
    expect(found(await everything(db), [ref])).toEqual([])
  })

  it('may be asked for later days by the brand: then the later day holds', async () => {
    await book.end(ada, new Date(), because, new Date())
    await erasures.request(ada, because)
    await pass(TAIL_DAYS + 1)
    const later = createErasures(db, { dueOf: (_, ended) => new Date(+ended + 90 * DAY_MS), subjectKey })
    expect(await later.carryOut('server')).toEqual({ erased: 0, held: 1 })
    expect(await erasures.carryOut('server')).toEqual({ erased: 0, held: 0 })
    await pass(30)
    expect(await later.carryOut('server')).toEqual({ erased: 1, held: 0 })
  })

  describe('are refused, and held when it comes up later,', () => {
    const hindering: [hindrance: string, begin: (ref: string) => Promise<unknown>][] = [
      ['locked', () => book.lock(ada, because)],
      [
        'open_ticket',
        (ref) =>
          createMatters(db).open({ brand: 'open', ref, topic: 'bill', newNumber: () => '7000000001', at: new Date() }),
      ],
      [
        'incident',
        async () => {
          const incidents = createIncidents(db)
          const at = new Date()
          await incidents.open({ brand: 'open', name: 'mail', day: '2026-10-01', texts: { de: 'x' } }, 'cli', at)
          const lines = (async function* () {
            yield [{ line: 1, customerNumber: '10000001' }]
          })()
          const options = { actor: 'cli', at, skipUnknown: false, onUnknown() {} }
          await incidents.mark({ brand: 'open', name: 'mail' }, lines, options)
        },
      ],
      [
        'disputed',
        async (ref) => {
          await sql`UPDATE identifier SET disputed = now() WHERE value = '491713920018'`.execute(db)
          const bert = await refOf(db, '10000002')
          await sql`
            INSERT INTO identifier (brand, value, kind, ref, disputed)
            SELECT brand, value, kind, ${bert}, now() FROM identifier WHERE ref = ${ref} AND kind = 'phone_number'`.execute(
            db,
          )
        },
      ],
      [
        'call',
        (ref) =>
          createFloorStore(db).join(
            {
              callId: 'CAnow',
              brand: 'open',
              queue: 'open.bill',
              topic: 'bill',
              language: 'de',
              level: 2,
              since: null,
              ref,
              ticket: null,
            },
            new Date(),
          ),
      ],
    ]
    for (const [hindrance, begin] of hindering)
      it(hindrance, async () => {
        const ref = await refOf(db, '10000001')
        expect(await erasures.request(ada, because)).toEqual({ hindered: ['contract'] })
        await book.end(ada, new Date(), because, new Date())
        await begin(ref)
        expect(await erasures.request(ada, because)).toEqual({ hindered: [hindrance] })
        const day = new Date()
        await db
          .insertInto('erasure')
          .values({ ref, brand: 'open', requested: day, due: day, actor: 'cli', reason: 'before that' })
          .execute()
        await pass(TAIL_DAYS + 1)
        expect(await erasures.carryOut('server')).toEqual({ erased: 0, held: 1 })
        expect(await book.show(ada, because)).toMatchObject({ erasure: { hindered: [hindrance] } })
      })

    it('a call within a day, for live calls are kept so long', async () => {
      const ref = await refOf(db, '10000001')
      await book.end(ada, new Date(), because, new Date())
      await erasures.request(ada, because)
      await pass(TAIL_DAYS + 1)
      await createEventLog(db).append({ kind: 'end', callId: 'CAnow', brand: 'open', ref, actor: 'caller', facts: {} })
      expect(await erasures.carryOut('server')).toEqual({ erased: 0, held: 1 })
      await pass(2)
      expect(await erasures.carryOut('server')).toEqual({ erased: 1, held: 0 })
    })
  })

  it('are all that the record may ever lose: not without a request, and no row of another', async () => {
    const ref = await refOf(db, '10000001')
    const log = createEventLog(db)
    for (const owner of [ref, await refOf(db, '10000002')])
      await log.append({ kind: 'end', callId: 'CAone', brand: 'open', ref: owner, actor: 'caller', facts: {} })
    const losing = (naming: string, what = sql`DELETE FROM event WHERE ref = ${ref}`) =>
      db.transaction().execute(async (trx) => {
        await sql`SELECT set_config('rufpass.erasing', ${naming}, true)`.execute(trx)
        await what.execute(trx)
        throw new Error('it is gone')
      })
    await expect(losing(ref)).rejects.toThrow('only ever appended')
    await book.end(ada, new Date(), because, new Date())
    await erasures.request(ada, because)
    await expect(losing('')).rejects.toThrow('only ever appended')
    await expect(losing(ref, sql`DELETE FROM event`)).rejects.toThrow('only ever appended')
    await expect(losing(ref, sql`UPDATE event SET actor = 'x'`)).rejects.toThrow('only ever appended')
    await expect(losing(ref, sql`TRUNCATE event`)).rejects.toThrow('only ever appended')
    await expect(losing(ref, sql`DELETE FROM incident`)).rejects.toThrow('only ever appended')
    await expect(losing(ref)).rejects.toThrow('it is gone')
  })
})
