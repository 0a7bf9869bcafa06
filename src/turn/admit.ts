/**
 * Whether a secret from this line is looked at, before anything of an account is: the try is spent in the counters of the line, and
 * given back when it was right, or nothing came of it (docs/security.md#limits-by-line).
 */
import { type Layer, layersOf } from '../auth/caller-limits.ts'
import { derivedKey } from '../auth/keyed-hash.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import type { CallerLimits, LineTry } from '../seams/caller-limits.ts'
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

/** One secret, keyed from a line for a claim, or one call code. `token` names the try. */
export interface AdmitRequest {
  call: Pick<Call, 'id' | 'callerNumber'>
  brand: Pick<Brand, 'name' | 'shared_lines'>
  /** Null of a call code. */
  claim: Claim | null
  token: string
  by: Deadline
}

/** False: too much was tried from there, and nothing was spent. */
export async function admit({ limits, subjectKey, log }: Admitting, request: AdmitRequest): Promise<boolean> {
  const { call, brand, by } = request
  const { full, counted } = await limits.spend(tryOf(subjectKey, request), by)
  if (counted === 'here')
    log.error(
      { callId: call.id, brand: brand.name, store: 'live' },
      'tries by line are counted here alone, at half the rate',
    )
  if (full !== null)
    log.warn({ callId: call.id, brand: brand.name, reason: `line_${full}` }, 'too much was tried from this line')
  return full === null
}

/** Nothing hangs on it: what cannot be given back stays counted. */
export async function giveBack({ limits, subjectKey, log }: Admitting, request: AdmitRequest): Promise<void> {
  try {
    await limits.giveBack(tryOf(subjectKey, request), request.by)
  } catch (err) {
    log.warn({ callId: request.call.id, err }, 'a try could not be given back to its line')
  }
}

function tryOf(subjectKey: Buffer, { call, brand, claim, token }: AdmitRequest): LineTry {
  const layers = linesOf(subjectKey, brand, call.callerNumber)
  return { brand: brand.name, token, account: claim?.keyed ?? claim?.subject ?? CALL_CODE, layers }
}

/** What a try from a line draws on. `number`: E.164; null when it is withheld. */
export function linesOf(
  subjectKey: Buffer,
  { name, shared_lines }: AdmitRequest['brand'],
  number: string | null,
): Layer[] {
  const isShared = number !== null && shared_lines.includes(number)
  return layersOf(derivedKey(subjectKey, 'caller-limits-v1'), { brand: name, number, isShared })
}
