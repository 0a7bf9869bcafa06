import { type Kysely, sql } from 'kysely'

/**
 * The queue that a caller's flow chose, where a ticket number that proves nothing has led to another: what others hear of length,
 * place and pace counts the caller there, or it would tell a stranger that the ticket exists.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE queue_place ADD COLUMN chosen text`.execute(db)
  await sql`DROP INDEX queue_journal_taken`.execute(db)
  await sql`
    CREATE INDEX queue_journal_taken ON queue_journal ((coalesce(facts ->> 'chosen', queue)), at)
    WHERE kind = 'left' AND facts ->> 'why' = 'taken'`.execute(db)
  await sql`DROP INDEX queue_place_of_queue`.execute(db)
  await sql`CREATE INDEX queue_place_of_queue ON queue_place ((coalesce(chosen, queue)), since)`.execute(db)
}
