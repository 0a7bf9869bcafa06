import { type Kysely, sql } from 'kysely'

/**
 * For the pace of a queue, which every caller is told who hears a number: those taken from it lately, and who waits in it longest.
 * Neither index has a column that changes while somebody waits.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX queue_journal_taken ON queue_journal (queue, at)
    WHERE kind = 'left' AND facts ->> 'why' = 'taken'`.execute(db)
  await sql`CREATE INDEX queue_place_of_queue ON queue_place (queue, since)`.execute(db)
}
