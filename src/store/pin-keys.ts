/** Which keys the PINs of this database are under, so that no others are taken for them. */
import type { Kysely } from 'kysely'
import { checkValueOf, createVerifier, type PinKeys, type Verifier, WrongKey } from '../auth/verifier.ts'
import type { Schema } from './schema.ts'

/**
 * The verifier for the PINs of this database: whatever compares or makes any gets it here. A key whose name is new is
 * remembered by its check value; of one that is known the bytes must be the same. Processes that open at once agree.
 * @throws {WrongKey} when a key has other bytes than it had; then none of these keys is remembered.
 */
export async function openVerifier(db: Kysely<Schema>, keys: PinKeys, hashesAtOnce?: number): Promise<Verifier> {
  // In one order, so that two processes never wait for each other.
  const given = [...keys.byId].sort(([a], [b]) => (a < b ? -1 : 1))
  await db.transaction().execute(async (trx) => {
    const rows = given.map(([kid, key]) => ({ kid, check_value: checkValueOf(key) }))
    // Waits for another process that is just inserting the same name, and sees after that what it has inserted.
    await trx
      .insertInto('pin_key')
      .values(rows)
      .onConflict((name) => name.doNothing())
      .execute()
    const known = await trx
      .selectFrom('pin_key')
      .select(['kid', 'check_value'])
      .where('kid', 'in', [...keys.byId.keys()])
      .execute()
    const checkValues = new Map(known.map((row) => [row.kid, row.check_value]))
    const wrong = rows.filter((row) => checkValues.get(row.kid)?.equals(row.check_value) !== true)
    if (wrong.length > 0) throw new WrongKey(wrong.map(({ kid }) => kid))
  })
  return createVerifier(keys, hashesAtOnce)
}
