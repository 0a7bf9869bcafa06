/**
 * What the floor asks of Twilio over REST.
 * https://www.twilio.com/docs/voice/api
 */
import type { InRoom, Reached, Telephony } from '../seams/telephony.ts'
import { type Client, codeOf, createClient, isRefusal, type RestOptions } from './rest-client.ts'

export interface TelephonyOptions extends RestOptions {
  /** Below which our webhooks are. */
  publicBaseUrl: string
}

/** https://www.twilio.com/docs/api/errors */
const NOT_THERE = 20404
/** Of a call that is over, but also of one that has not quite begun. */
const NOT_IN_PROGRESS = 21220
/** https://www.twilio.com/docs/voice/api/call-resource (call status values) */
const LIVE = ['queued', 'initiated', 'ringing', 'in-progress']

export function createTelephony(options: TelephonyOptions): Telephony {
  const base = options.publicBaseUrl.replace(/\/+$/, '')
  const clientOnce = createClient(options)

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

type CallContext = ReturnType<Client['calls']>
