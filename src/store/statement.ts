/**
 * Statements that come in every call. Their text is fixed, so each connection parses and plans it once and knows it by
 * name after that. https://node-postgres.com/features/queries#prepared-statements
 * A pooler between us and Postgres must keep prepared statements apart: PgBouncer does from 1.21, in any mode.
 */
import { CompiledQuery, type Kysely } from 'kysely'
import { ANSWER_MS } from '../seams/patience.ts'
import type { Schema } from './schema.ts'
import { StoreUnreachable } from './unreachable.ts'

const names = new Map<string, string>()

/**
 * A statement with its values as `$1`, `$2` …; nothing is ever put into the text.
 * @param name unique here, at most 63 bytes (Postgres cuts the rest off).
 * @param repeatable a second time it does nothing more: where the connection breaks in the middle of it, whether it took effect is
 *   not known, and it is asked once more, on another connection.
 * @returns a function that runs it on a database or in a transaction and resolves to its rows.
 */
export function statement<Row>(name: string, text: string, repeatable?: 'repeatable'): Statement<Row> {
  names.set(text, `rufpass_${name}`)
  const run: Statement<Row> = async (db, values) =>
    (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows
  if (repeatable === undefined) return run
  return async (db, values) => {
    const began = performance.now()
    try {
      return await run(db, values)
    } catch (error) {
      // A transaction ends with its connection; and where nothing was answered for long, nothing will be.
      const broke = error instanceof StoreUnreachable && error.broke
      if (!broke || db.isTransaction || performance.now() - began > REPEATED_MS) throw error
      return run(db, values)
    }
  }
}

type Statement<Row> = (db: Kysely<Schema>, values: readonly unknown[]) => Promise<Row[]>

/** Statements that broke later than so are not repeated, ms. */
const REPEATED_MS = 4 * ANSWER_MS

/** The name under which this text is prepared, or undefined for any other statement. */
export function preparedName(text: string): string | undefined {
  return names.get(text)
}
