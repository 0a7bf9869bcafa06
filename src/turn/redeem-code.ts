/** A call code, keyed or told to an agent in place of number and PIN: whose it was. It is spent before it is answered, and asks as much of the stores either way. */
import type { Secret } from '../auth/secret.ts'
import { unknownSubject } from '../auth/verifier.ts'
import type { Claim } from '../call/call.ts'
import type { Attempts } from '../seams/attempts.ts'
import type { CallCodes, Redeeming } from '../seams/call-codes.ts'

export interface RedeemingCodes {
  attempts: Pick<Attempts, 'lockState'>
  callCodes: Pick<CallCodes, 'redeem'>
  /** Key of the subjects under which tries on unknown numbers are counted. */
  subjectKey: Buffer
}

/** Null: it is no code of the brand, or none any more. */
export async function redeemed(
  { attempts, callCodes, subjectKey }: RedeemingCodes,
  brand: string,
  code: Secret,
  by: Redeeming,
): Promise<Claim | null> {
  const found = await callCodes.redeem(brand, code, by)
  // Of no account nothing is counted; it is read all the same.
  const { consecutive } = await attempts.lockState(found?.subject ?? unknownSubject(subjectKey, brand, ''))
  if (found === null) return null
  return { ...found, sims: [], by: 'entry', failuresBefore: consecutive, ticket: null, ticketTopic: null }
}
