/** What happens to accounts between two imports: a number that comes or goes, another SIM, the end of a contract. One transaction each. */
import { type Kysely, sql } from 'kysely'
import type { TellingKind } from '../../auth/tellings.ts'
import { isLongOver } from '../../seams/account-changes.ts'
import { createEventLog } from '../events.ts'
import type { AccountFacts, Owned, Reached } from '../import/batch.ts'
import { holdNumbers } from '../import/hold-numbers.ts'
import { ownedColumns, reachedColumns } from '../import/state.ts'
import { clearDisputes, insertIdentifiers, setTimes, writeContracts } from '../import/write-rows.ts'
import { opaqueId } from '../opaque-id.ts'
import { tellCustomer } from '../outbox.ts'
import type { Schema } from '../schema.ts'
import { type AccountChange, type Changed, type ChangeRefusal, planChange } from './plan-change.ts'

/** Who says so, and why; both stand in the record. */
export interface Because {
  actor: string
  reason: string
  now: Date
}

/** `same`: it was known already. */
export type ChangeResult = 'changed' | 'same' | 'no_customer' | 'long_over' | ChangeRefusal

/** What takes away what began since then: so long ago it never was, and a year was misread. */
const ENDS: Record<AccountChange['kind'], boolean> = {
  port_in: false,
  port_out: true,
  sim_change: true,
  contract_end: true,
  account_end: true,
  contact_confirmed: false,
}

/** Every change and every repetition is an event; nothing is done where it is refused. Throws what the driver throws. */
export function changeAccount(
  db: Kysely<Schema>,
  { brand, customerNumber }: { brand: string; customerNumber: string },
  change: AccountChange,
  { actor, reason, now }: Because,
): Promise<ChangeResult> {
  if (ENDS[change.kind] && isLongOver(change.at, now)) return Promise.resolve('long_over')
  return db.transaction().execute(async (trx): Promise<ChangeResult> => {
    const facts = await trx
      .selectFrom('account')
      .select(['ref', 'brand', 'ends'])
      .where('brand', '=', brand)
      .where('customer_number', '=', customerNumber)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!facts) return 'no_customer'
    const before = { facts, ...(await readHeld(trx, facts.ref)) }
    const newSims: string[] = []
    const after = planChange(change, before, () => {
      newSims.push(opaqueId())
      return newSims.at(-1) ?? ''
    })
    if (typeof after === 'string') return after
    for (const id of newSims) await trx.insertInto('sim').values({ id, ref: facts.ref }).execute()
    const isChanged = await writeHeld(trx, before, after, now)
    const told = { act: change.kind, at: change.at.toISOString(), changed: isChanged, reason }
    await createEventLog(trx).append({ kind: 'account', callId: '-', brand, ref: facts.ref, actor, facts: told })
    const telling = toldOf[change.kind]
    if (isChanged && telling) await tellCustomer(trx, telling, { brand, ref: facts.ref })
    return isChanged ? 'changed' : 'same'
  })
}

/** What the customer is told of, when it has changed anything. */
const toldOf: Partial<Record<AccountChange['kind'], TellingKind>> = {
  sim_change: 'sim_changed',
  contact_confirmed: 'contact_changed',
}

/** Ends one contract, and with the last one the account; what belongs to it identifies nobody from then on. */
export function endContract(
  db: Kysely<Schema>,
  place: { brand: string; customerNumber: string },
  contract: string,
  at: Date,
  because: Because,
): Promise<ChangeResult> {
  return changeAccount(db, place, { kind: 'contract_end', contract, at }, because)
}

/** Ends all contracts; what `tail` of the brand names is left to do. */
export function endAccount(
  db: Kysely<Schema>,
  place: { brand: string; customerNumber: string },
  at: Date,
  because: Because,
): Promise<ChangeResult> {
  return changeAccount(db, place, { kind: 'account_end', at }, because)
}

/** An account as it is stored. */
export interface Stored {
  facts: Pick<AccountFacts, 'ref' | 'brand' | 'ends'>
  identifiers: Owned[]
  contacts: Reached[]
}

export async function readHeld(trx: Kysely<Schema>, ref: string): Promise<Pick<Stored, 'identifiers' | 'contacts'>> {
  const { rows: identifiers } = await sql<Owned>`
    select ${ownedColumns}
    from identifier where ref = ${ref} order by id`.execute(trx)
  const { rows: contacts } = await sql<Reached>`
    select ${reachedColumns}
    from contact where ref = ${ref} order by id`.execute(trx)
  return { identifiers, contacts }
}

/** Writes what differs. What ends is written before what begins, for a number has one owner after every row. */
export async function writeHeld(trx: Kysely<Schema>, before: Stored, after: Changed, now: Date): Promise<boolean> {
  const numbers = differenceOf(before.identifiers, after.identifiers)
  const contacts = differenceOf(before.contacts, after.contacts)
  const { ref } = before.facts
  const ends = after.ends?.getTime() !== before.facts.ends?.getTime()
  if (!ends && [numbers, contacts].every(({ gone, moved, added }) => gone.length + moved.length + added.length === 0))
    return false

  if (ends) await trx.updateTable('account').set({ ends: after.ends }).where('ref', '=', ref).execute()
  if (numbers.gone.length > 0) await trx.deleteFrom('identifier').where('id', 'in', numbers.gone).execute()
  const begins = await disputing(trx, [...numbers.moved, ...numbers.added], now)
  await setTimes(
    trx,
    begins.filter(({ id }) => id !== null),
  )
  const added = begins.filter(({ id }) => id === null)
  if (added.length > 0) await insertIdentifiers(trx, added)
  await writeContracts(trx, [ref])
  await clearDisputes(trx)

  if (contacts.gone.length > 0) await trx.deleteFrom('contact').where('id', 'in', contacts.gone).execute()
  for (const { id, from, to, ...row } of [...contacts.moved, ...contacts.added]) {
    const stored = { ...row, valid_from: from, valid_to: to }
    if (id === null)
      await trx
        .insertInto('contact')
        .values({ ...stored, contract: null })
        .execute()
    else await trx.updateTable('contact').set(stored).where('id', '=', id).execute()
  }
  return true
}

/** A number that another account has at the same time is nobody's, for both; all of these are rows to be written. */
async function disputing(trx: Kysely<Schema>, rows: readonly Owned[], now: Date): Promise<Owned[]> {
  const [first] = rows
  if (first === undefined) return []
  await holdNumbers(trx, rows)
  const { rows: others } = await sql<Owned>`
    select ${ownedColumns}
    from identifier where brand = ${first.brand} and ref <> ${first.ref}
      and value = any(${rows.map(({ value }) => value)}::text[]) for update`.execute(trx)
  const meet = (a: Owned, b: Owned): boolean =>
    a.value === b.value && (!a.to || !b.from || a.to > b.from) && (!b.to || !a.from || b.to > a.from)
  const rivals = others.filter((other) => rows.some((row) => meet(row, other)))
  return [
    ...rivals.map((row) => ({ ...row, disputed: row.disputed ?? now })),
    ...rows.map((row) => (rivals.some((other) => meet(row, other)) ? { ...row, disputed: row.disputed ?? now } : row)),
  ]
}

function differenceOf<T extends { id: number | null }>(before: readonly T[], after: readonly T[]) {
  const stored = new Map(before.map((row) => [row.id, JSON.stringify(row)]))
  const kept = new Set(after.map(({ id }) => id))
  return {
    gone: before.flatMap(({ id }) => (id === null || kept.has(id) ? [] : [id])),
    moved: after.filter((row) => row.id !== null && stored.get(row.id) !== JSON.stringify(row)),
    added: after.filter(({ id }) => id === null),
  }
}
