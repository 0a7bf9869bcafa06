/**
 * Whether a secret from this line is looked at, before anything of an account is: the try is spent in the counters of the line, and
 * given back when it was right, or nothing came of it (docs/security.md#limits-by-line).
 */
import { type FromLine, type Layer, layersOf } from '../auth/caller-limits.ts'
import { derivedKey } from '../auth/keyed-hash.ts'
import { customerOfService, lineOfService } from '../auth/service-limits.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import type { CallerLimits, CountedWhere, LineTry } from '../seams/caller-limits.ts'
import type { Deadline } from '../seams/deadline.ts'
import type { Log } from '../seams/log.ts'

export interface Admitting {
  limits: CallerLimits
  /** Of which the key of the counters is made. */
  subjectKey: Buffer
  log: Pick<Log, 'warn' | 'error'>
}

/** All codes of a line count as one number. */
const CALL_CODE = 'call_code'

export type LineBrand = Pick<Brand, 'name' | 'shared_lines'>

/** A call from a line. */
export interface OnLine {
  call: Pick<Call, 'id' | 'callerNumber' | 'carried'>
  brand: LineBrand
  by: Deadline
}

/** One secret, keyed from a line for a claim, or one call code (null). `token` names the try. */
export interface AdmitRequest extends OnLine {
  claim: Claim | null
  token: string
}

/** False: too much was tried from there, and nothing was spent. */
export async function admit(admitting: Admitting, request: AdmitRequest): Promise<boolean> {
  const { call, brand, by } = request
  const { full, counted } = await admitting.limits.spend(tryOf(admitting.subjectKey, request), by)
  tellOfOutage(admitting, request, counted)
  if (full !== null)
    admitting.log.warn(
      { callId: call.id, brand: brand.name, reason: `line_${full}` },
      'too much was tried from this line',
    )
  return full === null
}

/**
 * Whether there is something left of what all lines of the brand may try in vain. Where not, a trusted line of the customer alone is compared. That is said to
 * nobody: else who shows a number that is not theirs would hear whether it has proved a customer before.
 */
export async function isLeftOfAll(admitting: Admitting, request: AdmitRequest): Promise<boolean> {
  const { call, brand, by } = request
  const { isLeft, counted } = await admitting.limits.spendOfAll(tryOf(admitting.subjectKey, request), by)
  tellOfOutage(admitting, request, counted)
  if (!isLeft)
    admitting.log.warn(
      { callId: call.id, brand: brand.name, reason: 'line_service' },
      'too much was tried from all lines together; from trusted lines alone secrets are compared',
    )
  return isLeft
}

function tellOfOutage({ log }: Admitting, { call, brand }: AdmitRequest, counted: CountedWhere): void {
  if (counted === 'here')
    log.error(
      { callId: call.id, brand: brand.name, store: 'live' },
      'tries by line are counted here alone, at half the rate',
    )
}

/** Nothing hangs on it: what cannot be given back stays counted. `proved`: the subject of the customer whose secret it was; null: it was not right. */
export async function giveBack(
  { limits, subjectKey, log }: Admitting,
  request: AdmitRequest,
  proved: string | null,
): Promise<void> {
  try {
    const customer = proved === null ? null : customerOfService(lineKeyOf(subjectKey), request.brand.name, proved)
    await limits.giveBack(tryOf(subjectKey, request), request.by, customer)
  } catch (err) {
    log.warn({ callId: request.call.id, err }, 'a try could not be given back to its line')
  }
}

function tryOf(subjectKey: Buffer, { call, brand, claim, token }: AdmitRequest): LineTry {
  const key = lineKeyOf(subjectKey)
  const line = fromLine(brand, lineOf(call))
  const account = claim?.keyed ?? claim?.subject ?? CALL_CODE
  return { brand: brand.name, token, account, layers: layersOf(key, line), ofAll: lineOfService(key, line) }
}

/** What a try from a line draws on. `number`: E.164; null when it is withheld. */
export function linesOf(subjectKey: Buffer, brand: LineBrand, number: string | null): Layer[] {
  return layersOf(lineKeyOf(subjectKey), fromLine(brand, number))
}

/** Of all counters of lines, and of nothing else. */
export function lineKeyOf(subjectKey: Buffer): Buffer {
  return derivedKey(subjectKey, 'caller-limits-v1')
}

/**
 * The line of a call, E.164. One whose signature does not hold is none: the network says that the number is another's, so its tries and its calls are no more that
 * number's than those of a withheld one.
 */
export function lineOf({ callerNumber, carried }: Pick<Call, 'callerNumber' | 'carried'>): string | null {
  return carried?.attestation === 'failed' ? null : callerNumber
}

export function fromLine({ name, shared_lines }: LineBrand, number: string | null): FromLine {
  return { brand: name, number, isShared: number !== null && shared_lines.includes(number) }
}
