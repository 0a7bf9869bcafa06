/** Whether an account is to be erased, and what keeps it from that. */
import { type Kysely, sql } from 'kysely'
import { accountSubject } from '../../auth/subjects.ts'
import { type Erasure, type Hindrance, hindrances } from '../../seams/hindrances.ts'
import type { Schema } from '../schema.ts'

/** As of now, by the database's clock. */
export async function hindrancesOf(trx: Kysely<Schema>, brand: string, ref: string): Promise<Hindrance[]> {
  const { rows } = await sql<Record<Hindrance, boolean>>`
    WITH own_calls AS (SELECT DISTINCT call_id FROM event WHERE ref = ${ref} AND call_id <> '-')
    SELECT
      (SELECT ends IS NULL OR ends > now() FROM account WHERE ref = ${ref}) AS contract,
      EXISTS (SELECT FROM pin_state
        WHERE subject = ${accountSubject(brand, ref)} AND operator_locked IS NOT NULL) AS locked,
      EXISTS (SELECT FROM identifier mine
        JOIN identifier other ON other.brand = mine.brand AND other.value = mine.value AND other.ref <> mine.ref
        WHERE mine.ref = ${ref} AND mine.disputed IS NOT NULL
          AND other.disputed IS NOT NULL AND (other.valid_to IS NULL OR other.valid_to > now())) AS disputed,
      EXISTS (SELECT FROM incident_account touched JOIN incident USING (brand, name)
        WHERE touched.brand = ${brand} AND touched.ref = ${ref} AND closed IS NULL) AS incident,
      EXISTS (SELECT FROM ticket WHERE ref = ${ref} AND open) AS open_ticket,
      EXISTS (SELECT FROM queue_place WHERE ref = ${ref} OR call_id IN (SELECT call_id FROM own_calls))
        OR EXISTS (SELECT FROM assignment WHERE state <> 'over'
          AND (facts ->> 'ref' = ${ref} OR call_id IN (SELECT call_id FROM own_calls))) AS call`.execute(trx)
  return hindrances.filter((each) => rows[0]?.[each])
}

/** What was asked for, and for when; null: nothing. */
export async function requestedErasureOf(
  trx: Kysely<Schema>,
  ref: string,
): Promise<Pick<Erasure, 'requested' | 'due'> | null> {
  const asked = await trx.selectFrom('erasure').select(['requested', 'due']).where('ref', '=', ref).executeTakeFirst()
  return asked ? { requested: asked.requested.toISOString(), due: asked.due.toISOString() } : null
}

export async function erasureOf(trx: Kysely<Schema>, brand: string, ref: string): Promise<Erasure | null> {
  const requested = await requestedErasureOf(trx, ref)
  return requested && { ...requested, hindered: await hindrancesOf(trx, brand, ref) }
}
