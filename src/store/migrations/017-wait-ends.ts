import { type Kysely, sql } from 'kysely'

/** Why a wait ends that no agent has ended, from then on until the network has brought the caller out of the queue. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE queue_place ADD COLUMN ends text CHECK (ends IN ('longest', 'nobody', 'closing', 'key'))`.execute(db)
}
