/**
 * Random PINs by post (R4). A PIN is in memory while its batch is made; what is kept of it is its verifier, and the letter that the printer
 * alone can open, both or neither. So an interrupted run is run again: who has a PIN by then gets none. Imports kysely, `auth` and the tables.
 */
import { randomInt } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { issuedKind } from '../../auth/credentials.ts'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import { keyedNames, type PinPolicy, randomSecret, spelledNumbers } from '../../auth/pin-policy.ts'
import { ownerOf, type Salted, type StoredVerifier, type Verifier } from '../../auth/verifier.ts'
import { createEventLog } from '../events.ts'
import { type Copying, copiesNothing, type PinCopy } from '../look-up/pin-copies.ts'
import { opaqueId } from '../opaque-id.ts'
import type { Schema } from '../schema.ts'
import { readVerifier, saveVerifiers } from '../verifiers.ts'
import { openOrders } from './order.ts'
import { readPending, savePending } from './pending.ts'
import { PinError } from './pin-error.ts'
import type { Letter, Seal } from './seal.ts'

/** Customers at a time: one to two seconds of hashing, so that little is lost by an interruption. */
const BATCH = 200

export interface IssueOptions {
  brand: string
  policy: PinPolicy
  countryCode: string
  /** What the brand calls the secret, by language. */
  wordIn(language: string): string
  /** Those alone; null: all of the brand. */
  numbers: readonly string[] | null
  /** Also to those who have a PIN: it is replaced, and its lock lifted. */
  again: boolean
  /** Those alone who have ordered one because they forgot theirs, which stays until the new one is used. */
  forgotten?: boolean
  /** They are good to set another, and for nothing else. */
  firstUse?: boolean
  printer: string
  seal: Seal
  verifier: Pick<Verifier, 'make' | 'matches'>
  /** Copies for customers to look up; left out: none. */
  copying?: Copying
  hashesAtOnce: number
  now: Date
  signal?: AbortSignal | undefined
  onProgress?(issued: number): void
}

/** `samples`: so many were read from the store and compared with what was sealed, without spending a try. */
export interface Issued {
  issued: number
  samples: number
}

interface Customer {
  ref: string
  customerNumber: string
  name: string
  language: string
  birthDate: string | null
  numbers: { kind: IdentifierKind; value: string }[]
  /** Of the one in force; null: none is. */
  inForce: Salted | null
}

/** @throws {PinError} where a PIN that was read back is not the one of its letter; whatever the database throws, and the signal's reason. */
export async function issuePins(db: Kysely<Schema>, options: IssueOptions): Promise<Issued> {
  const total: Issued = { issued: 0, samples: 0 }
  for await (const customers of withoutPin(db, options)) {
    options.signal?.throwIfAborted()
    const written = await write(db, await made(customers, options), options)
    total.issued += written.length
    const [sample] = written
    if (sample !== undefined) {
      await compare(db, sample, options)
      total.samples++
    }
    options.onProgress?.(total.issued)
  }
  return total
}

/** Whose PIN can be used and who has none, or whatever they have, by number. */
async function* withoutPin(db: Kysely<Schema>, options: IssueOptions): AsyncGenerator<Customer[]> {
  let after = ''
  while (true) {
    const { rows } = await sql<Customer>`
      SELECT a.ref, a.customer_number AS "customerNumber", a.name, a.language, a.birth_date::text AS "birthDate",
        (SELECT coalesce(json_agg(json_build_object('kind', kind, 'value', value)), '[]')
         FROM identifier WHERE identifier.ref = a.ref) AS numbers,
        (SELECT json_build_object('salt', stored -> 'salt', 'params', stored -> 'params') FROM verifier v
         WHERE v.brand = a.brand AND v.ref = a.ref AND v.credential = ${issuedKind} AND v.cleared IS NULL) AS "inForce"
      FROM account a
      WHERE a.brand = ${options.brand} AND a.customer_number > ${after}
        AND (a.ends IS NULL OR a.ends > ${options.now})
        AND (${options.numbers}::text[] IS NULL OR a.customer_number = ANY (${options.numbers}::text[]))
        AND (NOT ${options.forgotten === true}::boolean OR a.ref IN (${openOrders()}))
        AND (${options.again || options.forgotten === true}::boolean OR NOT EXISTS (
          SELECT FROM verifier v WHERE v.brand = a.brand AND v.ref = a.ref AND v.credential = ${issuedKind} AND v.cleared IS NULL))
      ORDER BY a.customer_number LIMIT ${BATCH}`.execute(db)
    const last = rows.at(-1)
    if (!last) return
    after = last.customerNumber
    yield rows
  }
}

interface Made {
  letter: Letter
  /** Whether it waits beside the one in force. */
  waits: boolean
  ref: string
  stored: StoredVerifier
  /** Of one that is in force at once; what waits is copied when it is first used. */
  copy: PinCopy | null
  sealed: string
}

async function made(customers: readonly Customer[], options: IssueOptions): Promise<Made[]> {
  const { brand, copying = copiesNothing } = options
  const waiting = [...customers]
  const done: Made[] = []
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      options.signal?.throwIfAborted()
      const { ref, customerNumber, name, language, birthDate, numbers, inForce } = next
      const owner = { birthDate, numbers: spelledNumbers(numbers, options.countryCode), names: keyedNames(name) }
      const { keyed: pin } = randomSecret(options.policy, owner, randomInt)
      const word = options.wordIn(language)
      const firstUse = options.firstUse === true
      const letter = { id: opaqueId(), brand: options.brand, customerNumber, name, language, word, firstUse, pin }
      const waits = options.forgotten === true && inForce !== null
      const like = waits ? inForce : undefined
      const stored = await options.verifier.make(pin, ownerOf(options.brand, ref, null), issuedKind, like)
      const copy = waits ? null : await copying({ brand, customerNumber, ref, kind: issuedKind, stored }, pin)
      done.push({ letter, waits, ref, stored, copy, sealed: await options.seal(letter) })
    }
  }
  await Promise.all(Array.from({ length: options.hashesAtOnce }, worker))
  return done
}

/** A PIN that somebody has got meanwhile stays, and whose account is gone or over by now gets none. @returns those that are in. */
async function write(db: Kysely<Schema>, all: readonly Made[], options: IssueOptions): Promise<Made[]> {
  const { brand, printer, again, forgotten, now } = options
  return db.transaction().execute(async (trx) => {
    // Before their secrets and tries, as everybody does (store/accounts/hold.ts).
    const { rows: held } = await sql<{ ref: string; runs: boolean }>`
      SELECT ref, ends IS NULL OR ends > greatest(now(), ${now}::timestamptz) AS runs FROM account
      WHERE ref = ANY (${all.map(({ ref }) => ref)}::text[]) ORDER BY ref FOR NO KEY UPDATE`.execute(trx)
    const runs = new Set(held.flatMap((account) => (account.runs ? [account.ref] : [])))
    const made = all.filter(({ ref }) => runs.has(ref))
    const rowOf = ({ letter, ref, stored, copy }: Made) => {
      return {
        brand,
        ref,
        credential: issuedKind,
        sim: null,
        stored,
        copy,
        letter: letter.id,
        replaceOnly: letter.firstUse,
      } as const
    }
    const isOrdered = forgotten === true ? await orderedBy(trx, runs) : null
    const wanted = made.filter(({ ref }) => isOrdered?.has(ref) ?? true)
    const pending = await savePending(trx, wanted.filter(({ waits }) => waits).map(rowOf))
    const direct = wanted.filter(({ waits }) => !waits).map(rowOf)
    if (direct.length > 0) await saveVerifiers(trx, direct, { replace: again ? true : 'cleared' })
    const ids = made.map(({ letter }) => letter.id)
    const { rows: kept } = await sql<{ letter: string }>`
      SELECT letter FROM verifier WHERE letter = ANY (${ids}::text[])`.execute(trx)
    const isIn = new Set([...pending, ...kept.map(({ letter }) => letter)])
    const written = made.filter(({ letter }) => isIn.has(letter.id))
    if (written.length === 0) return []
    await trx
      .insertInto('letter')
      .values(written.map(({ letter, ref, sealed }) => ({ id: letter.id, brand, ref, printer, sealed })))
      .execute()
    if (forgotten === true) await ordersMet(trx, written)
    const events = createEventLog(trx)
    for (const { letter, ref } of written)
      await events.append({
        kind: 'account',
        callId: '-',
        brand,
        ref,
        actor: 'cli',
        facts: { act: 'issue_pin', letter: letter.id },
      })
    return written
  })
}

/** Whose order waits, of accounts that the transaction has: another run may have met it meanwhile. */
async function orderedBy(trx: Kysely<Schema>, refs: ReadonlySet<string>): Promise<Set<string>> {
  const { rows } = await sql<{ ref: string }>`
    SELECT ref FROM (${openOrders()}) AS waits WHERE ref = ANY (${[...refs]}::text[])`.execute(trx)
  return new Set(rows.map(({ ref }) => ref))
}

async function ordersMet(trx: Kysely<Schema>, written: readonly Made[]): Promise<void> {
  await sql`
    UPDATE letter_order SET letter = n.letter FROM unnest(
      ${written.map(({ ref }) => ref)}::text[], ${written.map(({ letter }) => letter.id)}::text[]
    ) AS n (ref, letter) WHERE letter_order.ref = n.ref AND letter_order.letter IS NULL`.execute(trx)
}

async function compare(
  db: Kysely<Schema>,
  { letter, ref, waits }: Made,
  { brand, verifier }: IssueOptions,
): Promise<void> {
  const stored = waits
    ? await readPending(db, letter.id)
    : await readVerifier(db, { brand, ref, credential: issuedKind, sim: null })
  if (await verifier.matches(letter.pin, ownerOf(brand, ref, null), issuedKind, stored)) return
  throw new PinError(
    `Letter ${letter.id} has another PIN than the store. Hand nothing over that was issued in this run, and look into it.`,
  )
}
