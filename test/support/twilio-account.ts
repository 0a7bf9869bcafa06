/** A local stand-in for what Twilio's REST API tells of an account and its numbers, in its own JSON. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TwilioAccount {
  apiUrl: string
  /** What is answered from now on, by the token that asks; any other token gets 401. */
  tokens: Map<string, { status: number; body: object }>
  /** As Twilio lists them. */
  numbers: Record<string, string>[]
  /** Methods and paths that were asked for. */
  asked: string[]
  close(): Promise<void>
}

export const ACCOUNT_SID = `AC${'a'.repeat(32)}`

export const LIVE = {
  status: 200,
  body: { sid: ACCOUNT_SID, owner_account_sid: `AC${'b'.repeat(32)}`, status: 'active', type: 'Full' },
}

/** As Twilio answers test credentials for all but what they may pretend. */
export const TEST_CREDENTIALS = {
  status: 403,
  body: { code: 20008, message: 'Resource not accessible with Test Account Credentials', status: 403 },
}

const REFUSED = { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } }

/** A number whose three addresses lead to `base`. */
export function numberAt(base: string, number: string, other: Record<string, string> = {}): Record<string, string> {
  return {
    phone_number: number,
    voice_url: `${base}/voice/incoming`,
    voice_method: 'POST',
    voice_fallback_url: 'https://handler.twilio.com/twiml/EH00000000000000000000000000000000',
    voice_fallback_method: 'POST',
    status_callback: `${base}/voice/status`,
    status_callback_method: 'POST',
    voice_application_sid: '',
    trunk_sid: '',
    voice_receive_mode: 'voice',
    ...other,
  }
}

export async function startTwilioAccount(): Promise<TwilioAccount> {
  const account: Pick<TwilioAccount, 'tokens' | 'numbers' | 'asked'> = { tokens: new Map(), numbers: [], asked: [] }
  const server = createServer(({ method, url = '', headers }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    account.asked.push(`${method} ${pathname}`)
    const [, token = ''] = Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64')
      .toString()
      .split(':')
    const known = account.tokens.get(token) ?? REFUSED
    const isList = pathname.endsWith('/IncomingPhoneNumbers.json')
    const answer =
      known.status === 200 && isList
        ? {
            status: 200,
            body: { incoming_phone_numbers: account.numbers, page: 0, page_size: 1000, next_page_uri: null },
          }
        : known
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(account, {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}
