import { type Kysely, sql } from 'kysely'

/**
 * Whether the phone of an agent rings for a call, or an agent has it. Volatile, so it reads with a snapshot of its own: a statement that waited
 * for the lock of a brand would else not see the offer that it waited for. https://www.postgresql.org/docs/current/xfunc-volatility.html
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION is_with_agent(call text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      RETURN EXISTS (SELECT FROM assignment
        WHERE call_id = call AND state IN ('ringing', 'answering', 'talking', 'checking'));
    END $$`.execute(db)
}
