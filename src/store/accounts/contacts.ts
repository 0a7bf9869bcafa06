/** Where a customer can be reached, and since when that is theirs. Imports kysely, the tables and the seam. */
import { type Kysely, sql } from 'kysely'
import { REST_HOURS } from '../../auth/credentials.ts'
import type { Contact } from '../../seams/account-source.ts'
import type { Schema } from '../schema.ts'

/** How many messages to a contact are told, the newest. */
const SENT_SHOWN = 3

interface Row {
  kind: Contact['kind']
  value: string
  source: string | null
  valid_from: Date | null
  valid_to: Date | null
  confirmed: Date | null
  rests: boolean
  changed_hands: boolean
  disputed: boolean
  sent: { at: string; about: string }[]
}

/**
 * Phone numbers first, then what is kept beside them, confirmed ones before others (R50); each with where it comes from (R48):
 * its contract, the only one that the customer ever had, or the customer; and what was sent there.
 */
export async function contactsOf(
  db: Kysely<Schema>,
  { ref, customerNumber }: { ref: string; customerNumber: string },
  asOf: Date,
): Promise<Contact[]> {
  const { rows } = await sql<Row>`
    WITH single AS (SELECT min(id) AS id FROM contract WHERE ref = ${ref} HAVING count(*) = 1),
    reached AS (
      SELECT kind, '+' || value AS value, contract, valid_from, valid_to, NULL::timestamptz AS confirmed, 1 AS place, id,
        disputed IS NOT NULL AS disputed, NULL::bigint AS contact, EXISTS (
          SELECT FROM identifier other WHERE other.brand = mine.brand AND other.value = mine.value
            AND other.ref <> mine.ref AND other.kind = mine.kind
        ) AS changed_hands
      FROM identifier mine WHERE ref = ${ref} AND kind = 'phone_number'
      UNION ALL
      SELECT kind, value, contract, valid_from, valid_to, confirmed,
        CASE kind WHEN 'mobile' THEN 2 WHEN 'email' THEN 3 ELSE 4 END, id, false, id, false
      FROM contact WHERE ref = ${ref}
    )
    SELECT r.kind, r.value, c.number AS source, r.valid_from, r.valid_to, r.confirmed, r.disputed, r.changed_hands, told.sent,
      (r.valid_to IS NULL OR r.valid_to > ${asOf})
        AND r.valid_from > ${asOf}::timestamptz - ${REST_HOURS}::integer * interval '1 hour' AS rests
    FROM reached r LEFT JOIN contract c ON c.id = coalesce(r.contract, (SELECT id FROM single))
    LEFT JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object('at', done, 'about', kind) ORDER BY id DESC), '[]') AS sent FROM (
        SELECT id, done, kind FROM message WHERE message.contact = r.contact AND state = 'sent' ORDER BY id DESC LIMIT ${SENT_SHOWN}
      ) AS newest
    ) AS told ON true
    ORDER BY r.place, r.confirmed DESC NULLS LAST, r.id`.execute(db)
  return rows.map((row) => ({
    kind: row.kind,
    value: row.value,
    source: row.source ?? customerNumber,
    validFrom: row.valid_from?.toISOString() ?? null,
    validTo: row.valid_to?.toISOString() ?? null,
    confirmed: row.confirmed?.toISOString() ?? null,
    marks: [
      ...(row.rests ? (['rest'] as const) : []),
      ...(row.changed_hands && !row.disputed ? (['changed_hands'] as const) : []),
      ...(row.disputed ? (['disputed'] as const) : []),
    ],
    sent: row.sent.map(({ at, about }) => ({ at: new Date(at).toISOString(), about })),
  }))
}
