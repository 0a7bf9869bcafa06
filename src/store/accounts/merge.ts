/** Two accounts of one customer become one: that whose PIN survives. What the other had begins there, so it rests as all that is new. */
import { type Kysely, sql } from 'kysely'
import type { CredentialKind } from '../../auth/credentials.ts'
import { kindsOf } from '../../auth/credentials.ts'
import { accountSubject, simsSubject } from '../../auth/subjects.ts'
import { isLongOver } from '../../seams/account-changes.ts'
import { createEventLog } from '../events.ts'
import type { Owned } from '../import/batch.ts'
import { opaqueId } from '../opaque-id.ts'
import type { Schema } from '../schema.ts'
import { clearVerifiers } from '../verifiers.ts'
import { type Because, readHeld, type Stored, writeHeld } from './changes.ts'
import { holdAgainstEverything } from './hold.ts'
import { endOfContracts, planChange } from './plan-change.ts'
import { begun, ended } from './times.ts'

export type MergeRefusal = 'itself' | 'no_other' | 'not_yet' | 'long_over' | 'over' | 'open_tickets'
export type MergeResult = 'changed' | 'same' | 'no_customer' | MergeRefusal

/**
 * `customerNumber` stays and keeps its PIN, name and contacts; `other` ends then. Its contracts, phone and SIM numbers go on with the one
 * that stays. Its PIN and PUKs are worth nothing any more, for they are bound to its account. Of two counts of tries the higher one holds, of two
 * locks the stricter, so nothing is unlocked by it. One transaction.
 */
export function mergeAccounts(
  db: Kysely<Schema>,
  { brand, customerNumber }: { brand: string; customerNumber: string },
  other: string,
  at: Date,
  { actor, reason, now }: Because,
): Promise<MergeResult> {
  return db.transaction().execute(async (trx): Promise<MergeResult> => {
    const accounts = await trx
      .selectFrom('account')
      .select(['ref', 'brand', 'ends', 'customer_number'])
      .where('brand', '=', brand)
      .where('customer_number', 'in', [customerNumber, other])
      .orderBy('ref')
      .forNoKeyUpdate()
      .execute()
    const stays = accounts.find((account) => account.customer_number === customerNumber)
    const goes = accounts.find((account) => account.customer_number === other)
    if (!stays) return 'no_customer'
    if (!goes) return 'no_other'
    if (stays === goes) return 'itself'
    if (at > now) return 'not_yet'
    if (isLongOver(at, now)) return 'long_over'
    if (stays.ends && stays.ends <= at) return 'over'
    await holdAgainstEverything(trx, brand, [stays.ref, goes.ref])
    if (await hasOpenTickets(trx, goes.ref)) return 'open_tickets'

    const from: Stored = { facts: goes, ...(await readHeld(trx, goes.ref)) }
    const to: Stored = { facts: stays, ...(await readHeld(trx, stays.ref)) }
    const over = planChange({ kind: 'account_end', at }, from, opaqueId)
    if (typeof over === 'string') throw new Error('The end of an account is never refused.')
    const isEnded = await writeHeld(trx, from, over, now)
    const taken = takenOver(from, to, at)
    for (const id of taken.sims) await trx.insertInto('sim').values({ id, ref: stays.ref }).execute()
    for (const { id, number } of taken.contracts)
      await trx.insertInto('contract').values({ id, brand, ref: stays.ref, number, begins: at }).execute()
    const isTaken = await writeHeld(trx, to, { ...to, ends: taken.ends, identifiers: taken.identifiers }, now)
    const cleared = await clearVerifiers(trx, { brand, ref: goes.ref })
    const changed = isEnded || isTaken || cleared > 0
    if (changed) await keepStricter(trx, accountSubject(brand, stays.ref), accountSubject(brand, goes.ref))

    const log = createEventLog(trx)
    for (const { ref, act } of [
      { ref: stays.ref, act: 'merge' },
      { ref: goes.ref, act: 'merged' },
    ]) {
      const facts = { act, at: at.toISOString(), changed, reason }
      await log.append({ kind: 'account', callId: '-', brand, ref, actor, facts })
    }
    return changed ? 'changed' : 'same'
  })
}

/** Closing or moving what somebody waits for is for people to decide. */
async function hasOpenTickets(trx: Kysely<Schema>, ref: string): Promise<boolean> {
  const open = await trx.selectFrom('ticket').select('number').where('ref', '=', ref).where('open', '=', true).limit(1)
  return (await open.execute()).length > 0
}

/** What the one that stays has afterwards, with the SIMs and contracts that are to be made for it. The same again where it was told before. */
function takenOver(from: Stored, to: Stored, at: Date) {
  const { ref, brand, ends } = to.facts
  const sims: string[] = []
  const contracts: { id: string; number: string }[] = []
  const made = new Map<string, string>()
  const running = from.identifiers.filter(
    (row) => row.kind !== 'customer_number' && row.kind !== 'ticket_number' && (row.to === null || row.to >= at),
  )
  /** The id here of what has that number there. */
  const idOf = (kind: 'sim_number' | 'contract_number', there: string | null): string | null => {
    const part = kind === 'sim_number' ? 'sim' : 'contract'
    const value = running.find((row) => row.kind === kind && row[part] === there)?.value
    if (there === null || value === undefined) return null
    const known = to.identifiers.find((row) => row.kind === kind && row.value === value)?.[part] ?? made.get(there)
    if (known) return known
    const id = opaqueId()
    made.set(there, id)
    if (kind === 'sim_number') sims.push(id)
    else contracts.push({ id, number: value })
    return id
  }
  let identifiers: Owned[] = [...to.identifiers]
  for (const row of running) {
    const since = row.from !== null && row.from > at ? row.from : at
    const links = { sim: idOf('sim_number', row.sim), contract: idOf('contract_number', row.contract) }
    const fresh: Owned = { ...row, ...links, id: null, ref, brand, from: since, to: null, disputed: null }
    const mine = identifiers.filter((each) => each.kind === row.kind && each.value === row.value)
    let after = begun(mine, since, fresh)
    if (row.to !== null && row.to > since) after = ended(after, row.to, fresh)
    identifiers = [...identifiers.filter((each) => !mine.includes(each)), ...after]
  }
  const hasContracts = running.some(({ kind }) => kind === 'contract_number')
  return { sims, contracts, identifiers, ends: hasContracts ? endOfContracts(identifiers) : ends }
}

/**
 * The counts of one account and of the other, for the account and for its SIMs. `tries` grows by what is taken over, so that a right try that
 * is under way takes nothing of it away. No line of the other is trusted here: its numbers are new to this account, and no secret of this one was right from them.
 */
async function keepStricter(trx: Kysely<Schema>, stays: string, goes: string): Promise<void> {
  const pairs = [
    [stays, goes],
    ...kindsOf('sim').map((kind: CredentialKind) => [simsSubject(stays, kind), simsSubject(goes, kind)]),
  ]
  for (const [mine, theirs] of pairs)
    await sql`
      INSERT INTO pin_state AS s (subject, tries, consecutive, failures, stranger_tries, stranger_consecutive, stranger_failures,
        locked_until, trusted_locked_until, hard_locked, operator_locked)
      SELECT ${mine}, consecutive, consecutive, failures, stranger_consecutive, stranger_consecutive, stranger_failures,
        locked_until, trusted_locked_until, hard_locked, operator_locked
      FROM pin_state WHERE subject = ${theirs}
      ON CONFLICT (subject) DO UPDATE SET
        tries = s.tries + excluded.consecutive,
        consecutive = greatest(s.consecutive, excluded.consecutive),
        failures = CASE WHEN cardinality(excluded.failures) > cardinality(s.failures) THEN excluded.failures ELSE s.failures END,
        stranger_tries = s.stranger_tries + excluded.stranger_consecutive,
        stranger_consecutive = greatest(s.stranger_consecutive, excluded.stranger_consecutive),
        stranger_failures = CASE WHEN cardinality(excluded.stranger_failures) > cardinality(s.stranger_failures)
          THEN excluded.stranger_failures ELSE s.stranger_failures END,
        locked_until = greatest(s.locked_until, excluded.locked_until),
        trusted_locked_until = greatest(s.trusted_locked_until, excluded.trusted_locked_until),
        hard_locked = s.hard_locked OR excluded.hard_locked,
        operator_locked = least(s.operator_locked, excluded.operator_locked)`.execute(trx)
}
