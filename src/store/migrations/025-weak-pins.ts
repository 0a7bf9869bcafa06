import { type Kysely, sql } from 'kysely'

/** `verifier.weak`: it was taken over although the policy of its brand would refuse it; never by which rule, for that would tell of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE verifier ADD COLUMN weak boolean NOT NULL DEFAULT false`.execute(db)
}
