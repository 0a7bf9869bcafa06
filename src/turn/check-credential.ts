/**
 * The one door to the verifier: the telephone and other channels check a secret here and obey the same
 * lock. Order: hashing slot, spend, hash (docs/security.md#the-lock). Every way out but `verified` and `verified_weak` proves nothing.
 */
import { type CredentialKind, credentials, entryOf, hasNewLength, type PinLengths } from '../auth/credentials.ts'
import type { HashingSlots } from '../auth/hashing-slots.ts'
import type { Secret } from '../auth/secret.ts'
import { simsSubject } from '../auth/subjects.ts'
import { type Match, ownerOf, type Verifier } from '../auth/verifier.ts'
import type { Claim } from '../call/call.ts'
import type { Attempts, OfferedVerifier, Reservation } from '../seams/attempts.ts'
import type { Deadline } from '../seams/deadline.ts'
import type { Log } from '../seams/log.ts'

export interface CredentialChecks {
  attempts: Attempts
  verifier: Verifier
  slots: HashingSlots
  log: Pick<Log, 'warn' | 'error'>
}

/** One secret, keyed for one claim. `token` names the try: whatever comes again under it is never compared again. */
export interface CheckRequest {
  /** `-` where the secret was told to another channel than this hotline. */
  callId: string
  /** Who tells it, for the record: the caller, or the bearer of a token for a customer. */
  actor: string
  token: string
  brand: { name: string; pins: PinLengths }
  claim: Claim
  credential: CredentialKind
  digits: Secret
  /** From which line, E.164; null: withheld or in doubt, or none, as at every door but the telephone. It proves nothing. */
  line: string | null
  /** Until when a hashing slot is waited for. */
  by: Deadline
  /** Asked once the work begins, so that no more are spent at once than are at work. Where nothing is left for strangers, a trusted line alone is compared. */
  isLeft?: () => Promise<boolean>
}

/** `failed` is wrong, locked, unknown and none set up alike. `unavailable`: it could not be checked. `verified_weak`: right, and easy to guess. `replace_only`: right, and
 * proves nothing but that its holder may set another. */
export type CheckResult = 'verified' | 'verified_weak' | 'replace_only' | 'failed' | 'unchecked' | 'unavailable'

/** Spends one try and checks it. Never throws: what breaks on the way is logged and answered `unavailable`. */
export async function checkCredential(checks: CredentialChecks, request: CheckRequest): Promise<CheckResult> {
  const giveBack = await checks.slots.take(request.by, request.claim.subject)
  if (giveBack === null) {
    checks.log.warn({ callId: request.callId, reason: 'no_hashing_slot' }, 'credential not checked')
    return 'unavailable'
  }
  try {
    const isLeft = (await request.isLeft?.()) ?? true
    return await spendAndCompare(checks, request, isLeft)
  } catch (err) {
    checks.log.error({ callId: request.callId, err }, 'credential not checked')
    return 'unavailable'
  } finally {
    giveBack()
  }
}

async function spendAndCompare(
  { attempts, verifier, log }: CredentialChecks,
  { callId, actor, token, brand: of, claim, credential, digits, line }: CheckRequest,
  isLeft: boolean,
): Promise<CheckResult> {
  const brand = of.name
  const sims = credentials[credential].subject === 'sim' ? (claim.sims ?? []) : null
  const ref = claim.ref ?? claim.subject
  const attempt = {
    token,
    subject: claim.subject,
    credential,
    ownSubject: sims === null ? null : simsSubject(claim.subject, credential),
    owner: { brand, ref, sims },
    line,
    trustedOnly: !isLeft,
  }
  // Unknown numbers, locked accounts and accounts without a PIN take the same steps: same statements, same hash.
  const reservation = await attempts.reserve(attempt)
  const stored = reservation.kind === 'reserved' ? reservation.stored : []
  const found = await compare()
  const standing = found === null ? null : await standingOf(found)
  const match = standing === null ? null : found
  const right = match !== null
  await attempts.settle(attempt, reservation, right ? 'right' : 'wrong', {
    kind: 'verify',
    callId,
    brand,
    ref: claim.ref,
    actor,
    // By when it was set the record says which secret was right: a change by phone is bound to that one.
    facts: {
      credential,
      result: resultClass(reservation, claim, right),
      ...(reservation.kind === 'reserved' && { origin: reservation.origin }),
      ...(reservation.kind === 'locked' && !isLeft && { because: 'service' }),
      ...(standing?.setAt && { setAt: standing.setAt }),
    },
  })
  if (match?.fresh) await renew(match)
  if (reservation.kind === 'repeated') return 'unchecked'
  if (match === null) return 'failed'
  if (match.candidate.replaceOnly) return 'replace_only'
  // One from before has another length than the brand gives today (R4). Of a wrong one the length tells nothing.
  const isOld = !hasNewLength(entryOf(of, credential), digits.length)
  return match.candidate.weak || isOld ? 'verified_weak' : 'verified'

  /** A stored verifier that cannot be compared counts as wrong: any other answer would tell that there is one. */
  async function compare(): Promise<Match<Offered> | null> {
    const candidates = stored.map((each): Offered => ({ ...each, owner: ownerOf(brand, ref, each.sim) }))
    try {
      return await verifier.matchOf(digits, credential, candidates)
    } catch (err) {
      log.error({ callId, err }, 'a verifier cannot be compared; the try counts as wrong')
      return null
    }
  }

  /**
   * A posted one takes effect here. One in force may have been replaced or cleared while it was compared, or while the try waited to be counted. Null: it is
   * worth nothing. `setAt`: since when that of an account is in force.
   */
  async function standingOf({ candidate }: Match<Offered>): Promise<{ setAt: string | null } | null> {
    const account = { brand, ref }
    const { letter, sim, setAt } = candidate
    if (letter !== null) return attempts.firstUse(account, credential, letter, digits)
    if (sim !== null || setAt === null) return { setAt: null }
    return (await attempts.stands(account, credential, setAt)) ? { setAt } : null
  }

  /** The same secret under the current key. A right PIN stays right if this fails; the next call tries again. */
  async function renew({ candidate, fresh }: Match<Offered>): Promise<void> {
    try {
      if (fresh) await attempts.renew(brand, ref, credential, candidate.sim, candidate.stored, fresh)
    } catch (err) {
      log.error({ callId, err }, 'a verifier could not be put under the current key')
    }
  }
}

interface Offered extends OfferedVerifier {
  owner: string
}

/** What the record says and the caller never hears. */
function resultClass(reservation: Reservation, claim: Claim, right: boolean): string {
  if (reservation.kind !== 'reserved') return reservation.kind
  if (claim.ref === null) return 'unknown'
  if (reservation.stored.length === 0) return 'none_set'
  return right ? 'right' : 'wrong'
}
