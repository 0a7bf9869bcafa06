/**
 * How many calls of one line may be on at once behind the menu (docs/security.md#limits-by-line). Asked where a brand that limits its queues tells how
 * many wait, and before any call comes to a person, by whatever way and flow: there it is the last word.
 */
import { callsLayerOf } from '../auth/caller-limits.ts'
import type { Call } from '../call/call.ts'
import type { CallEvent } from '../call/turn.ts'
import type { Brand } from '../flow/brand.ts'
import { noPlace } from '../flow/end-turn.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { LineTry } from '../seams/caller-limits.ts'
import type { Deadline } from '../seams/deadline.ts'
import { type Admitting, fromLine, type LineBrand, lineKeyOf, lineOf } from './admit.ts'

interface CallOn {
  call: Pick<Call, 'id' | 'callerNumber' | 'carried' | 'handOff'>
  brand: LineBrand & Pick<Brand, 'queues'>
  by: Deadline
}

/** It counts once, until it has ended, however often it is asked. */
export async function letIn({ limits, subjectKey, log }: Admitting, { call, brand, by }: CallOn): Promise<boolean> {
  const { full } = await limits.spend(callOf(subjectKey, call, brand), by)
  if (full !== null)
    log.warn({ callId: call.id, brand: brand.name, reason: 'line_calls' }, 'too many calls of this line')
  return full === null
}

/** The call is over. One that was never let in has nothing to give back. */
export async function letOut({ limits, subjectKey, log }: Admitting, { call, brand, by }: CallOn): Promise<void> {
  // Only there is one let in that is not handed off.
  if (brand.queues === undefined && call.handOff === null) return
  try {
    await limits.giveBack(callOf(subjectKey, call, brand), by)
  } catch (err) {
    log.warn({ callId: call.id, err }, 'a call that is over still counts for its line')
  }
}

/** What a turn has brought, or in place of a first way to a person that all lines are busy. Callers who were let in once stay so. */
export async function asFarAsLetIn<Decided extends { call: Call; events: CallEvent[] }>(
  admitting: Admitting,
  hotline: Hotline,
  decided: Decided,
  { before, by }: { before: Call | null; by: Deadline },
): Promise<Decided> {
  const { call } = decided
  const next = call.reply?.next.kind
  const isFirst = (next === 'enqueue' || next === 'dial') && (before?.handOff ?? null) === null
  if (!isFirst || (await letIn(admitting, { call, brand: hotline.brand, by }))) return decided
  return { ...decided, ...noPlace(hotline, { ...call, handOff: null }) }
}

function callOf(subjectKey: Buffer, call: CallOn['call'], brand: CallOn['brand']): LineTry {
  const layer = callsLayerOf(lineKeyOf(subjectKey), fromLine(brand, lineOf(call)), brand.queues?.most ?? null)
  return { brand: brand.name, token: call.id, account: 'call', layers: [layer], ofAll: null }
}
