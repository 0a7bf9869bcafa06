/** The record that the secret in force was right in a call, as a settled try leaves it. */
import { type Kysely, sql } from 'kysely'
import { createEventLog } from '../../src/store/events.ts'
import type { Schema } from '../../src/store/schema.ts'

export async function recordRight(
  db: Kysely<Schema>,
  { brand, ref }: { brand: string; ref: string },
  { callId = 'CA1', credential = 'pin', result = 'right' } = {},
): Promise<void> {
  const { rows } = await sql<{ setAt: string }>`
    SELECT set_at::text AS "setAt" FROM verifier
    WHERE brand = ${brand} AND ref = ${ref} AND credential = 'pin' AND sim = ''`.execute(db)
  const facts = { credential, result, setAt: rows[0]?.setAt ?? null }
  await createEventLog(db).append({ kind: 'verify', callId, brand, ref, actor: 'caller', facts })
}
