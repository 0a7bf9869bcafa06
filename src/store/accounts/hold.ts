/**
 * The one order in which who writes takes locks: accounts by `ref` (`FOR NO KEY UPDATE`), numbers, letters and verifiers, tries by subject, and only then an
 * account against everything (`FOR UPDATE`). A try that ends holds its tries and then refers to the account, for what its customer is told:
 * who had the account against everything and waited for the tries would wait for ever.
 */
import { type Kysely, sql } from 'kysely'
import { kindsOf } from '../../auth/credentials.ts'
import { accountSubject, simsSubject } from '../../auth/subjects.ts'
import type { Schema } from '../schema.ts'

/** In a transaction that has these accounts of one brand: no try of theirs begins or ends until it is over, and nothing new refers to them, as a ticket. */
export async function holdAgainstEverything(
  trx: Kysely<Schema>,
  brand: string,
  refs: readonly string[],
): Promise<void> {
  const own = refs.map((ref) => accountSubject(brand, ref))
  const subjects = own.flatMap((subject) => [subject, ...kindsOf('sim').map((kind) => simsSubject(subject, kind))])
  // Also what has no row yet: a first try would come between.
  await sql`
    INSERT INTO pin_state (subject) SELECT * FROM unnest(${subjects}::text[]) AS own (subject) ORDER BY 1
    ON CONFLICT DO NOTHING`.execute(trx)
  await sql`SELECT FROM pin_state WHERE subject = ANY (${subjects}::text[]) ORDER BY subject FOR UPDATE`.execute(trx)
  await sql`SELECT FROM account WHERE ref = ANY (${refs}::text[]) ORDER BY ref FOR UPDATE`.execute(trx)
}
