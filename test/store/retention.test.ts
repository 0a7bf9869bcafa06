/** Rows that are older than they may be go, younger ones and what a rule still reads stay. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import type { Clock } from '../../src/seams/clock.ts'
import { type KeptTable, type Retention, usualDays } from '../../src/seams/retention.ts'
import { createRetention, type RetentionRules } from '../../src/store/retention/retention.ts'
import { agingTables, fates } from '../../src/store/retention/tables.ts'
import type { Schema } from '../../src/store/schema.ts'
import { describeStores } from '../support/stores.ts'

const keep = usualDays()

/** One row of each table whose rows go by age: `$at` is the moment from which its days count, `$id` its name. */
const aged: Record<string, string> = {
  queue_journal: `(at, kind, call_id, queue, facts) VALUES ($at, 'joined', $id, 'open.bill', '{}')`,
  assignment: `(id, call_id, agent, state, version, at, facts)
    VALUES ($id, $id, 'anna', 'over', 1, $at, jsonb_build_object('since', to_char($at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`,
  event: `(at, kind, call_id, brand, ref, actor, facts) VALUES ($at, 'verify', $id, 'open', 'ada', 'caller', '{}')`,
  note: `(at, brand, ref, agent, text) VALUES ($at, 'open', 'ada', 'Anna', $id)`,
  ticket: `(brand, number, ref, topic, reported_at, open) VALUES ('open', CASE $id WHEN 'old' THEN '71' ELSE '72' END, 'ada', 'bill', $at, false)`,
  ticket_report: `(brand, ticket, ref, topic, at, received, opened, actor) VALUES ('open', 'other', 'ada', 'bill', $at, $at, false, $id)`,
  ticket_change: `(at, kind, brand, ref, ticket, topic, was_open, actor, call_id) VALUES ($at, 'reopen', 'open', 'ada', 'other', 'bill', true, $id, '-')`,
  message: `(brand, ref, kind, at, quiet_until, worth_until, state, reason, done)
    VALUES ('open', 'ada', 'pin_set', $at, $at, $at, 'dropped', $id, $at)`,
  letter_order: `(brand, ref, at, quiet_until, actor) VALUES ('open', $id, $at, $at, 'cli')`,
  letter: `(id, brand, ref, issued, printer, handed_over) VALUES ($id || '-letter-of-that-name', 'open', 'ada', $at, 'age1', $at)`,
  pending_verifier: `(brand, ref, credential, stored, letter, ends) VALUES ('open', $id, 'pin', '{}', $id, $at)`,
  call_code: `(ref, brand, subject, hash, made, expires) VALUES ($id, 'open', $id, decode(md5($id) || md5($id), 'hex'), $at - interval '5 min', $at)`,
  pin_attempt: `(token, subject, credential, at, reserved) VALUES ($id, 'account:open/ada', 'pin', $at, true)`,
  pin_state: `(subject, tries, tried_at) VALUES ($id, 3, $at)`,
  identifier: `(brand, value, kind, ref, valid_to) VALUES ('open', CASE $id WHEN 'old' THEN '491713920001' ELSE '491713920002' END, 'phone_number', 'ada', $at)`,
  proved_line: `(brand, ref, number, last_right) VALUES ('open', 'ada', CASE $id WHEN 'old' THEN '491713920001' ELSE '491713920002' END, $at)`,
  contact: `(brand, ref, kind, value, valid_to) VALUES ('open', 'ada', 'email', $id, $at)`,
  contract: `(id, brand, ref, number, ends) VALUES ($id || '-contract-of-that-name', 'open', 'ada', '1', $at)`,
  incident: `(brand, name, day, texts, opened, closed) VALUES ('open', $id, '2026-01-01', '{}', $at - interval '1 day', $at)`,
  incident_account: `(brand, name, ref, marked) VALUES ('open', $id, 'ada', $at)`,
  notice: `(at, brand, topic, actor) VALUES ($at, 'open', $id, 'cli'), (now(), 'open', $id, 'cli')`,
  special_hours: `(at, brand, day, texts, actor) VALUES ($at, 'open', ($at)::date, '{}', $id)`,
  api_token: `(name, created_by, revoked, revoked_by) VALUES ($id, 'cli', $at, 'cli')`,
  account_audit: `(day, began) VALUES (($at)::date, $at)`,
  retention_run: `(day, began, seen, ended) VALUES (($at)::date, $at, $at, $at)`,
  agent_session: `(hash, agent, opened, seen) VALUES (decode(md5($id) || md5($id), 'hex'), 'anna', $at, $at)`,
  sign_in_count: `(hash, spent, until) VALUES (decode(md5($id) || md5($id), 'hex'), 1, $at)`,
  agent_network: `(agent, hash, until) VALUES ('anna', decode(md5($id) || md5($id), 'hex'), $at)`,
  spray: `(brand, since, until, actor, is_ordered, ended) VALUES ('open', $at, $at, 'cli', true, $at)`,
  desk_reference: `(hash, agent, call_id, expires) VALUES (decode(md5($id) || md5($id), 'hex'), 'anna', $id, $at)`,
}
/** Nothing says how old they are: they go with what they belonged to. */
const ageless = ['sim']

describeStores('retention', (open, { several: isPostgres }) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await unchecked(async (own) => {
      const names = [...Object.keys(fates)].map((name) => sql.id(name))
      await sql`TRUNCATE ${sql.join(names)} RESTART IDENTITY CASCADE`.execute(own)
    })
  })

  /** Rows as they may have become over years, whatever guards against making them so now. */
  const unchecked = (act: (own: Kysely<Schema>) => Promise<void>): Promise<void> =>
    db.transaction().execute(async (own) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(own)
      await act(own)
    })
  const put = async (table: string, values: string, own: Kysely<Schema>): Promise<void> =>
    void (await sql`INSERT INTO ${sql.table(table)} ${sql.raw(values)}`.execute(own))
  /** A row of `aged`, so many days old. */
  const putAged = (table: string, id: string, days: number, own: Kysely<Schema>): Promise<void> =>
    put(
      table,
      aged[table]?.replaceAll('$at', `(now() - interval '${days} days')`).replaceAll('$id', `'${id}'`) ?? '',
      own,
    )
  const setUp = (...rows: [table: string, values: string][]): Promise<void> =>
    unchecked(async (own) => {
      for (const [table, values] of rows) await put(table, values, own)
    })
  async function left(table: string, column: string): Promise<unknown[]> {
    const { rows } = await sql<{
      it: unknown
    }>`SELECT ${sql.ref(column)} AS it FROM ${sql.table(table)} ORDER BY 1`.execute(db)
    return rows.map(({ it: value }) => value)
  }

  const rests: number[] = []
  const clock: Pick<Clock, 'now' | 'wait'> = {
    now: () => new Date(0),
    async wait(ms) {
      rests.push(ms)
    },
  }
  const over = (rules: Partial<RetentionRules> = {}): Retention => createRetention(db, { keep, ...rules }, clock)
  const standing = async (retention: Retention): Promise<Record<string, KeptTable>> =>
    Object.fromEntries((await retention.status()).map((kept) => [kept.table, kept]))

  it('takes the old row of every table and leaves the young one, as the status says before', async () => {
    const tables = agingTables(keep, null).filter(({ table }) => !ageless.includes(table))
    expect(Object.keys(aged).toSorted()).toEqual(tables.map(({ table }) => table).toSorted())
    await unchecked(async (own) => {
      for (const { table, days } of tables) {
        await putAged(table, 'old', days + 2, own)
        await putAged(table, 'young', days - 2, own)
      }
    })
    const many = Object.fromEntries(tables.map(({ table }) => [table, table === 'notice' ? 4 : 2]))
    const count = async (): Promise<Record<string, number>> => {
      const all: Record<string, number> = {}
      for (const { table } of tables) all[table] = (await left(table, 'ctid')).length
      return all
    }
    expect(await count()).toEqual(many)
    const retention = over()
    const before = await standing(retention)
    // Another row still leads to a line and an incident, until it is gone itself.
    const due = tables.map(({ table }) => [table, before[table]?.due])
    expect(due.filter(([, rows]) => rows !== 1)).toEqual([
      ['proved_line', 0],
      ['incident', 0],
    ])
    expect(before.event).toMatchObject({ days: keep.record, oldest: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) })
    // The rows of earlier runs are as old as all others.
    const run = await retention.run({ again: true })
    expect(run?.counts.map(({ removed }) => removed)).toEqual(tables.map(() => 1))
    const one = Object.fromEntries(tables.map(({ table }) => [table, table === 'notice' ? 3 : 1]))
    // The run is a row itself.
    expect(await count()).toEqual({ ...one, retention_run: 2 })
    expect(await left('retired_ticket', 'number')).toEqual(['71'])
    expect(await retention.last()).toEqual(run)
    const after = await standing(retention)
    expect(Object.values(after).filter((kept) => kept.due > 0)).toEqual([])
  })

  // The embedded one is a later version, whose plans read a table once as a whole into memory where few rows are expected.
  const itOnPostgres = isPostgres ? it : () => {}
  itOnPostgres('finds what keeps a row by an index, and reads through no other table for each row', async () => {
    const slow: string[] = []
    await db.transaction().execute(async (own) => {
      // Where there is no index to use, it is done all the same, and stands in the plan.
      await sql`SET LOCAL enable_seqscan = off`.execute(own)
      for (const { table, isOver } of agingTables(keep, null)) {
        const { rows } = await sql<{
          'QUERY PLAN': string
        }>`EXPLAIN SELECT ctid FROM ${sql.table(table)} AS t WHERE ${isOver}`.execute(own)
        for (const line of rows.map((row) => row['QUERY PLAN'])) {
          const [, read, as] = /Seq Scan on (\w+) (\w+)/.exec(line) ?? []
          if (read !== undefined && as !== 't') slow.push(`${table}: ${read}`)
        }
      }
    })
    expect(slow).toEqual([])
  })

  it('never takes what a lock still goes by', async () => {
    const ago = (days: number) => `now() - interval '${days} days'`
    await setUp(
      ['pin_state', `(subject, consecutive, tried_at) VALUES ('in a row', 2, ${ago(800)})`],
      ['pin_state', `(subject, hard_locked, tried_at) VALUES ('for good', true, ${ago(800)})`],
      ['pin_state', `(subject, operator_locked, tried_at) VALUES ('by an operator', ${ago(800)}, ${ago(800)})`],
      ['pin_state', `(subject, letter_tries, tried_at) VALUES ('of a letter', 1, ${ago(800)})`],
      ['pin_state', `(subject, failures, tried_at) VALUES ('in the year', ARRAY[${ago(364)}], ${ago(364)})`],
      ['pin_state', `(subject, tried_at) VALUES ('of no account any more', ${ago(366)})`],
      [
        'pin_attempt',
        `(token, subject, credential, at, reserved) VALUES ('in the year', 'x', 'pin', ${ago(364)}, true)`,
      ],
    )
    const short = { ...keep, record: 90, messages: 28, operation: 180 }
    await over({ keep: short }).run()
    expect(await left('pin_state', 'subject')).toEqual([
      'by an operator',
      'for good',
      'in a row',
      'in the year',
      'of a letter',
    ])
    expect(await left('pin_attempt', 'token')).toEqual(['in the year'])
  })

  it('leaves an ended number while somebody has it, or a message may go there', async () => {
    const ended = `now() - interval '500 days'`
    await setUp(
      [
        'identifier',
        `(brand, value, kind, ref, valid_to) VALUES ('open', '491713920001', 'phone_number', 'ada', ${ended})`,
      ],
      [
        'identifier',
        `(brand, value, kind, ref, valid_from) VALUES ('open', '491713920001', 'phone_number', 'bo', now())`,
      ],
      [
        'identifier',
        `(brand, value, kind, ref, valid_to) VALUES ('open', '491713920002', 'phone_number', 'ada', ${ended})`,
      ],
      ['contact', `(brand, ref, kind, value) VALUES ('open', 'ada', 'mobile', '+491713920002')`],
      [
        'identifier',
        `(brand, value, kind, ref, valid_to) VALUES ('open', '491713920003', 'phone_number', 'ada', ${ended})`,
      ],
      ['identifier', `(brand, value, kind, ref, valid_to) VALUES ('open', '1', 'customer_number', 'ada', ${ended})`],
    )
    await over().run()
    expect(await left('identifier', 'value')).toEqual(['1', '491713920001', '491713920001', '491713920002'])
  })

  it('leaves what belongs to an open ticket, also to one that was merged into it, and a call of the journal whole', async () => {
    const ago = `now() - interval '500 days'`
    await setUp(
      ['ticket', `(brand, number, ref, topic, reported_at, open) VALUES ('open', '1', 'ada', 'bill', ${ago}, true)`],
      [
        'ticket',
        `(brand, number, ref, topic, reported_at, open, merged_into) VALUES ('open', '2', 'ada', 'bill', ${ago}, false, '1')`,
      ],
      [
        'note',
        `(at, brand, ref, ticket, agent, text) VALUES (${ago}, 'open', 'ada', '1', 'Anna', 'open'), (${ago}, 'open', 'ada', NULL, 'Anna', 'of none')`,
      ],
      [
        'ticket_report',
        `(brand, ticket, ref, topic, at, received, opened, actor) VALUES ('open', '2', 'ada', 'bill', ${ago}, ${ago}, true, 'api')`,
      ],
      [
        'queue_journal',
        `(at, kind, call_id, queue, facts) VALUES (${ago}, 'joined', 'long', 'q', '{}'), (now(), 'left', 'long', 'q', '{}')`,
      ],
    )
    await over().run()
    expect(await left('ticket', 'number')).toEqual(['1', '2'])
    expect(await left('note', 'text')).toEqual(['open'])
    expect(await left('ticket_report', 'ticket')).toEqual(['2'])
    expect(await left('queue_journal', 'kind')).toEqual(['joined', 'left'])
  })

  describe('the database itself', () => {
    const asRetention = (what: string): Promise<unknown> =>
      db.transaction().execute(async (own) => {
        await sql`SELECT set_config('rufpass.retaining', 'on', true)`.execute(own)
        return sql.raw(what).execute(own)
      })

    it.each(['event', 'queue_journal', 'notice', 'special_hours', 'incident', 'incident_account'])(
      'refuses to take from %s what is young, and anything without being told',
      async (table) => {
        await unchecked(async (own) => {
          if (table === 'incident_account') await putAged('incident', 'young', 2, own)
          await putAged(table, 'young', 2, own)
        })
        await expect(asRetention(`DELETE FROM ${table}`)).rejects.toThrow('refused')
        await expect(sql`DELETE FROM ${sql.table(table)}`.execute(db)).rejects.toThrow('refused')
        await expect(asRetention(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('refused')
      },
    )
  })

  describe('a run', () => {
    const events = (count: number, days = 100) =>
      setUp([
        'event',
        `(at, kind, call_id, brand, actor, facts) SELECT now() - interval '${days} days', 'end', n::text, 'open', '-', '{}' FROM generate_series(1, ${count}) AS n`,
      ])

    it('goes in small steps and rests after each', async () => {
      await events(5)
      rests.length = 0
      const steps: number[] = []
      await over({ step: 2 }).run({ told: ({ removed }) => void steps.push(removed) })
      expect(steps).toEqual([2, 2, 1])
      expect(rests).toHaveLength(3)
      expect(Math.min(...rests)).toBeGreaterThan(0)
    })

    it('rests no longer than its lease, whatever the clock of the process does', async () => {
      await events(1)
      const DAY = 86_400_000
      let now = 0
      const waits: number[] = []
      const jumping = {
        now() {
          now += DAY
          return new Date(now)
        },
        async wait(ms: number) {
          waits.push(ms)
        },
      }
      await createRetention(db, { keep }, jumping).run()
      expect(waits).toEqual([60_000])
    })

    it('takes nothing on the first day after a gap, for the clock of the database may have jumped', async () => {
      await events(1)
      const ranBefore = (days: string) =>
        sql`INSERT INTO retention_run (day, began, seen, ended)
          SELECT (at AT TIME ZONE 'UTC')::date, at, at, at FROM (SELECT now() - ${days}::interval AS at) AS t`.execute(
          db,
        )
      await ranBefore('365 days')
      expect(await over().run()).toMatchObject({ counts: [], ended: expect.any(String) })
      expect(await over().run()).toBeNull()
      expect(await left('event', 'id')).toHaveLength(1)
      // The day after.
      await sql`UPDATE retention_run SET day = day - 1, began = began - interval '1 day', seen = seen - interval '1 day', ended = ended - interval '1 day'`.execute(
        db,
      )
      expect(await over().run()).toMatchObject({ counts: [{ table: 'event', removed: 1 }] })
      // A run of a day that was not yet, when the clock was wrong, hides no other, and is not the last.
      await sql`DELETE FROM retention_run`.execute(db)
      await events(1)
      await ranBefore('-40 days')
      await ranBefore('30 days')
      expect(await over().last()).toMatchObject({ ended: expect.any(String) })
      expect(Date.parse((await over().last())?.ended ?? '')).toBeLessThan(Date.now())
      expect(await over().run()).toMatchObject({ counts: [] })
      expect(await over().run({ again: true })).toMatchObject({ counts: [{ table: 'event', removed: 1 }] })
    })

    it('goes no further in the record than it is told', async () => {
      await events(5)
      await over({ eventsBehind: async () => 3 }).run()
      expect(await left('event', 'id')).toEqual([4, 5])
    })

    it('is one of all servers a day, and another where it was lost on the way', async () => {
      const runs = await Promise.all([over().run(), over().run(), over().run()])
      expect(runs.filter((run) => run !== null)).toHaveLength(1)
      expect(await over().run()).toBeNull()
      expect(await over().run({ again: true })).toMatchObject({ counts: [] })
      await sql`UPDATE retention_run SET ended = NULL`.execute(db)
      expect(await over().run({ again: true })).toBeNull()
      await sql`UPDATE retention_run SET seen = now() - interval '11 minutes'`.execute(db)
      expect(await over().run()).toMatchObject({ counts: [] })
    })

    it('ends where another has taken over', async () => {
      await events(5)
      const lost = createRetention(
        db,
        { keep, step: 2 },
        {
          now: clock.now,
          async wait() {
            await sql`UPDATE retention_run SET began = began + interval '1 second' WHERE ended IS NULL`.execute(db)
          },
        },
      )
      expect(await lost.run()).toBeNull()
      expect(await left('event', 'id')).toHaveLength(1)
    })

    it('goes on with the other tables where one cannot be cut, and tells of it', async () => {
      await events(1)
      await unchecked((own) => putAged('message', 'old', keep.messages + 2, own))
      await sql`CREATE FUNCTION refuse_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`.execute(
        db,
      )
      await sql`CREATE TRIGGER refuse_it BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_it()`.execute(db)
      try {
        await expect(over().run()).rejects.toThrow('Not everything')
        expect(await left('event', 'id')).toHaveLength(1)
        expect(await left('message', 'id')).toEqual([])
        expect(await over().last()).toBeNull()
      } finally {
        await sql`DROP FUNCTION refuse_it CASCADE`.execute(db)
      }
    })
  })
})
