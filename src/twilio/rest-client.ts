/**
 * Twilio's own client: of it what speaks of calls and text messages, for all of it is large, to run and to check. It is loaded when
 * something is first asked of it.
 */
import { traceNow } from '../http/trace.ts'

export interface RestOptions {
  accountSid: string
  authToken: string
  /** Instead of Twilio's own address: the local stand-in. */
  apiUrl?: string | undefined
  region?: string | undefined
  edge?: string | undefined
}

/** A caller waits while we ask, ms. Nothing is repeated here: what became of a request that broke off is not known. */
const TIMEOUT_MS = 5_000

/**
 * Answers with these HTTP statuses say nothing of the phone that is to be reached: we are not let in, or are to wait. Every other
 * one from 400 on is a refusal of this one call or message, as of a number that is invalid, blocked or not verified.
 */
const NOT_OF_THE_PHONE = [401, 403, 408, 429]

/** Twilio's number of an error. https://www.twilio.com/docs/api/errors */
export function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error ? Number(error.code) : null
}

/** Whether asking again would come to the same. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('status' in error)) return false
  const status = Number(error.status)
  return status >= 400 && status < 500 && !NOT_OF_THE_PHONE.includes(status)
}

/** One client for as long as it lives. */
export function createClient(options: RestOptions): () => Promise<Client> {
  return once(() => connect(options))
}

export type Client = Awaited<ReturnType<typeof connect>>

async function connect({ accountSid, authToken, apiUrl, region, edge }: RestOptions) {
  const [{ default: base }, { default: Api }, { default: RequestClient }] = await Promise.all([
    import('twilio/lib/base/BaseTwilio.js'),
    import('twilio/lib/rest/Api.js'),
    import('twilio/lib/base/RequestClient.js'),
  ])
  const http = new RequestClient({ timeout: TIMEOUT_MS })
  const request = http.request.bind(http)
  const theirs = /^https:\/\/api(\.[a-z0-9-]+)*\.twilio\.com/
  http.request = (asked) => {
    const trace = traceNow()
    return request({
      ...asked,
      ...(apiUrl !== undefined && { uri: asked.uri.replace(theirs, apiUrl) }),
      ...(trace && { headers: { ...asked.headers, traceparent: trace.parent } }),
    })
  }
  const client = new base.Client(accountSid, authToken, {
    httpClient: http,
    ...(region === undefined ? {} : { region }),
    ...(edge === undefined ? {} : { edge }),
  })
  return new Api(client).account
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null
      throw error
    })
    return made
  }
}
