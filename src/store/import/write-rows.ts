/** The statements by which identifiers, contracts and contacts are written. All may be in a transaction. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { Owned, Reached } from './batch.ts'
import { insertRows } from './insert-rows.ts'

export async function insertIdentifiers(trx: Kysely<Schema>, rows: readonly Owned[]): Promise<void> {
  const added = rows.map(({ id: _, sim, from, to, ...row }) => ({
    ...row,
    sim_id: sim,
    valid_from: from,
    valid_to: to,
  }))
  await insertRows(trx, 'identifier', added)
}

/** A contract begins and ends with its number; one that never began is none. */
export async function writeContracts(trx: Kysely<Schema>, refs: readonly string[]): Promise<void> {
  await sql`
    update contract set begins = numbered.valid_from, ends = numbered.valid_to from identifier numbered
    where contract.ref = any(${refs}::text[]) and numbered.ref = contract.ref
      and numbered.contract = contract.id and numbered.kind = 'contract_number'
      and (contract.begins, contract.ends) is distinct from (numbered.valid_from, numbered.valid_to)`.execute(trx)
  await sql`
    delete from contract where ref = any(${refs}::text[])
      and not exists (select from identifier where identifier.ref = contract.ref and identifier.contract = contract.id)
      and not exists (select from contact where contact.ref = contract.ref and contact.contract = contract.id)`.execute(
    trx,
  )
}

export async function setProducts(
  trx: Kysely<Schema>,
  rows: readonly { id: string; product: string | null }[],
): Promise<void> {
  await sql`
    update contract set product = fresh.product
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ product }) => product)}::text[]) as fresh (id, product)
    where contract.id = fresh.id`.execute(trx)
}

/** One that ends before it began was never any. */
export async function endContacts(trx: Kysely<Schema>, rows: readonly Reached[]): Promise<void> {
  await sql`
    with over as (
      select * from unnest(
        ${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ to }) => to?.toISOString() ?? null)}::timestamptz[]
      ) as o (id, at)
    ), dropped as (
      delete from contact using over where contact.id = over.id and contact.valid_from >= over.at
    )
    update contact set valid_to = over.at from over
    where contact.id = over.id and (contact.valid_from is null or contact.valid_from < over.at)`.execute(trx)
}

/**
 * Numbers that two customers claimed, and now only one: it is that one's from when the other gave it up, and rests from there. When
 * a file is in, these are those that customers have exchanged.
 * @returns those of `refs` that still share a number with another account, and its kind.
 */
export async function settleDisputes(
  db: Kysely<Schema>,
  refs: readonly string[],
  now: Date,
): Promise<Map<string, Owned['kind']>> {
  await sql`
    with freed as (
      select mine.id, greatest(mine.valid_from, max(other.valid_to)) as since
      from identifier mine left join identifier other on other.brand = mine.brand and other.value = mine.value
        and other.ref <> mine.ref
        and tstzrange(other.valid_from, other.valid_to) && tstzrange(mine.valid_from, mine.valid_to)
      where mine.disputed is not null and (mine.valid_to is null or mine.valid_to > ${now})
      group by mine.id having bool_and(coalesce(other.valid_to <= ${now}, other.id is null))
    )
    update identifier set disputed = null, valid_from = freed.since from freed
    where identifier.id = freed.id and (valid_to is null or freed.since is null or freed.since < valid_to)`.execute(db)
  await clearDisputes(db)
  const { rows } = await sql<{ ref: string; kind: Owned['kind'] }>`
    select ref, kind from identifier
    where disputed is not null and ref = any(${refs}::text[]) and (valid_to is null or valid_to > ${now})`.execute(db)
  return new Map(rows.map(({ ref, kind }) => [ref, kind]))
}

/** Of numbers that no two customers have at one time any more, by the times that were told. */
export async function clearDisputes(db: Kysely<Schema>): Promise<void> {
  await sql`
    update identifier mine set disputed = null
    where disputed is not null and not exists (
      select from identifier other where other.brand = mine.brand and other.value = mine.value and other.ref <> mine.ref
        and tstzrange(other.valid_from, other.valid_to) && tstzrange(mine.valid_from, mine.valid_to)
    )`.execute(db)
}

/** What of stored identifiers may change. */
export async function setTimes(trx: Kysely<Schema>, rows: readonly Owned[]): Promise<void> {
  await sql`
    update identifier set valid_from = fresh.valid_from, valid_to = fresh.valid_to, disputed = fresh.disputed,
      sim_id = fresh.sim_id, contract = fresh.contract
    from unnest(
      ${rows.map(({ id }) => id)}::bigint[],
      ${rows.map(({ from }) => from?.toISOString() ?? null)}::timestamptz[],
      ${rows.map(({ to }) => to?.toISOString() ?? null)}::timestamptz[],
      ${rows.map(({ disputed }) => disputed?.toISOString() ?? null)}::timestamptz[],
      ${rows.map(({ sim }) => sim)}::text[], ${rows.map(({ contract }) => contract)}::text[]
    ) as fresh (id, valid_from, valid_to, disputed, sim_id, contract)
    where identifier.id = fresh.id`.execute(trx)
}
