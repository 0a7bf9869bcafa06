import { type Kysely, sql } from 'kysely'

/**
 * By these, what keeps a row longer than its age is found (`store/retention/tables.ts`), and what refers to a SIM or a contract that goes. Without
 * them a step read through all contacts or numbers for each row that is over: minutes with a hundred thousand customers, until the statement was ended.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX contact_by_mobile ON contact (ltrim(value, '+')) WHERE kind = 'mobile'`.execute(db)
  await sql`CREATE INDEX contact_of_contract ON contact (contract) WHERE contract IS NOT NULL`.execute(db)
  await sql`CREATE INDEX identifier_of_contract ON identifier (contract) WHERE contract IS NOT NULL`.execute(db)
  await sql`CREATE INDEX identifier_of_sim ON identifier (sim_id) WHERE sim_id IS NOT NULL`.execute(db)
}
