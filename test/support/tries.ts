/** Tries and passing time for tests of the lock. */
import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { type LockPolicy, lockPolicy } from '../../src/auth/lockout.ts'
import type { Attempts, LockState, Reservation, Try } from '../../src/seams/attempts.ts'
import type { Schema } from '../../src/store/schema.ts'

/** Where it does not matter from where tries come: strangers have all of both limits. */
export const ALIKE: LockPolicy = {
  ...lockPolicy,
  strangers: { inARow: lockPolicy.hardLockAfter, total: lockPolicy.totalLimit },
}

export const neverTried: LockState = {
  consecutive: 0,
  total: 0,
  lockedUntil: null,
  hardLocked: false,
  strangersShut: false,
  operatorLocked: false,
}

/** Of nobody: there is no verifier to be compared. */
const owner = { brand: 'rheinnetz', ref: 'nobody', sims: null }

/** A PIN try with a token of its own, of a stranger. */
export function pinTry(subject: string): Try {
  return { token: randomUUID(), subject, credential: 'pin', ownSubject: null, owner, line: null }
}

export function pukTry(subject: string, ownSubject: string): Try {
  return { token: randomUUID(), subject, credential: 'puk', ownSubject, owner, line: null }
}

/** A whole try, as a turn makes it: reserved, compared elsewhere, settled. */
export async function take(attempts: Attempts, attempt: Try, outcome: 'right' | 'wrong'): Promise<Reservation['kind']> {
  const reservation = await attempts.reserve(attempt)
  await attempts.settle(attempt, reservation, outcome, null)
  return reservation.kind
}

/**
 * Lets time pass for one subject, or for all, by moving everything stored into the past. The database's clock itself
 * cannot be turned.
 */
export async function pass(db: Kysely<Schema>, hours: number, subject: string | null = null): Promise<void> {
  const span = sql`${hours}::float8 * interval '1 hour'`
  const whose = subject === null ? sql`true` : sql`subject = ${subject}`
  await sql`
    UPDATE pin_state SET locked_until = locked_until - ${span}, trusted_locked_until = trusted_locked_until - ${span}, tried_at = tried_at - ${span},
      failures = ARRAY(SELECT f - ${span} FROM unnest(failures) AS f),
      stranger_failures = ARRAY(SELECT f - ${span} FROM unnest(stranger_failures) AS f)
    WHERE ${whose}
  `.execute(db)
  if (subject === null) await sql`UPDATE pin_attempt SET at = at - ${span}`.execute(db)
}
