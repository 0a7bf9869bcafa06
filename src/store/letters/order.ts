/** A customer forgot the PIN: a letter with a new one is ordered, and made by the next `pins issue --forgotten`. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { ADDRESS_AGE_MS, ORDER_EVERY_MS, ORDERS_WINDOW_MS } from '../../auth/letters.ts'
import type { LastOrder, LetterOrders, OrderBecause, Ordered, OrderFor } from '../../seams/letter-orders.ts'
import { createEventLog } from '../events.ts'
import { tellCustomer } from '../outbox.ts'
import type { Schema } from '../schema.ts'

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

export function createLetterOrders(db: Kysely<Schema>): LetterOrders {
  return {
    order: (whose, because) => db.transaction().execute((trx) => orderIn(trx, whose, because)),
    orderByKey: (whose, { callId, most }) =>
      db.transaction().execute(async (trx) => {
        const isOver = (await orderedByCallers(trx, whose.brand)) >= most
        if (!isOver) await orderIn(trx, whose, { actor: 'caller', callId })
        else await record(trx, { brand: whose.brand, ref: null, result: 'over_limit' }, { actor: 'caller', callId })
        return isOver ? 'over_limit' : 'taken'
      }),
    async last({ brand, ref }) {
      const { rows } = await sql<LastOrder>`
        SELECT at, quiet_until AS next FROM letter_order WHERE brand = ${brand} AND ref = ${ref}
        ORDER BY at DESC LIMIT 1`.execute(db)
      return rows[0] ?? null
    },
  }
}

/** No account has it. */
const NOBODY = ''

/**
 * How many callers have ordered by key lately, also for numbers that nobody has: else the last that is taken would tell that there is such a customer.
 * Those at the same moment do not see each other, so as many more may be taken as come at once.
 */
async function orderedByCallers(trx: Kysely<Schema>, brand: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM event
    WHERE kind = 'account' AND actor = 'caller' AND facts ->> 'act' = 'order_letter' AND brand = ${brand}
      AND at > now() - ${ORDERS_WINDOW_MS}::float8 * interval '1 millisecond' AND facts ->> 'result' <> 'over_limit'`.execute(
    trx,
  )
  return rows[0]?.count ?? 0
}

/** None of the statements is left out where the one before has found nothing: then it does nothing. */
async function orderIn(trx: Kysely<Schema>, whose: OrderFor, because: OrderBecause): Promise<Ordered> {
  const { brand } = whose
  const isTheirs = 'ref' in whose ? sql`ref = ${whose.ref ?? NOBODY}` : sql`customer_number = ${whose.customerNumber}`
  const { rows } = await sql<{ ref: string; old: boolean }>`
    SELECT ref, coalesce(${isOldAt(sql`now()`)}, false) AS old
    FROM account
    WHERE brand = ${brand} AND ${isTheirs} AND (ends IS NULL OR ends > now())
    FOR NO KEY UPDATE`.execute(trx)
  const [account] = rows
  const ref = account?.ref ?? null
  const { rows: orders } = await sql`
    INSERT INTO letter_order (brand, ref, quiet_until, actor)
    SELECT brand, ref, now() + ${ORDER_EVERY_MS}::float8 * interval '1 millisecond', ${because.actor}::text
    FROM account WHERE brand = ${brand} AND ref = ${account?.old ? account.ref : NOBODY}
    ON CONFLICT DO NOTHING RETURNING 1`.execute(trx)
  const result = resultOf(account, orders.length > 0)
  await record(trx, { brand, ref, result }, because)
  await tellCustomer(trx, 'pin_posted', { brand, ref: result === 'ordered' && ref !== null ? ref : NOBODY })
  return result
}

interface Recorded {
  brand: string
  ref: string | null
  result: Ordered | 'over_limit'
}

function record(trx: Kysely<Schema>, { result, ...whose }: Recorded, because: OrderBecause): Promise<void> {
  return createEventLog(trx).append({ kind: 'account', ...whose, ...because, facts: { act: 'order_letter', result } })
}

function resultOf(account: { old: boolean } | undefined, isNew: boolean): Ordered {
  if (!account) return 'no_customer'
  if (!account.old) return 'no_address'
  return isNew ? 'ordered' : 'too_early'
}
