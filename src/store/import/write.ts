/** Writes imported rows: reads the state of a batch, plans, hashes outside any transaction, then writes in one. */
import { type Kysely, sql } from 'kysely'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import { ownerOf, type Verifier } from '../../auth/verifier.ts'
import type { Schema } from '../schema.ts'
import { sqlStateOf } from '../sql-state.ts'
import { saveVerifiers, type VerifierRow } from '../verifiers.ts'
import {
  type AccountFacts,
  accountKey,
  type BatchState,
  changesNothing,
  credentialKey,
  type Owned,
  type Plan,
  planRow,
} from './plan.ts'
import type { CustomerRow } from './row.ts'

export interface WriteOptions {
  verifier: Pick<Verifier, 'make'>
  now: Date
  /** Replaces the credentials that the file names and lifts their locks; otherwise what exists stays. */
  replacePins: boolean
  /** How many hashes run at once: each takes 19 MiB and a core. */
  hashesAtOnce: number
  signal?: AbortSignal | undefined
}

/**
 * `taken`: another account owns a number of this kind, so nothing of the row was written.
 * `raced`: somebody else changed the same account or number at this very moment; nothing was written.
 */
export type Written = { kind: 'new' | 'changed' | 'same' | 'raced' } | { kind: 'taken'; identifier: IdentifierKind }

/** Rows of one statement: PGlite works in our own thread and stalls it meanwhile. */
const AT_ONCE = 500

/** Exclusion, uniqueness or reference violated, serialisation failure, deadlock: two writers met. */
const RACES = ['23P01', '23505', '23503', '40001', '40P01']

/**
 * Writes a batch, all rows that can be or none; every row is whole or untouched. At most one row an account.
 * @param db not a transaction: hashing takes seconds, and PGlite has only one connection.
 * @throws what the driver throws, and the signal's reason when it is aborted before the batch is written.
 */
export async function writeRows(
  db: Kysely<Schema>,
  rows: readonly CustomerRow[],
  options: WriteOptions,
): Promise<Written[]> {
  const state = await readState(db, rows)
  const planned = rows.map((row) => planRow(row, state, options.now, options.replacePins))
  const plans = planned.filter((plan) => 'account' in plan).filter((plan) => !changesNothing(plan))
  const hashed = await hash(plans, options)
  try {
    if (plans.length > 0) await db.transaction().execute((trx) => write(trx, plans, hashed, options.replacePins))
  } catch (error) {
    if (!RACES.includes(sqlStateOf(error))) throw error
    if (rows.length === 1) return [{ kind: 'raced' }]
    const one: Written[] = []
    for (const row of rows) one.push(...(await writeRows(db, [row], options)))
    return one
  }
  return planned.map((plan): Written => {
    if ('taken' in plan) return { kind: 'taken', identifier: plan.taken }
    if (changesNothing(plan)) return { kind: 'same' }
    return { kind: plan.account.is === 'new' ? 'new' : 'changed' }
  })
}

async function readState(db: Kysely<Schema>, rows: readonly CustomerRow[]): Promise<BatchState> {
  const { rows: accounts } = await sql<AccountFacts>`
    select ref, brand, customer_number as "customerNumber", name, birth_date::text as "birthDate", language, email, mobile
    from account join unnest(
      ${rows.map((row) => row.brand)}::text[], ${rows.map((row) => row.customerNumber)}::text[]
    ) as wanted (brand, customer_number) using (brand, customer_number)`.execute(db)
  const refs = accounts.map((account) => account.ref)
  const values = rows.flatMap((row) => row.identifiers.map(({ value }) => ({ brand: row.brand, value })))
  // Two halves, each with its own index: an `or` over both would read the whole table for every batch.
  const { rows: identifiers } = await sql<Owned>`
    select id, brand, value, kind, ref, sim_id as sim, valid_from as "from", valid_to as "to"
    from identifier where ref = any(${refs}::text[])
    union
    select id, brand, value, kind, ref, sim_id, valid_from, valid_to
    from identifier join unnest(
      ${values.map(({ brand }) => brand)}::text[], ${values.map(({ value }) => value)}::text[]
    ) as wanted (brand, value) using (brand, value)`.execute(db)
  const { rows: verifiers } = await sql<Parameters<typeof credentialKey>[0]>`
    select brand, ref, credential, sim from verifier join unnest(
      ${accounts.map(({ brand }) => brand)}::text[], ${refs}::text[]
    ) as known (brand, ref) using (brand, ref)`.execute(db)
  return {
    accounts: new Map(accounts.map((account) => [accountKey(account.brand, account.customerNumber), account])),
    identifiers,
    verifiers: new Set(verifiers.map(credentialKey)),
  }
}

/** The verifiers of all plans, so many at once. */
async function hash(plans: readonly Plan[], options: WriteOptions): Promise<VerifierRow[]> {
  const waiting = plans.flatMap((plan) => plan.secrets)
  const done: VerifierRow[] = []
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      options.signal?.throwIfAborted()
      const { key, secret } = next
      done.push({
        ...key,
        stored: await options.verifier.make(secret, ownerOf(key.brand, key.ref, key.sim), key.credential),
      })
    }
  }
  await Promise.all(Array.from({ length: options.hashesAtOnce }, worker))
  return done
}

/** What ends is written before what begins: the database checks that a number has one owner after every row. */
async function write(
  trx: Kysely<Schema>,
  plans: readonly Plan[],
  verifiers: readonly VerifierRow[],
  replacePins: boolean,
): Promise<void> {
  const dropped = plans.flatMap((plan) => plan.dropped.map((owned) => owned.id))
  if (dropped.length > 0) await sql`delete from identifier where id = any(${dropped}::bigint[])`.execute(trx)
  for (const rows of chunks(plans.flatMap((plan) => plan.ended))) await setTimes(trx, rows)

  const accounts = plans.map((plan) => plan.account)
  for (const rows of chunks(accounts.filter(({ is }) => is === 'new'))) {
    const added = rows.map(({ facts: { customerNumber, birthDate, ...facts } }) => ({
      ...facts,
      customer_number: customerNumber,
      birth_date: birthDate,
    }))
    await trx.insertInto('account').values(added).execute()
  }
  for (const { facts } of accounts.filter(({ is }) => is === 'changed')) {
    const { name, birthDate, language, email, mobile } = facts
    const changed = { name, birth_date: birthDate, language, email, mobile }
    await trx.updateTable('account').set(changed).where('ref', '=', facts.ref).execute()
  }

  for (const rows of chunks(plans.flatMap((plan) => plan.newSims))) {
    await trx.insertInto('sim').values(rows).execute()
  }
  for (const rows of chunks(plans.flatMap((plan) => plan.moved))) await setTimes(trx, rows)
  for (const rows of chunks(plans.flatMap((plan) => plan.inserted))) {
    const added = rows.map(({ id: _, sim, from, to, ...row }) => ({
      ...row,
      sim_id: sim,
      valid_from: from,
      valid_to: to,
    }))
    await trx.insertInto('identifier').values(added).execute()
  }
  for (const rows of chunks(verifiers)) await saveVerifiers(trx, rows, { replace: replacePins })
}

async function setTimes(trx: Kysely<Schema>, rows: readonly Owned[]): Promise<void> {
  await sql`
    update identifier set valid_from = fresh.valid_from, valid_to = fresh.valid_to
    from unnest(
      ${rows.map(({ id }) => id)}::bigint[],
      ${rows.map(({ from }) => from?.toISOString() ?? null)}::timestamptz[],
      ${rows.map(({ to }) => to?.toISOString() ?? null)}::timestamptz[]
    ) as fresh (id, valid_from, valid_to)
    where identifier.id = fresh.id`.execute(trx)
}

function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, n) => rows.slice(n * AT_ONCE, (n + 1) * AT_ONCE))
}
