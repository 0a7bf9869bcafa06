/**
 * Statements that come in every call. Their text is fixed, so each connection parses and plans it once and knows it by
 * name after that. https://node-postgres.com/features/queries#prepared-statements
 * A pooler between us and Postgres must keep prepared statements apart: PgBouncer does from 1.21, in any mode.
 */
import { CompiledQuery, type Kysely } from 'kysely'
import type { Schema } from './schema.ts'

const names = new Map<string, string>()

/**
 * A statement with its values as `$1`, `$2` …; nothing is ever put into the text.
 * @param name unique here, at most 63 bytes (Postgres cuts the rest off).
 * @returns a function that runs it on a database or in a transaction and resolves to its rows.
 */
export function statement<Row>(
  name: string,
  text: string,
): (db: Kysely<Schema>, values: readonly unknown[]) => Promise<Row[]> {
  names.set(text, `rufpass_${name}`)
  return async (db, values) => (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows
}

/** The name under which this text is prepared, or undefined for any other statement. */
export function preparedName(text: string): string | undefined {
  return names.get(text)
}
