/**
 * A phone, a telephone network and Twilio in one: places a call to a running server and follows its TwiML as Twilio
 * does, so that calls can be made and tested without an account. This folder imports `seams` (the clock) and packages,
 * nothing else: it knows the server only over HTTP. One call is followed here, many at once in `exchange.ts`.
 */
import { type LegEnd, type LegOptions, type LegPlan, runLeg } from './leg.ts'
import * as parameters from './parameters.ts'

export interface PhoneOptions extends LegOptions {
  accountSid: string
}

/** How a call ended. */
export interface CallEnd extends LegEnd {
  callSid: string
}

export interface Phone {
  /**
   * Places a call and follows it to its end. `from` null: the number is withheld.
   * @throws RefusedTwiml when the server sends what may not stand there; the call is ended first.
   */
  call(numbers: { to: string; from: string | null }): Promise<CallEnd>
}

const paths = { ring: '/voice/incoming', status: '/voice/status', fallback: '/voice/fallback' }

export function createPhone(options: PhoneOptions): Phone {
  const publicBase = (options.publicBaseUrl ?? options.baseUrl).replace(/\/+$/, '')
  return {
    async call(numbers) {
      const plan = inboundPlan(publicBase, options.accountSid, numbers)
      return { callSid: plan.callSid, ...(await runLeg(options, plan)) }
    },
  }
}

/** A call to one of the server's numbers. `from` null: the number is withheld. */
export function inboundPlan(
  publicBase: string,
  accountSid: string,
  { to, from }: { to: string; from: string | null },
): LegPlan {
  const callSid = parameters.newSid('CA')
  return {
    callSid,
    form: parameters.legParameters({ accountSid, callSid, from: from ?? parameters.WITHHELD, to }),
    first: {
      url: publicBase + paths.ring,
      with: parameters.ringParameters(),
      webhook: { kind: 'ring', keys: false },
    },
    fallbackUrl: fallbackUrlOf(publicBase),
    statusUrl: publicBase + paths.status,
  }
}

/** Where the network turns when a document cannot be had. */
export function fallbackUrlOf(publicBase: string): string {
  return publicBase + paths.fallback
}
