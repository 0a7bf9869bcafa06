/**
 * The lock: how many tries a subject has had, and whether the next one may be compared at all (docs/security.md#the-lock).
 *
 * A try is spent in one statement that commits by itself, before anything is compared. The row of its subject is locked
 * first, so tries that come at once from any number of processes are counted one after the other; a crash after that
 * leaves the try counted. All times are the database's. Every subject costs the same number of statements, whatever its
 * state: two to reserve, one to settle. Whether a line is the customer's own is read by that which spends.
 */
import { type Kysely, sql } from 'kysely'
import { type CredentialKind, credentials } from '../auth/credentials.ts'
import { TRIES_WHILE_LOCKED } from '../auth/letters.ts'
import { type LockPolicy, lockPolicy, TRUSTED_LINE_AFTER_MS, UNKNOWN_SUBJECT_TTL_MS } from '../auth/lockout.ts'
import { TOLD_AFTER } from '../auth/tellings.ts'
import type { Attempts, LockState, Reservation, Try } from '../seams/attempts.ts'
import { firstUse, stillStands } from './letters/pending.ts'
import { failuresSince, longestLock } from './lock-columns.ts'
import { type Copying, copiesNothing } from './look-up/pin-copies.ts'
import { tellingColumns } from './outbox.ts'
import { digitsOf } from './phone-numbers.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'
import { close, ensureRows, spend } from './try-statements.ts'
import { renewVerifier } from './verifiers.ts'

/** A hundred years: longer locks are cut to this, so that no sum ever leaves the range of a timestamp and locks nobody. */
const LONGEST_MS = 36_525 * 86_400_000
/** The largest `integer` of Postgres. */
const NEVER = 2_147_483_647

const UNTRIED: LockState = {
  consecutive: 0,
  total: 0,
  lockedUntil: null,
  hardLocked: false,
  strangersShut: false,
  operatorLocked: false,
}

export interface AttemptStore extends Attempts {
  /** Forgets numbers that belong to nobody and were not tried for 24 hours. Returns how many. */
  pruneUnknown(): Promise<number>
}

/** `$1` subject, `$2` window of the total in ms, `$3` and `$4` what strangers have in a row and within it. */
const readState = statement<{
  consecutive: number
  total: number
  locked_until: Date | null
  hard_locked: boolean
  strangers_shut: boolean
  operator_locked: boolean
}>(
  'pin_state',
  `SELECT consecutive, hard_locked, operator_locked IS NOT NULL AS operator_locked,
          ${longestLock} AS locked_until,
          stranger_consecutive >= $3::integer OR ${failuresSince('stranger_failures', '$2::float8')} >= $4::integer AS strangers_shut,
          ${failuresSince('failures', '$2::float8')} AS total
   FROM pin_state WHERE subject = $1`,
  'repeatable',
)

/**
 * @param db not a transaction: a try must be committed before anything is compared, and must not be rolled back.
 * @throws {RangeError} when the policy cannot be meant.
 */
export function createAttempts(
  db: Kysely<Schema>,
  policy: LockPolicy = lockPolicy,
  copying: Copying = copiesNothing,
): AttemptStore {
  if (db.isTransaction) throw new Error('Attempts need a connection of their own, not a transaction.')
  checkPolicy(policy)
  const windowMs = saturated(policy.totalWindowMs)

  async function reserve(attempt: Try): Promise<Reservation> {
    const limits = limitsOf(attempt, policy)
    const subjects = limits.map((limit) => limit.subject)
    await ensureRows(db, [subjects])
    const [row] = await spend(db, [
      subjects,
      limits.map((limit) => limit.hardAfter),
      limits.map((limit) => limit.totalLimit),
      limits.map((limit) => limit.softLocks),
      policy.softLocks.map((lock) => lock.after),
      policy.softLocks.map((lock) => saturated(lock.forMs)),
      windowMs,
      attempt.subject,
      attempt.ownSubject,
      attempt.token,
      attempt.credential,
      attempt.owner.brand,
      attempt.owner.ref,
      attempt.owner.sims ?? [''],
      TRIES_WHILE_LOCKED,
      limits.map((limit) => limit.strangersAfter),
      limits.map((limit) => limit.strangersTotal),
      lineOf(attempt),
      TRUSTED_LINE_AFTER_MS,
      attempt.trustedOnly ?? false,
    ])
    if (!row?.fresh) return { kind: 'repeated' }
    const { trusted, ordinal, in_a_row: inARow, stored } = row
    if (ordinal === null || inARow === null) return { kind: 'locked' }
    return { kind: 'reserved', origin: trusted ? 'trusted' : 'stranger', ordinal, inARow, stored }
  }

  const settle: Attempts['settle'] = async (attempt, reservation, outcome, event) => {
    const limits = limitsOf(attempt, policy)
    const subjects = limits.map((limit) => limit.subject)
    await close(db, [
      subjects,
      limits.map((limit) => limit.hardAfter),
      limits.map((limit) => limit.totalLimit),
      outcome,
      attempt.token,
      attempt.subject,
      attempt.ownSubject,
      reservation.kind === 'reserved',
      event?.kind ?? null,
      event?.callId ?? null,
      event?.brand ?? null,
      event?.ref ?? null,
      event?.actor ?? null,
      event === null ? null : JSON.stringify(event.facts),
      ...tellingColumns(),
      TOLD_AFTER,
      credentials[attempt.credential].subject === 'sim',
      limits.map((limit) => limit.strangersAfter),
      limits.map((limit) => limit.strangersTotal),
      lineOf(attempt),
      attempt.owner.brand,
      attempt.owner.ref,
      TRUSTED_LINE_AFTER_MS,
    ])
  }

  async function lockState(subject: string): Promise<LockState> {
    const [row] = await readState(db, [subject, windowMs, policy.strangers.inARow, policy.strangers.total])
    if (!row) return UNTRIED
    const { consecutive, total, locked_until: until, hard_locked: hardLocked } = row
    const { strangers_shut: strangersShut, operator_locked: operatorLocked } = row
    return { consecutive, total, lockedUntil: until?.toISOString() ?? null, hardLocked, strangersShut, operatorLocked }
  }

  return {
    renew: (brand, ref, credential, sim, old, fresh) => renewVerifier(db, { brand, ref, credential, sim }, old, fresh),
    firstUse: (account, credential, letter, secret) => firstUse(db, account, credential, letter, { secret, copying }),
    stands: (account, credential, setAt) => stillStands(db, account, credential, setAt),
    reserve,
    settle,
    lockState,
    /** Rows that a try has are left: it may hold one of two and wait for the other. */
    async pruneUnknown() {
      const { numAffectedRows } = await sql`
        WITH forgotten AS (
          DELETE FROM pin_attempt WHERE starts_with(subject, 'unknown:') AND ${olderThan('at', UNKNOWN_SUBJECT_TTL_MS)}
        ), held AS MATERIALIZED (
          SELECT subject FROM pin_state
          WHERE starts_with(subject, 'unknown:') AND ${olderThan('tried_at', UNKNOWN_SUBJECT_TTL_MS)}
            AND (locked_until IS NULL OR locked_until <= now())
          FOR UPDATE SKIP LOCKED
        )
        DELETE FROM pin_state USING held WHERE pin_state.subject = held.subject
      `.execute(db)
      return Number(numAffectedRows ?? 0)
    },
  }
}

function olderThan(column: string, ms: number) {
  return sql<boolean>`${sql.ref(column)} < now() - ${ms}::float8 * interval '1 millisecond'`
}

/** The rows a try needs: the account's, and for a credential of SIMs also their own, which knows only a hard limit, alike for all lines. */
function limitsOf(attempt: Try, policy: LockPolicy) {
  const account = {
    subject: attempt.subject,
    hardAfter: policy.hardLockAfter,
    totalLimit: policy.totalLimit,
    softLocks: true,
    strangersAfter: policy.strangers.inARow,
    strangersTotal: policy.strangers.total,
  }
  if (attempt.ownSubject === null) return [account]
  if (attempt.ownSubject === attempt.subject) throw new Error('A credential of SIMs needs a subject of its own.')
  const own = {
    subject: attempt.ownSubject,
    hardAfter: ownLimit(attempt.credential),
    totalLimit: NEVER,
    softLocks: false,
    strangersAfter: NEVER,
    strangersTotal: NEVER,
  }
  return [account, own].sort((a, b) => (a.subject < b.subject ? -1 : 1))
}

function lineOf({ line }: Try): string | null {
  return line === null ? null : digitsOf(line)
}

function ownLimit(credential: CredentialKind): number {
  return credentials[credential].ownLimit ?? NEVER
}

function saturated(ms: number): number {
  return Math.min(ms, LONGEST_MS)
}

function checkPolicy(policy: LockPolicy): void {
  const { hardLockAfter, totalLimit, softLocks, strangers } = policy
  const counts = [hardLockAfter, totalLimit, strangers.inARow, strangers.total, ...softLocks.map(({ after }) => after)]
  if (counts.some((count) => !Number.isInteger(count) || count < 1 || count > NEVER))
    throw new RangeError(`The lock policy counts tries in whole numbers from 1 to ${NEVER}.`)
  const lengths = [policy.totalWindowMs, ...policy.softLocks.map((lock) => lock.forMs)]
  if (lengths.some((ms) => !(ms > 0))) throw new RangeError('The lock policy needs lengths above 0 milliseconds.')
}
