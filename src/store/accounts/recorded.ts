import type { Kysely } from 'kysely'
import type { Because, CustomerPlace } from '../../seams/account-book.ts'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'

export interface Known {
  ref: string
  language: string
  ends: Date | null
}

/** Does `act` and writes its event in one transaction, in which the account stays as it is; null where there is no such customer. */
export function recorded<T>(
  db: Kysely<Schema>,
  { brand, customerNumber }: CustomerPlace,
  { actor, reason }: Because,
  name: string,
  act: (trx: Kysely<Schema>, account: Known) => Promise<{ done: T; facts?: Record<string, string | number | boolean> }>,
): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const account = await trx
      .selectFrom('account')
      .select(['ref', 'language', 'ends'])
      .where('brand', '=', brand)
      .where('customer_number', '=', customerNumber)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!account) return null
    const { done, facts } = await act(trx, account)
    await createEventLog(trx).append({
      kind: 'account',
      callId: '-',
      brand,
      ref: account.ref,
      actor,
      facts: { act: name, ...facts, reason },
    })
    return done
  })
}
