/** A customer forgot the PIN: a letter with a new one is ordered, and made by the next `pins issue --forgotten`. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { ADDRESS_AGE_MS, ORDER_EVERY_MS } from '../../auth/letters.ts'
import { createEventLog } from '../events.ts'
import { tellCustomer } from '../outbox.ts'
import type { Schema } from '../schema.ts'

/**
 * `too_early`: one was ordered within `ORDER_EVERY_MS`. `no_address`: the postal address is not known to have been theirs for `ADDRESS_AGE_MS`.
 * `no_customer`: nobody with a contract has this number. Callers hear the same of all of them.
 */
export type Ordered = 'ordered' | 'too_early' | 'no_address' | 'no_customer'

/** Whether the postal address of an `account` was old enough then, and is the same still. */
function isOldAt(moment: RawBuilder<unknown>) {
  return sql`account.address_since <= (${moment} - ${ADDRESS_AGE_MS}::float8 * interval '1 millisecond')::date`
}

/**
 * The accounts with an order that waits for its letter. Not those whose address has changed since: somebody else's would get the letter that the
 * owner, or who is after their PIN, had ordered for the old one.
 */
export function openOrders() {
  return sql`
    SELECT letter_order.ref FROM letter_order JOIN account USING (ref)
    WHERE letter_order.letter IS NULL AND ${isOldAt(sql`letter_order.at`)}`
}

/** Opens nothing and changes no lock. The customer is told at once, for it may have been a stranger. @param actor in the event. */
export async function orderLetter(
  db: Kysely<Schema>,
  { brand, customerNumber }: { brand: string; customerNumber: string },
  actor: string,
): Promise<Ordered> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ ref: string; old: boolean }>`
      SELECT ref,
        coalesce(${isOldAt(sql`now()`)}, false) AS old
      FROM account
      WHERE brand = ${brand} AND customer_number = ${customerNumber} AND (ends IS NULL OR ends > now())
      FOR NO KEY UPDATE`.execute(trx)
    const [account] = rows
    if (!account) return 'no_customer'
    const { ref, old } = account
    if (!old) return 'no_address'
    const { rows: orders } = await sql`
      INSERT INTO letter_order (brand, ref, quiet_until, actor)
      VALUES (${brand}, ${ref}, now() + ${ORDER_EVERY_MS}::float8 * interval '1 millisecond', ${actor})
      ON CONFLICT DO NOTHING RETURNING 1`.execute(trx)
    if (orders.length === 0) return 'too_early'
    await createEventLog(trx).append({
      kind: 'account',
      callId: '-',
      brand,
      ref,
      actor,
      facts: { act: 'order_letter' },
    })
    await tellCustomer(trx, 'pin_posted', { brand, ref })
    return 'ordered'
  })
}
