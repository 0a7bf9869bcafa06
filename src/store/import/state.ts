/** What the store knows of the customers of some rows, as it is read before they are planned and still is when they are written. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { SERIALIZATION_FAILURE } from '../sql-state.ts'
import type { VerifierRow } from '../verifiers.ts'
import { type AccountFacts, accountKey, type BatchState, credentialKey, type Owned, type Reached } from './batch.ts'
import { holdNumbers } from './hold-numbers.ts'
import { numbersOf } from './numbers.ts'
import type { CustomerRow } from './row.ts'

/** What was read has changed meanwhile, as an account that was ended while its PIN was hashed: what was planned of it is not what is so. */
class Outdated extends Error {
  readonly code = SERIALIZATION_FAILURE
}

/** What an `Owned` is read from, and a `Reached`. */
export const ownedColumns = sql`id, brand, value, kind, ref, sim_id as sim, contract, valid_from as "from", valid_to as "to", disputed`
export const reachedColumns = sql`id, brand, ref, kind, value, valid_from as "from", valid_to as "to", confirmed`

/**
 * Row by row through the indexes (`offset 0` keeps each look-up to itself): of a table that has just been filled the database knows little, and
 * would read the whole of it for every batch.
 */
export async function readState(db: Kysely<Schema>, rows: readonly CustomerRow[]): Promise<BatchState> {
  const { rows: accounts } = await sql<AccountFacts>`
    select found.* from unnest(
      ${rows.map((row) => row.brand)}::text[], ${rows.map((row) => row.customerNumber)}::text[]
    ) as wanted (brand, customer_number) cross join lateral (
      select ref, brand, customer_number as "customerNumber", name, birth_date::text as "birthDate", address_since::text as "addressSince", language, reference, ends
      from account a where a.brand = wanted.brand and a.customer_number = wanted.customer_number offset 0
    ) as found`.execute(db)
  const refs = accounts.map((account) => account.ref)
  const known = sql`unnest(${refs}::text[]) as known (ref)`
  const values = rows.flatMap((row) => row.identifiers.map(({ value }) => ({ brand: row.brand, value })))
  const { rows: identifiers } = await sql<Owned>`
    select found.* from ${known} cross join lateral (
      select ${ownedColumns} from identifier i where i.ref = known.ref offset 0
    ) as found
    union
    select found.* from unnest(
      ${values.map(({ brand }) => brand)}::text[], ${values.map(({ value }) => value)}::text[]
    ) as wanted (brand, value) cross join lateral (
      select ${ownedColumns} from identifier i where i.brand = wanted.brand and i.value = wanted.value offset 0
    ) as found`.execute(db)
  const { rows: contracts } = await sql<{ id: string; product: string | null }>`
    select found.* from ${known} cross join lateral (
      select id, product from contract c where c.ref = known.ref offset 0
    ) as found`.execute(db)
  const { rows: contacts } = await sql<Reached>`
    select found.* from ${known} cross join lateral (
      select ${reachedColumns} from contact c where c.ref = known.ref and c.valid_to is null offset 0
    ) as found`.execute(db)
  const { rows: verifiers } = await sql<VerifierRow & { cleared: Date | null }>`
    select found.* from unnest(
      ${accounts.map(({ brand }) => brand)}::text[], ${refs}::text[]
    ) as known (brand, ref) cross join lateral (
      select brand, ref, credential, nullif(sim, '') as sim, stored, cleared
      from verifier v where v.brand = known.brand and v.ref = known.ref offset 0
    ) as found`.execute(db)
  return {
    accounts: new Map(accounts.map((account) => [accountKey(account.brand, account.customerNumber), account])),
    identifiers,
    numbers: numbersOf(identifiers),
    products: new Map(contracts.map(({ id, product }) => [id, product])),
    contacts,
    verifiers: new Map(verifiers.map((row) => [credentialKey(row), row])),
  }
}

/**
 * Keeps the accounts of these rows, others who have a number of theirs, and the numbers themselves, from changing until the end of the
 * transaction. Throws `Outdated`.
 */
export async function holdAsRead(trx: Kysely<Schema>, rows: readonly CustomerRow[], before: BatchState): Promise<void> {
  const read = readOf(rows, before)
  // In one order, so that two imports never wait for each other. What only refers to an account, as a ticket, does not wait.
  if (read.refs.length > 0)
    await sql`select from account where ref = any(${read.refs}::text[]) order by ref for no key update`.execute(trx)
  await holdNumbers(
    trx,
    rows.flatMap(({ brand, identifiers }) => identifiers.map(({ value }) => ({ brand, value }))),
  )
  if (readOf(rows, await readState(trx, rows)).text !== read.text) throw new Outdated()
}

/** What of a state was read for these rows, but for secrets: those are never written over another. */
function readOf(rows: readonly CustomerRow[], { accounts, identifiers, contacts }: BatchState) {
  const own = rows.flatMap((row) => accounts.get(accountKey(row.brand, row.customerNumber)) ?? [])
  const refs = new Set(own.map(({ ref }) => ref))
  const values = new Set(rows.flatMap(({ brand, identifiers }) => identifiers.map(({ value }) => `${brand}/${value}`)))
  const owned = identifiers.filter(({ ref, brand, value }) => refs.has(ref) || values.has(`${brand}/${value}`))
  const reached = contacts.filter(({ ref }) => refs.has(ref))
  const byId = (one: { id: number | null }, other: { id: number | null }) => Number(one.id) - Number(other.id)
  const byRef = (one: AccountFacts, other: AccountFacts) => (one.ref < other.ref ? -1 : 1)
  const text = JSON.stringify([own.sort(byRef), owned.sort(byId), reached.sort(byId)])
  return { refs: [...new Set([...refs, ...owned.map(({ ref }) => ref)])], text }
}
