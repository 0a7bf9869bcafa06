import type { Call } from '../call/call.ts'
import type { Hotline } from '../flow/hotline.ts'
import { hotlineOfCalled } from './leg-numbers.ts'
import type { Leg } from './turns.ts'

/** The hotlines that answer here. `checks`: the PIN checks in mid-call, each with its brand. */
export interface Answering {
  byNumber: ReadonlyMap<string, Hotline>
  byBrand: ReadonlyMap<string, Hotline>
  checks: readonly Hotline[]
}

/**
 * The brand and flow that a call is in; a new call's by the number called.
 * @throws Error when no brand answers it.
 */
export function hotlineOf(hotlines: Answering, call: Call | null, leg: Leg): Hotline {
  const hotline =
    call === null
      ? hotlineOfCalled(leg.called, hotlines.byNumber)
      : (pinCheckOf(hotlines, call.brand, call.flow) ?? hotlines.byBrand.get(call.brand))
  if (!hotline) throw new Error('no brand answers this call; was its file removed while the call ran?')
  return hotline
}

/** The PIN check of a brand; with `flow` only if that is its flow. */
export function pinCheckOf({ checks }: Answering, brandName: string, flow: string | null): Hotline | undefined {
  return checks.find((check) => check.brand.name === brandName && (flow === null || check.flow.name === flow))
}
