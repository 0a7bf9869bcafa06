/**
 * What Twilio says of an account and of its numbers. Only asks: GET, and nothing else.
 * https://www.twilio.com/docs/iam/api/account https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 */
import { codeOf, createClient, type RestOptions } from './rest-client.ts'

/** How Twilio refuses what test credentials may not do. https://www.twilio.com/docs/api/errors/20008 */
const TEST_CREDENTIALS = 20_008
/** More than any hotline has. */
const MOST_NUMBERS = 2_000

export type AccountSeen =
  | { kind: 'live'; status: string; isTrial: boolean; isSubaccount: boolean }
  /** They make no call and send no webhook. */
  | { kind: 'test' }
  /** The token is not one of this account. */
  | { kind: 'refused' }
  /** `status`: of HTTP; `code`: Twilio's own, or Node's of a connection. */
  | { kind: 'no_answer'; status: number | null; code: string | null }

/** A number of the account, and what Twilio does when it is called. Empty: nothing is set. */
export interface NumberSeen {
  /** E.164 */
  number: string
  voice: NumberWebhook
  fallback: NumberWebhook
  status: NumberWebhook
  /** An application, whose addresses count instead. */
  application: string
  /** A SIP trunk, which gets the calls instead. */
  trunk: string
  /** `voice` or `fax`. */
  receives: string
}

export interface NumberWebhook {
  url: string
  method: string
}

export async function lookAtAccount(options: RestOptions): Promise<AccountSeen> {
  try {
    const { status, type, sid, ownerAccountSid } = await (await createClient(options)()).fetch()
    return { kind: 'live', status, isTrial: type === 'Trial', isSubaccount: sid !== ownerAccountSid }
  } catch (error) {
    if (codeOf(error) === TEST_CREDENTIALS) return { kind: 'test' }
    const status = statusOf(error)
    if (status === 401) return { kind: 'refused' }
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null
    return { kind: 'no_answer', status, code }
  }
}

/** @throws as Twilio's client does. */
export async function numbersOf(options: RestOptions): Promise<NumberSeen[]> {
  const account = await createClient(options)()
  const numbers = await account.incomingPhoneNumbers.list({ pageSize: 1_000, limit: MOST_NUMBERS })
  return numbers.map((each) => ({
    number: each.phoneNumber,
    voice: webhook(each.voiceUrl, each.voiceMethod),
    fallback: webhook(each.voiceFallbackUrl, each.voiceFallbackMethod),
    status: webhook(each.statusCallback, each.statusCallbackMethod),
    application: each.voiceApplicationSid ?? '',
    trunk: each.trunkSid ?? '',
    receives: each.voiceReceiveMode ?? 'voice',
  }))
}

function webhook(url: string | null | undefined, method: string | null | undefined): NumberWebhook {
  return { url: url ?? '', method: (method ?? 'POST').toUpperCase() }
}

function statusOf(error: unknown): number | null {
  return typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : null
}
