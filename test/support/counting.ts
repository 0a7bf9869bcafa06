import type { Kysely, KyselyPlugin } from 'kysely'
import type { Schema } from '../../src/store/schema.ts'

/** The same database, with a count of every statement that is answered through this handle, prepared ones too. */
export function countingStatements(db: Kysely<Schema>): { db: Kysely<Schema>; statements: () => number } {
  let statements = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult({ result }) {
      statements += 1
      return Promise.resolve(result)
    },
  }
  return { db: db.withPlugin(plugin), statements: () => statements }
}
