/** Which customers a file has named so far: in the store, so that a file of any size takes no memory here. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { Named } from './row.ts'

export interface FileLines {
  run: string
  /** Notes the lines of a batch; by line, the earlier one that named the same customer already. */
  claim(lines: readonly (Named & { line: number })[]): Promise<Map<number, number>>
  /** A bad line stands for nobody, but the customer it names is in the file. Null: that cannot be read. */
  mention(named: Named | null): Promise<void>
}

/** Rows of a run that was cut off are forgotten after so long. */
const FORGOTTEN_HOURS = 24
/** Stands for a customer who cannot be read. */
export const UNREADABLE = ''

export function createFileLines(db: Kysely<Schema>, run: string): FileLines {
  return {
    run,
    async claim(lines) {
      if (lines.length === 0) return new Map()
      const { rows } = await sql<{ line: number; first: number }>`
        WITH given AS (
          SELECT * FROM unnest(
            ${lines.map(({ brand }) => brand)}::text[], ${lines.map(({ customerNumber }) => customerNumber)}::text[],
            ${lines.map(({ line }) => line)}::integer[]
          ) AS g (brand, customer_number, line)
        ), first AS (
          SELECT DISTINCT ON (brand, customer_number) * FROM given ORDER BY brand, customer_number, line
        ), known AS (
          SELECT k.* FROM first CROSS JOIN LATERAL (
            SELECT * FROM import_line l
            WHERE l.run = ${run} AND l.brand = first.brand AND l.customer_number = first.customer_number AND l.line > 0 OFFSET 0
          ) AS k
        ), noted AS (
          INSERT INTO import_line (run, brand, customer_number, line)
          SELECT ${run}, brand, customer_number, line FROM first
          ON CONFLICT (run, brand, customer_number) DO UPDATE SET line = excluded.line WHERE import_line.line = 0
        )
        SELECT given.line, coalesce(known.line, first.line) AS first
        FROM given JOIN first USING (brand, customer_number) LEFT JOIN known USING (brand, customer_number)
        WHERE coalesce(known.line, first.line) <> given.line`.execute(db)
      return new Map(rows.map(({ line, first }) => [line, first]))
    },
    async mention(named) {
      const { brand, customerNumber } = named ?? { brand: UNREADABLE, customerNumber: UNREADABLE }
      await db
        .insertInto('import_line')
        .values({ run, brand, customer_number: customerNumber, line: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
  }
}

export async function forgetLines(db: Kysely<Schema>, run: string): Promise<void> {
  await sql`
    DELETE FROM import_line
    WHERE run = ${run} OR at < now() - ${FORGOTTEN_HOURS}::integer * interval '1 hour'`.execute(db)
}
