/**
 * The outbox: messages to customers, written with the acts that they tell of, and claimed by one server at a time. All times are the
 * database's.
 */
import { type Kysely, sql } from 'kysely'
import { REST_HOURS } from '../auth/credentials.ts'
import { type TellingKind, tellingKinds, tellings } from '../auth/tellings.ts'
import type { Claimed, NumberMark, Outbox, Reachable } from '../seams/outbox.ts'
import { markUnreachable } from './deliveries.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/** Longer than all that are claimed at once may take to be sent, ms: only a server that died loses its lease. */
export const LEASE_MS = 300_000

/** The kinds as a statement takes them: names, `quietMs`, `worthMs`. */
export function tellingColumns(): [kinds: string[], quiet: number[], worth: number[]] {
  const rows = tellingKinds.map((kind) => tellings[kind])
  return [[...tellingKinds], rows.map(({ quietMs }) => quietMs), rows.map(({ worthMs }) => worthMs)]
}

/**
 * Writes that the customer is to be told, once for all acts of a kind within its quiet time. In the transaction of the act it is told of
 * what happened and of nothing else. Where there is no such account, nobody is told. False: nothing was written.
 */
export async function tellCustomer(
  db: Kysely<Schema>,
  kind: TellingKind,
  { brand, ref }: { brand: string; ref: string },
): Promise<boolean> {
  const { quietMs, worthMs } = tellings[kind]
  return (await write(db, [brand, ref, kind, quietMs, worthMs])).length > 0
}

const write = statement<{ id: number }>(
  'tell_customer',
  `INSERT INTO message (brand, ref, kind, quiet_until, worth_until)
   SELECT brand, ref, $3::text, now() + $4::float8 * interval '1 millisecond', now() + $5::float8 * interval '1 millisecond'
   FROM account WHERE brand = $1 AND ref = $2
   ON CONFLICT DO NOTHING RETURNING id`,
)

interface ClaimedRow {
  id: number
  brand: string
  ref: string
  kind: string
  at: Date
  now: Date
  tries: number
  late: boolean
  language: string
}

/** `$1` how many, `$2` lease in ms. */
const claim = statement<ClaimedRow>(
  'message_claim',
  `WITH mine AS (
    SELECT id FROM message WHERE state = 'waiting' AND due <= now() ORDER BY due, id LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE message AS m SET tries = m.tries + 1, due = now() + $2::float8 * interval '1 millisecond'
    FROM mine WHERE m.id = mine.id RETURNING m.*
  )
  SELECT m.id, m.brand, m.ref, m.kind, m.at, now() AS now, m.tries - 1 AS tries, m.worth_until <= now() AS late, a.language
  FROM claimed AS m JOIN account AS a USING (ref) ORDER BY m.id`,
)

interface ContactRow extends Omit<Reachable, 'marks'> {
  ref: string
  rest: boolean | null
  disputed: boolean | null
  changed_hands: boolean | null
  gone: boolean | null
}

/**
 * The contacts of accounts `$1`, and what is known of the telephone numbers among them in brands `$2`; `$3` hours of rest. A number
 * rests with its SIM, and where nobody knows which SIM it has, with any of its owner's. It is gone where this customer had it and has it no more, or,
 * where it never was this customer's here, where somebody else had it and nobody has it now.
 */
const reachable = statement<ContactRow>(
  'message_contacts',
  `SELECT c.id, c.ref, c.kind, c.value, coalesce(own.number, single.number, a.customer_number) AS source,
     c.valid_from AS "from", c.valid_to AS "to", c.confirmed, c.unreachable,
     (a.ends IS NULL OR a.ends > now())
       AND (own.id IS NULL OR (own.begins IS NULL OR own.begins <= now()) AND (own.ends IS NULL OR own.ends > now())) AS runs,
     n.rest, n.disputed, n.changed_hands, n.gone
   FROM contact AS c JOIN account AS a USING (ref)
   LEFT JOIN contract AS own ON own.id = c.contract
   LEFT JOIN LATERAL (
     SELECT min(number) AS number FROM contract WHERE ref = c.ref HAVING count(*) = 1
   ) AS single ON true
   LEFT JOIN LATERAL (
     SELECT bool_or(i.is_now AND (i.valid_from > now() - $3::integer * interval '1 hour' OR EXISTS (
              SELECT FROM identifier AS s WHERE s.ref = i.ref AND s.kind = 'sim_number'
                AND s.sim_id = coalesce(i.sim_id, s.sim_id) AND (s.valid_to IS NULL OR s.valid_to > now())
                AND s.valid_from > now() - $3::integer * interval '1 hour'))) AS rest,
            bool_or(i.is_now AND i.disputed IS NOT NULL) AS disputed,
            bool_or(EXISTS (SELECT FROM identifier AS o WHERE o.brand = i.brand AND o.value = i.value AND o.kind = i.kind
              AND o.ref <> i.ref)) OR bool_or(i.brand = c.brand AND i.ref <> c.ref) AS changed_hands,
            NOT coalesce(bool_or(i.is_now) FILTER (WHERE i.ref = c.ref), bool_or(i.is_now)) AS gone
     FROM (
       SELECT *, (valid_from IS NULL OR valid_from <= now()) AND (valid_to IS NULL OR valid_to > now()) AS is_now
       FROM identifier WHERE c.kind = 'mobile' AND brand = ANY ($2::text[]) AND value = ltrim(c.value, '+') AND kind = 'phone_number'
     ) AS i
   ) AS n ON true
   WHERE c.ref = ANY ($1::text[]) ORDER BY c.id`,
  'repeatable',
)

export function createOutbox(db: Kysely<Schema>): Outbox {
  /** Nothing is changed of a message that is no longer waiting. */
  const end = async (id: number, set: ReturnType<typeof sql>): Promise<void> => {
    await sql`UPDATE message SET done = now(), ${set} WHERE id = ${id} AND state = 'waiting'`.execute(db)
  }
  return {
    async claim(most, brands) {
      const rows = await claim(db, [most, LEASE_MS])
      if (rows.length === 0) return []
      const contacts = await reachable(db, [[...new Set(rows.map(({ ref }) => ref))], [...brands], REST_HOURS])
      return rows.map(({ kind, late, ...row }): Claimed => {
        const known = tellingKinds.find((each) => each === kind) ?? null
        const own = contacts.filter((contact) => contact.ref === row.ref).map(reachableOf)
        return { ...row, kind: known, isLate: late, contacts: own }
      })
    },
    async sent(id, { contact, channel, source }) {
      await end(
        id,
        sql`state = 'sent', channel = ${channel}, source = ${source},
          contact = (SELECT id FROM contact WHERE id = ${contact} FOR KEY SHARE)`,
      )
      // What became of it may have been told before this.
      if (channel === 'sms') await markUnreachable(db, id)
    },
    drop: (id, reason) => end(id, sql`state = 'dropped', reason = ${reason}`),
    async again(id, inMs) {
      await sql`
        UPDATE message SET due = now() + ${inMs}::float8 * interval '1 millisecond'
        WHERE id = ${id} AND state = 'waiting'`.execute(db)
    },
    async standing() {
      const { rows } = await sql<{ waiting: number; oldest_ms: number | null }>`
        SELECT count(*)::integer AS waiting, (extract(epoch FROM now() - min(at)) * 1000)::float8 AS oldest_ms
        FROM message WHERE state = 'waiting'`.execute(db)
      const [row] = rows
      return { waiting: row?.waiting ?? 0, oldestMs: row?.oldest_ms ?? null }
    },
  }
}

function reachableOf({ ref: _, rest, disputed, changed_hands, gone, ...row }: ContactRow): Reachable {
  const found = { rest, disputed, changed_hands, gone }
  return { ...row, marks: (Object.keys(found) as NumberMark[]).filter((mark) => found[mark]) }
}
