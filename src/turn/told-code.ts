/**
 * A call code that a caller tells to the agent: the proof is that of the running call. It is what keying it would be: the same code, the same
 * counts, of the call and of its line, the same answer to all that is worth nothing.
 */
import { WORTHLESS_OF_AN_AGENT } from '../auth/call-code.ts'
import { ENTRIES_PER_CALL } from '../auth/lockout.ts'
import type { Secret } from '../auth/secret.ts'
import type { Call, Claim } from '../call/call.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import { deadlineIn } from '../seams/deadline.ts'
import { DEADLINE_MS } from '../seams/patience.ts'
import { type Admitting, admit, giveBack, type LineBrand } from './admit.ts'
import { nextAnswerTime } from './answer-time.ts'
import { type RedeemingCodes, redeemed } from './redeem-code.ts'

export interface ToldCodeParts extends RedeemingCodes, Admitting {
  callCodes: Pick<CallCodes, 'redeem' | 'worthlessOf'>
  /** As they were saved. */
  calls: Pick<CallStore, 'get' | 'amend'>
  clock: Clock
}

/** In which call it is told, and to which agent. `isTalking`: whether the caller of this call is with that agent. */
export interface Telling {
  callId: string
  brand: LineBrand
  agent: string
  isTalking(call: Call): boolean
}

/**
 * `too_late`: the call has gone on; a code that was right is used up all the same. `entries_used`: by numbers and codes of this call.
 * `codes_used`: by worthless codes of this agent, in whatever calls. `line_used`: by what was tried in vain from the line of this caller. Of these no code is looked at.
 */
export type Told = 'right' | 'wrong' | 'too_late' | 'entries_used' | 'codes_used' | 'line_used'

/** So often a call is read again that somebody else has just changed. */
const ATTEMPTS = 3

/** Counts it first, in the call, so that of codes which are told at once no more are looked at than may be. Answers on the grid. */
export async function tellCode(parts: ToldCodeParts, telling: Telling, code: Secret): Promise<Told> {
  const arrived = parts.clock.now()
  const told = await spend(parts, telling, code)
  const { clock } = parts
  const early = nextAnswerTime(arrived, clock.now()).getTime() - clock.now().getTime()
  if (early > 0) await clock.wait(early)
  return told
}

async function spend(parts: ToldCodeParts, { callId, brand, agent, isTalking }: Telling, code: Secret): Promise<Told> {
  const { calls, callCodes } = parts
  const call = await calls.get(callId)
  if (call === null || !isTalking(call)) return 'too_late'
  if (call.entries >= ENTRIES_PER_CALL) return 'entries_used'
  if ((await callCodes.worthlessOf(agent)) >= WORTHLESS_OF_AN_AGENT) return 'codes_used'
  // By the entry: of those that are told at once one is looked at.
  const token = `${callId} told ${call.entries}`
  const attempt = { call, brand, claim: null, token, by: deadlineIn(DEADLINE_MS.usual) }
  if (!(await admit(parts, attempt))) return 'line_used'
  if (!(await calls.amend(callId, call, { ...call, entries: call.entries + 1 }))) return 'too_late'
  // From before it is looked at, as where one is keyed: what is cleared or disputed while that lasts comes after the proof, and ends it.
  const at = parts.clock.now().toISOString()
  const claim = await redeemed(parts, call.brand, code, { callId, agent })
  if (claim === null) return 'wrong'
  await giveBack(parts, attempt, claim.subject)
  for (let reading = 0; reading < ATTEMPTS; reading++) {
    const now = await calls.get(callId)
    if (now === null || !isTalking(now)) break
    if (await calls.amend(callId, now, proved(now, claim, at))) return 'right'
  }
  return 'too_late'
}

/** The customer of the code. That another number was named before is kept, for the agent has spoken with them until then as the customer of that. */
function proved(call: Call, claim: Claim, at: string): Call {
  const isOther = call.claim !== null && (call.claim.isOther === true || call.claim.subject !== claim.subject)
  const { ticket, ticketTopic } = isOther || call.claim === null ? claim : call.claim
  return {
    ...call,
    claim: { ...claim, ticket, ticketTopic: ticketTopic ?? null, ...(isOther && { isOther }) },
    assurance: { level: 2, method: 'call_code', at },
    outcome: 'verified',
  }
}
