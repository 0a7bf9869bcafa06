/**
 * Whether a secret from this line is looked at, before anything of an account is: the try is spent in the counters of the line, and
 * given back when it was right, or nothing came of it (docs/security.md#limits-by-line).
 */
import { callsLayerOf, type FromLine, type Layer, layersOf } from '../auth/caller-limits.ts'
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

type LineBrand = Pick<Brand, 'name' | 'shared_lines'>

/** A call from a line. */
export interface OnLine {
  call: Pick<Call, 'id' | 'callerNumber'>
  brand: LineBrand
  by: Deadline
}

/** One secret, keyed from a line for a claim, or one call code (null). `token` names the try. */
export interface AdmitRequest extends OnLine {
  claim: Claim | null
  token: string
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
export function linesOf(subjectKey: Buffer, brand: LineBrand, number: string | null): Layer[] {
  return layersOf(keyOf(subjectKey), fromLine(brand, number))
}

/** Whether the call may come as far as the queues, where as many of its line are on as may be. It counts once, until it has ended. */
export async function letIn({ limits, subjectKey, log }: Admitting, { call, brand, by }: OnLine): Promise<boolean> {
  const { full } = await limits.spend(callOf(subjectKey, call, brand), by)
  if (full !== null)
    log.warn({ callId: call.id, brand: brand.name, reason: 'line_calls' }, 'too many calls of this line')
  return full === null
}

/** The call is over. One that was never let in has nothing to give back. */
export async function letOut({ limits, subjectKey, log }: Admitting, { call, brand, by }: OnLine): Promise<void> {
  try {
    await limits.giveBack(callOf(subjectKey, call, brand), by)
  } catch (err) {
    log.warn({ callId: call.id, err }, 'a call that is over still counts for its line')
  }
}

function callOf(subjectKey: Buffer, call: OnLine['call'], brand: LineBrand): LineTry {
  const layer = callsLayerOf(keyOf(subjectKey), fromLine(brand, call.callerNumber))
  return { brand: brand.name, token: call.id, account: 'call', layers: [layer] }
}

function keyOf(subjectKey: Buffer): Buffer {
  return derivedKey(subjectKey, 'caller-limits-v1')
}

function fromLine({ name, shared_lines }: LineBrand, number: string | null): FromLine {
  return { brand: name, number, isShared: number !== null && shared_lines.includes(number) }
}
