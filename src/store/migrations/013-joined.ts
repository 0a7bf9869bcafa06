import { type Kysely, sql } from 'kysely'

/** A colleague may be in a talk beside the agent who has the call; the index that promises one agent a talk is as it was. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE assignment DROP CONSTRAINT assignment_state_check`.execute(db)
  await sql`
    ALTER TABLE assignment ADD CONSTRAINT assignment_state_check
    CHECK (state IN ('ringing', 'answering', 'talking', 'checking', 'joined', 'wrap_up', 'over'))`.execute(db)
}
