/**
 * What we ask of Twilio over REST, through its own client: of that, what speaks of calls, for all of it is large, to run and to
 * check. It is loaded when the first agent is rung.
 * https://www.twilio.com/docs/voice/api
 */
import type { InRoom, Reached, Telephony } from '../seams/telephony.ts'

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

/** https://www.twilio.com/docs/api/errors */
const NOT_THERE = 20404
/** Of a call that is over, but also of one that has not quite begun. */
const NOT_IN_PROGRESS = 21220
/** https://www.twilio.com/docs/voice/api/call-resource (call status values) */
const LIVE = ['queued', 'initiated', 'ringing', 'in-progress']

/**
 * Answers with these HTTP statuses say nothing of the phone that is to ring: we are not let in, or are to wait. Every other
 * one from 400 on is a refusal of this one call, as of a number that is invalid, blocked or not verified.
 */
const NOT_OF_THE_PHONE = [401, 403, 408, 429]

export function createTelephony(options: TelephonyOptions): Telephony {
  const base = options.publicBaseUrl.replace(/\/+$/, '')
  const clientOnce = once(() => connect(options))

  /** A call that is to be changed and cannot be is over, unless it says itself that it is not. */
  async function reached(callId: string, change: Parameters<CallContext['update']>[0]): Promise<Reached> {
    const call = (await clientOnce()).calls(callId)
    try {
      await call.update(change)
      return 'done'
    } catch (error) {
      if (codeOf(error) === NOT_THERE) return 'gone'
      if (codeOf(error) !== NOT_IN_PROGRESS || (await isLive(call))) throw error
      return 'gone'
    }
  }

  async function isLive(call: CallContext): Promise<boolean> {
    try {
      return LIVE.includes((await call.fetch()).status)
    } catch (error) {
      if (codeOf(error) === NOT_THERE || codeOf(error) === NOT_IN_PROGRESS) return false
      throw error
    }
  }

  async function inRoom(ask: (client: Client) => Promise<unknown>): Promise<InRoom> {
    try {
      await ask(await clientOnce())
      return 'done'
    } catch (error) {
      if (codeOf(error) === NOT_THERE) return 'not_there'
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
    redirect: (callId, assignment, { kind, nonce }) =>
      reached(callId, { url: `${base}/voice/move/${assignment}/${kind}/${nonce}`, method: 'POST' }),
    isOn: async (callId) => isLive((await clientOnce()).calls(callId)),
    hangUp: (legId) => reached(legId, { status: 'completed' }),
    hold: (conference, legId, hold) =>
      inRoom((client) =>
        client
          .conferences(conference)
          .participants(legId)
          .update({ hold, holdUrl: `${base}/voice/hold`, holdMethod: 'POST' }),
      ),
    endRoom: (conference) => inRoom((client) => client.conferences(conference).update({ status: 'completed' })),
  }
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error ? Number(error.code) : null
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('status' in error)) return false
  const status = Number(error.status)
  return status >= 400 && status < 500 && !NOT_OF_THE_PHONE.includes(status)
}

type Client = Awaited<ReturnType<typeof connect>>
type CallContext = ReturnType<Client['calls']>

async function connect({ accountSid, authToken, apiUrl, region, edge }: TelephonyOptions) {
  const [{ default: base }, { default: Api }, { default: RequestClient }] = await Promise.all([
    import('twilio/lib/base/BaseTwilio.js'),
    import('twilio/lib/rest/Api.js'),
    import('twilio/lib/base/RequestClient.js'),
  ])
  const http = new RequestClient({ timeout: TIMEOUT_MS })
  if (apiUrl !== undefined) {
    const theirs = /^https:\/\/api(\.[a-z0-9-]+)*\.twilio\.com/
    const request = http.request.bind(http)
    http.request = (asked) => request({ ...asked, uri: asked.uri.replace(theirs, apiUrl) })
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
