/** What is read of a row of `pin_state` in several places, as text of statements. */
import { type RawBuilder, sql } from 'kysely'
import { STRANGERS_IN_A_ROW, STRANGERS_TOTAL, TOTAL_WINDOW_MS } from '../auth/lockout.ts'

/** The later of the temporary locks that hold now; null: none. */
export const longestLock = `(SELECT max(until) FROM unnest(ARRAY[locked_until, trusted_locked_until]) AS u (until) WHERE until > now())`

/** How many failures of a column lie within the window, of so many ms. */
export function failuresSince(column: 'failures' | 'stranger_failures', windowMs: string): string {
  return `(SELECT count(*) FROM unnest(${column}) AS f WHERE f > now() - ${windowMs} * interval '1 millisecond')::integer`
}

/** Whether strangers have used what they may of an account. Of a row of SIMs it says nothing. */
export const strangersShut: RawBuilder<boolean> = sql`(stranger_consecutive >= ${STRANGERS_IN_A_ROW}::integer
  OR ${sql.raw(failuresSince('stranger_failures', `${TOTAL_WINDOW_MS}::float8`))} >= ${STRANGERS_TOTAL}::integer)`
