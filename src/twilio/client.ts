/**
 * What we ask of Twilio over REST, through its own client. It is large, so it is loaded when the first agent is rung.
 * https://www.twilio.com/docs/voice/api
 */
import type { Reached, Telephony } from '../seams/telephony.ts'

export interface TelephonyOptions {
  accountSid: string
  authToken: string
  /** Below which our webhooks are. */
  publicBaseUrl: string
  /** Instead of Twilio's own address: the local stand-in. */
  apiUrl?: string | undefined
  region?: string | undefined
  edge?: string | undefined
}

/** A caller waits while we ask, ms. Nothing is repeated here: what became of a request that broke off is not known. */
const TIMEOUT_MS = 5_000

/** 21220: not in a state to be changed; 20404: not there. Both mean that the call is over. https://www.twilio.com/docs/api/errors */
const GONE = [21220, 20404]

/**
 * Answers with these HTTP statuses say nothing of the phone that is to ring: we are not let in, or are to wait. Every other
 * one from 400 on is a refusal of this one call, as of a number that is invalid, blocked or not verified.
 */
const NOT_OF_THE_PHONE = [401, 403, 408, 429]

export function createTelephony(options: TelephonyOptions): Telephony {
  const base = options.publicBaseUrl.replace(/\/+$/, '')
  const clientOnce = once(() => connect(options))

  async function reached(ask: (client: Client) => Promise<unknown>): Promise<Reached> {
    try {
      await ask(await clientOnce())
      return 'done'
    } catch (error) {
      if (isGone(error)) return 'gone'
      throw error
    }
  }

  return {
    async ring({ to, from, assignment, seconds }) {
      const client = await clientOnce()
      try {
        const leg = await client.calls.create({
          to,
          from,
          url: `${base}/voice/agent/${assignment}`,
          method: 'POST',
          timeout: seconds,
          statusCallback: `${base}/voice/agent/${assignment}/ended`,
          statusCallbackMethod: 'POST',
        })
        return { legId: leg.sid }
      } catch (error) {
        if (isRefusal(error)) return 'refused'
        throw error
      }
    },
    move: (callId, assignment, { kind, nonce }) =>
      reached((client) =>
        client.calls(callId).update({ url: `${base}/voice/move/${assignment}/${kind}/${nonce}`, method: 'POST' }),
      ),
    hangUp: (legId) => reached((client) => client.calls(legId).update({ status: 'completed' })),
    hold: (conference, legId, hold) =>
      reached((client) =>
        client
          .conferences(conference)
          .participants(legId)
          .update({ hold, holdUrl: `${base}/voice/hold`, holdMethod: 'POST' }),
      ),
    endRoom: (conference) => reached((client) => client.conferences(conference).update({ status: 'completed' })),
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && GONE.includes(Number(error.code))
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('status' in error)) return false
  const status = Number(error.status)
  return status >= 400 && status < 500 && !NOT_OF_THE_PHONE.includes(status)
}

type Client = Awaited<ReturnType<typeof connect>>

async function connect({ accountSid, authToken, apiUrl, region, edge }: TelephonyOptions) {
  const { default: twilio } = await import('twilio')
  const http = new twilio.RequestClient({ timeout: TIMEOUT_MS })
  if (apiUrl !== undefined) {
    const theirs = /^https:\/\/api(\.[a-z0-9-]+)*\.twilio\.com/
    const request = http.request.bind(http)
    http.request = (asked) => request({ ...asked, uri: asked.uri.replace(theirs, apiUrl) })
  }
  return twilio(accountSid, authToken, {
    httpClient: http,
    ...(region === undefined ? {} : { region }),
    ...(edge === undefined ? {} : { edge }),
  })
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
