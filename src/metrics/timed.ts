/** How long live calls and Twilio take to answer, by standing in for them. The database says it by itself (`store/pool.ts`). */
import type { CallStore } from '../seams/calls.ts'
import type { AskedStore, HearsAsked } from '../seams/meter.ts'
import type { Telephony } from '../seams/telephony.ts'
import type { Metrics } from './metrics.ts'

/** Who hears how long `store` takes. */
export function hearsOf({ storeSeconds }: Metrics, store: AskedStore): HearsAsked {
  return (result, ms) => storeSeconds.observe({ store, result }, ms / 1000)
}

export function measureCalls<Of extends CallStore>(calls: Of, hears: HearsAsked): Of {
  const { claim, seize, save, amend, end, get } = calls
  return {
    ...calls,
    claim: timed(claim, hears),
    seize: timed(seize, hears),
    save: timed(save, hears),
    amend: timed(amend, hears),
    end: timed(end, hears),
    get: timed(get, hears),
  }
}

/** Twilio, as the floor asks it. */
export function measureTelephony(telephony: Telephony, metrics: Metrics): Telephony {
  const hears = hearsOf(metrics, 'twilio')
  const { ring, redirect, isOn, hangUp, hold, endRoom } = telephony
  return {
    ring: timed(ring, hears),
    redirect: timed(redirect, hears),
    isOn: timed(isOn, hears),
    hangUp: timed(hangUp, hears),
    hold: timed(hold, hears),
    endRoom: timed(endRoom, hears),
  }
}

function timed<Given extends unknown[], Result>(
  act: (...given: Given) => Promise<Result>,
  hears: HearsAsked,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    const began = performance.now()
    try {
      const result = await act(...given)
      hears('ok', performance.now() - began)
      return result
    } catch (error) {
      hears('unreachable', performance.now() - began)
      throw error
    }
  }
}
