/** Writes imported rows: reads the state of a batch, plans, hashes outside any transaction, then writes in one. */
import { type Kysely, sql } from 'kysely'
import type { PinFault } from '../../auth/pin-policy.ts'
import { ownerOf, type Verifier } from '../../auth/verifier.ts'
import { type Copying, copiesNothing } from '../look-up/pin-copies.ts'
import type { Schema } from '../schema.ts'
import { SERIALIZATION_FAILURE, sqlStateOf } from '../sql-state.ts'
import { type NewVerifier, replaceVerifiers, saveVerifiers } from '../verifiers.ts'
import type { NewSecret, Owned, Plan } from './batch.ts'
import { insertRows } from './insert-rows.ts'
import { changesNothing, planRow } from './plan.ts'
import type { CustomerRow } from './row.ts'
import { holdAsRead, readState } from './state.ts'
import { endContacts, insertIdentifiers, setProducts, setTimes, writeContracts } from './write-rows.ts'

export interface WriteOptions {
  verifier: Pick<Verifier, 'make'>
  /** Copies for customers to look up; left out: none. */
  copying?: Copying
  now: Date
  /** Replaces the credentials that the file names and lifts their locks; otherwise what exists stays. */
  replacePins: boolean
  /** How many hashes run at once: each takes 19 MiB and a core. */
  hashesAtOnce: number
  /** Plans and tells; no secret is hashed or kept, and the caller takes the rest back. */
  dryRun?: boolean
  signal?: AbortSignal | undefined
  /** How often a row is planned and written where somebody else changes the same at that moment; otherwise once. */
  tries?: number
  /** Written with what it tells of, or not at all; not asked where nothing changes. */
  recorded?(trx: Kysely<Schema>, written: readonly Written[]): Promise<void>
}

/** `raced`: somebody else changed the same account or number at this very moment; nothing was written. */
export type Written = {
  kind: 'new' | 'changed' | 'same' | 'raced'
  ref: string | null
  disputes: boolean
  keeps: boolean
  pinFaults: PinFault[]
}

/** Rows of one statement: PGlite works in our own thread and stalls it meanwhile. */
const AT_ONCE = 500

/** Exclusion, uniqueness or reference violated, serialisation failure, deadlock: two writers met. */
export const RACES = ['23P01', '23505', '23503', SERIALIZATION_FAILURE, '40P01']

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
  const before = { ...state, accounts: new Map(state.accounts) }
  const planned = rows.map((row) => planRow(row, state, options.now, options.replacePins))
  const plans = planned.filter((plan) => !changesNothing(plan))
  const hashed = options.dryRun ? [] : await hash(plans, options)
  try {
    const writing = async (trx: Kysely<Schema>): Promise<void> => {
      // A table that has just been filled seems small to the database, which would read all of it for every batch.
      await sql`set local enable_seqscan = off`.execute(trx)
      // In a transaction of the caller's nothing is kept, and nothing is hashed for long.
      if (trx !== db) {
        const changing = rows.filter((_, index) => plans.includes(planned[index] as Plan))
        await holdAsRead(trx, changing, before)
      }
      await write(trx, plans, hashed, options.replacePins)
      await options.recorded?.(trx, planned.map(writtenBy))
    }
    if (plans.length > 0) await (db.isTransaction ? writing(db) : db.transaction().execute(writing))
  } catch (error) {
    if (db.isTransaction || !RACES.includes(sqlStateOf(error))) throw error
    const { tries = 1 } = options
    if (rows.length === 1 && tries > 1) return writeRows(db, rows, { ...options, tries: tries - 1 })
    if (rows.length === 1) return [{ kind: 'raced', ref: null, disputes: false, keeps: false, pinFaults: [] }]
    const one: Written[] = []
    for (const row of rows) one.push(...(await writeRows(db, [row], options)))
    return one
  }
  return planned.map(writtenBy)
}

function writtenBy(plan: Plan): Written {
  const { is, facts } = plan.account
  const kind = changesNothing(plan) ? 'same' : is === 'new' ? 'new' : 'changed'
  return { kind, ref: facts.ref, disputes: plan.disputes, keeps: plan.keeps, pinFaults: plan.pinFaults }
}

type Hashed = NewVerifier & Pick<NewSecret, 'old'>

/** The verifiers of all plans, so many at once. */
async function hash(plans: readonly Plan[], options: WriteOptions): Promise<Hashed[]> {
  const { verifier, copying = copiesNothing } = options
  const waiting = plans.flatMap(({ account, secrets }) =>
    secrets.map((secret) => ({ ...secret, customerNumber: account.facts.customerNumber })),
  )
  const done: Hashed[] = []
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      options.signal?.throwIfAborted()
      const { key, secret, like, old, weak, customerNumber } = next
      const { brand, ref, sim, credential: kind } = key
      const stored = await verifier.make(secret, ownerOf(brand, ref, sim), kind, like)
      const of = { brand, customerNumber, ref, kind, stored }
      const copy = sim === null && old === null ? await copying(of, secret) : null
      done.push({ ...key, old, weak, stored, copy })
    }
  }
  await Promise.all(Array.from({ length: options.hashesAtOnce }, worker))
  return done
}

/** What ends is written before what begins: the database checks that a number has one owner after every row. */
async function write(
  trx: Kysely<Schema>,
  plans: readonly Plan[],
  verifiers: readonly Hashed[],
  replacePins: boolean,
): Promise<void> {
  const dropped = plans.flatMap((plan) => plan.dropped.map((owned) => owned.id))
  if (dropped.length > 0) await sql`delete from identifier where id = any(${dropped}::bigint[])`.execute(trx)
  for (const rows of chunks(plans.flatMap((plan) => plan.ended))) await setTimes(trx, rows)

  const accounts = plans.map((plan) => plan.account)
  for (const rows of chunks(accounts.filter(({ is }) => is === 'new'))) {
    const added = rows.map(({ facts: { customerNumber, birthDate, addressSince, ...facts } }) => ({
      ...facts,
      customer_number: customerNumber,
      birth_date: birthDate,
      address_since: addressSince,
    }))
    await insertRows(trx, 'account', added)
  }
  for (const { facts } of accounts.filter(({ is }) => is === 'changed')) {
    const { name, birthDate, addressSince, language, reference, ends } = facts
    const changed = { name, birth_date: birthDate, address_since: addressSince, language, reference, ends }
    await trx.updateTable('account').set(changed).where('ref', '=', facts.ref).execute()
  }

  for (const rows of chunks(plans.flatMap((plan) => plan.newContracts))) {
    await insertRows(trx, 'contract', rows)
  }
  for (const rows of chunks(plans.flatMap((plan) => plan.products))) await setProducts(trx, rows)
  for (const rows of chunks(plans.flatMap((plan) => plan.newSims))) {
    await insertRows(trx, 'sim', rows)
  }
  for (const rows of chunks(movedBy(plans))) await setTimes(trx, rows)
  for (const rows of chunks(plans.flatMap((plan) => plan.inserted))) await insertIdentifiers(trx, rows)
  const known = accounts.flatMap(({ facts, is }) => (is === 'new' ? [] : [facts.ref]))
  if (known.length > 0) await writeContracts(trx, known)
  const contacts = plans.map((plan) => plan.contacts)
  for (const rows of chunks(contacts.flatMap(({ ended }) => ended))) await endContacts(trx, rows)
  for (const rows of chunks(contacts.flatMap(({ added }) => added))) {
    const added = rows.map(({ id: _, from, to, ...row }) => ({ ...row, valid_from: from, valid_to: to }))
    await insertRows(trx, 'contact', added)
  }
  const isNew = ({ old }: Hashed): boolean => old === null
  for (const rows of chunks(verifiers.filter(isNew))) await saveVerifiers(trx, rows, { replace: replacePins })
  const again = verifiers.flatMap(({ stored: fresh, old, weak: _, copy: _none, ...key }) =>
    old === null ? [] : [{ key, old, fresh }],
  )
  for (const rows of chunks(again)) await replaceVerifiers(trx, rows)
}

/** Each once, as the last row that moved it leaves it. */
function movedBy(plans: readonly Plan[]): Owned[] {
  const moved = new Map(plans.flatMap((plan) => plan.moved).map((owned) => [owned.id, owned]))
  for (const { id } of plans.flatMap((plan) => [...plan.ended, ...plan.dropped])) moved.delete(id)
  return [...moved.values()]
}

function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, n) => rows.slice(n * AT_ONCE, (n + 1) * AT_ONCE))
}
