/** What an operator does to one account: its state told, locked, unlocked, its PINs made worth nothing. All times are the database's. */
import { type Kysely, sql } from 'kysely'
import type { CredentialKind } from '../auth/credentials.ts'
import { TOTAL_WINDOW_MS } from '../auth/lockout.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { AccountBook, AccountState, CustomerPlace, TriesLock } from '../seams/account-book.ts'
import { endAccount } from './accounts/changes.ts'
import { erasureOf } from './accounts/hindrances.ts'
import { contractsOf, identifiersOf, messagesOf } from './accounts/kept.ts'
import { type Known, recorded } from './accounts/recorded.ts'
import { doneOf } from './accounts/told-changes.ts'
import { failuresSince, longestLock, strangersShut } from './lock-columns.ts'
import { tellCustomer } from './outbox.ts'
import type { Schema } from './schema.ts'
import { clearVerifiers } from './verifiers.ts'

const MESSAGES_SHOWN = 20

interface Counted {
  subject: string
  consecutive: number
  total: number
  locked_until: Date | null
  hard_locked: boolean
  strangers_shut: boolean
  operator_locked: Date | null
}

type TriesLocks = Pick<Counted, 'hard_locked' | 'strangers_shut' | 'locked_until'>

export function createAccountBook(db: Kysely<Schema>): AccountBook {
  return {
    show: (place, because) =>
      recorded(db, place, because, 'show', async (trx, account) => ({ done: await stateOf(trx, place, account) })),
    lock: (place, because) =>
      recorded(db, place, because, 'lock', async (trx, { ref }) => {
        const { rows } = await sql`
          INSERT INTO pin_state AS s (subject, operator_locked) VALUES (${accountSubject(place.brand, ref)}, now())
          ON CONFLICT (subject) DO UPDATE SET operator_locked = now() WHERE s.operator_locked IS NULL
          RETURNING 1`.execute(trx)
        const isNew = rows.length > 0
        return { done: isNew, facts: { changed: isNew } }
      }),
    unlock: (place, because) =>
      recorded(db, place, because, 'unlock', async (trx, { ref }) => {
        const subject = accountSubject(place.brand, ref)
        const { rows } = await sql<TriesLocks & Pick<Counted, 'operator_locked'>>`
          SELECT hard_locked, operator_locked, ${strangersShut} AS strangers_shut, ${sql.raw(longestLock)} AS locked_until
          FROM pin_state WHERE subject = ${subject} FOR UPDATE`.execute(trx)
        const [state] = rows
        const lifted = state?.operator_locked != null
        if (lifted)
          await trx.updateTable('pin_state').set({ operator_locked: null }).where('subject', '=', subject).execute()
        return { done: { lifted, remains: state ? triesLockOf(state) : null }, facts: { changed: lifted } }
      }),
    clearPins: (place, because) =>
      recorded(db, place, because, 'clear_pin', async (trx, { ref }) => {
        const count = await clearVerifiers(trx, { brand: place.brand, ref })
        if (count > 0) await tellCustomer(trx, 'pin_cleared', { brand: place.brand, ref })
        return { done: count, facts: { cleared: count } }
      }),
    end: async (place, at, because, now) => doneOf(await endAccount(db, place, at, { ...because, now })),
  }
}

async function stateOf(
  trx: Kysely<Schema>,
  place: CustomerPlace,
  { ref, language, ends }: Known,
): Promise<AccountState> {
  const subject = accountSubject(place.brand, ref)
  const { rows: counted } = await sql<Counted>`
    SELECT subject, consecutive, hard_locked, operator_locked, ${strangersShut} AS strangers_shut,
      ${sql.raw(longestLock)} AS locked_until,
      ${sql.raw(failuresSince('failures', `${TOTAL_WINDOW_MS}::float8`))} AS total
    FROM pin_state WHERE subject = ${subject} OR starts_with(subject, ${`${subject}/`}) ORDER BY subject`.execute(trx)
  const own = counted.find((row) => row.subject === subject)
  const verifiers = await trx
    .selectFrom('verifier')
    .select(['credential', 'set_at', 'cleared'])
    .where('brand', '=', place.brand)
    .where('ref', '=', ref)
    .orderBy('credential')
    .orderBy('sim')
    .execute()
  const tickets = await trx
    .selectFrom('ticket')
    .select(['number', 'topic', 'reported_at'])
    .where('brand', '=', place.brand)
    .where('ref', '=', ref)
    .where('open', '=', true)
    .orderBy('reported_at')
    .execute()
  return {
    ...place,
    language,
    lock: {
      byOperator: own?.operator_locked?.toISOString() ?? null,
      until: own?.locked_until?.toISOString() ?? null,
      needsNewPin: own?.hard_locked ?? false,
      trustedLineOnly: own?.strangers_shut ?? false,
      wrongInARow: own?.consecutive ?? 0,
      wrongInAYear: own?.total ?? 0,
      ofSims: counted
        .filter((row) => row !== own)
        .map(({ consecutive, hard_locked }) => ({ wrongInARow: consecutive, isDead: hard_locked })),
    },
    credentials: verifiers.map(({ credential, set_at, cleared }) => ({
      kind: credential as CredentialKind,
      set: set_at.toISOString(),
      cleared: cleared?.toISOString() ?? null,
    })),
    ended: ends?.toISOString() ?? null,
    contracts: await contractsOf(trx, ref),
    identifiers: await identifiersOf(trx, ref),
    openTickets: tickets.map(({ number, topic, reported_at }) => ({
      number,
      topic,
      reportedAt: reported_at.toISOString(),
    })),
    erasure: await erasureOf(trx, place.brand, ref),
    messages: await messagesOf(trx, ref, MESSAGES_SHOWN),
  }
}

function triesLockOf({ hard_locked, strangers_shut, locked_until }: TriesLocks): TriesLock | null {
  if (hard_locked) return { why: 'needs_new_pin' }
  if (strangers_shut) return { why: 'trusted_line_only' }
  return locked_until ? { why: 'temporary', until: locked_until.toISOString() } : null
}
