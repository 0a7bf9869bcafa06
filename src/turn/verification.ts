/** Secrets that customers tell to other channels of the operator's: the same check under the same lock as by telephone (R24). */
import type { Level } from '../auth/assurance.ts'
import { type CredentialKind, credentials } from '../auth/credentials.ts'
import { formOf } from '../auth/identifiers.ts'
import { asTold } from '../auth/letter-keys.ts'
import type { Claim } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import { adviceOn } from '../flow/pins.ts'
import { rightsOf } from '../flow/rights.ts'
import { faultsOfVerification, type VerificationOrder, verificationOrder } from '../flow/verification.ts'
import { deadlineIn } from '../seams/deadline.ts'
import { ANSWER_MS, type Patience } from '../seams/patience.ts'
import { nextAnswerTime } from './answer-time.ts'
import { type CredentialChecks, checkCredential } from './check-credential.ts'
import { claimOf, type Identifying } from './identify.ts'
import { localDay } from './local-day.ts'
import type { Sprayed } from './sprays.ts'
import { type Act, isNotUnderstood, type NotUnderstood, understood } from './understood.ts'
import type { Answering } from './which-hotline.ts'

export interface VerificationParts extends CredentialChecks, Identifying {
  hotlines: Pick<Answering, 'byBrand'>
  patience: Pick<Patience, 'deadlineMs'>
  sprays: Pick<Sprayed, 'paceOf'>
}

/** What is told: never why a secret proved nothing. */
export interface Verification {
  verified: boolean
  /** As a call has then: 2 where the customer is proved, 0 where nothing is. */
  level: Level
  /** The kind of secret that was right. */
  method: CredentialKind | null
  /** What of the brand's actions rests nevertheless, and until when (ISO 8601); null: nothing. */
  resting: { actions: string[]; until: string } | null
}

/** `repeated`: this id had come before, so nothing was compared. `unavailable`: it could not be checked. */
export type VerificationResult = Verification | NotUnderstood | { why: 'repeated' | 'unavailable' }

const PROVES_NOTHING: Verification = { verified: false, level: 0, method: null, resting: null }

/** `isTheirs`: whether the sender may ask for a brand; others are as if there were none. An id is the sender's own: another sender's same id is another. */
export async function verifyForChannel(
  parts: VerificationParts,
  isTheirs: (brand: string) => boolean,
  { sent, actor, now: arrived }: Act,
): Promise<VerificationResult> {
  const brands = [...parts.hotlines.byBrand.values()].flatMap(({ brand }) => (isTheirs(brand.name) ? [brand] : []))
  const order = understood(verificationOrder, sent, {
    what: 'The order',
    faultsOf: (read) => faultsOfVerification(read, brands),
  })
  if (isNotUnderstood(order)) return order
  const done = await check(parts, brands, order, actor)
  // As by telephone the time of an answer tells nothing about accounts.
  const brand = brands.find(({ name }) => name === order.brand)
  const pace = brand && parts.sprays.paceOf(brand)
  const due = nextAnswerTime(arrived, parts.clock.now(), pace, parts.patience.deadlineMs - ANSWER_MS)
  const early = due.getTime() - parts.clock.now().getTime()
  if (early > 0) await parts.clock.wait(early)
  return done
}

async function check(
  parts: VerificationParts,
  brands: readonly Brand[],
  { brand: name, number, secret, topic, id }: VerificationOrder,
  actor: string,
): Promise<VerificationResult> {
  const brand = brands.find((each) => each.name === name)
  const entry = brand && formOf(number, brand.identifiers)
  const told = brand && asTold(brand, secret)
  if (entry?.form !== 'well_formed' || !told) throw new Error('An order was understood that is not in form.')
  const { kind: credential, digits } = told
  let claim: Claim | null
  try {
    claim = await claimOf(parts, { brand, by: 'entry', entry: number, kinds: entry.kinds, topic })
  } catch (err) {
    parts.log.error({ err }, 'the customer could not be looked up')
    claim = null
  }
  if (claim === null) return { why: 'unavailable' }
  const result = await checkCredential(parts, {
    callId: '-',
    actor,
    token: `${actor}#${id}`,
    brand,
    claim,
    credential,
    digits,
    line: null,
    by: deadlineIn(parts.patience.deadlineMs),
  })
  switch (result) {
    case 'verified':
      return proved(parts, brand, claim.ref, credential)
    case 'verified_weak': {
      // It may prove nothing by now, as at the telephone. That it was right is for its holder to hear there, and for no thief of a token.
      const today = localDay(parts.clock.now(), brand.time_zone)
      return adviceOn(brand, today) === 'change_first' ? PROVES_NOTHING : proved(parts, brand, claim.ref, credential)
    }
    // As at the telephone: it sets another, and proves nothing.
    case 'replace_only':
    case 'failed':
      return PROVES_NOTHING
    case 'unchecked':
      return { why: 'repeated' }
    case 'unavailable':
      return { why: 'unavailable' }
  }
}

/** Where it cannot be read what rests, nothing is told to be proved. */
async function proved(
  { source, clock, log }: VerificationParts,
  brand: Brand,
  ref: string | null,
  method: CredentialKind,
): Promise<VerificationResult> {
  const level = credentials[method].gives
  try {
    const account = ref === null ? null : await source.context(brand.name, ref, clock.now())
    if (account === null) return { why: 'unavailable' }
    const { restUntil: until } = account
    const { resting } = rightsOf(brand, level, until !== null)
    const rests = until === null || resting.length === 0 ? null : { actions: resting, until }
    return { verified: true, level, method, resting: rests }
  } catch (err) {
    log.error({ err }, 'what rests of the customer could not be read')
    return { why: 'unavailable' }
  }
}
