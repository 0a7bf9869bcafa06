/** How often somebody may be wrong at the sign-in, under one name and from one address. Kept in this process. */
import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

export const WINDOW_S = 15 * 60
export const WRONG_OF_A_NAME = 5
export const WRONG_FROM_AN_ADDRESS = 30
/** A proxy that nobody told us of, or this machine: what comes from there is everybody. */
const PRIVATE = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|0:0:0:0|f[cd][0-9a-f]{2}:|fe80:|$)/i

/** Seconds until the next try may be made. */
export type Throttled = { by: 'name' | 'address'; seconds: number }

export interface Throttle {
  /** Counts a try before anything is checked, so that many at once get no more than one after the other. */
  count(name: string, address: string): Promise<Throttled | null>
  /** The try was right: it is taken back, and so are the wrong ones under this name. */
  forgive(name: string, address: string): Promise<void>
}

export function createThrottle(): Throttle {
  const names = new RateLimiterMemory({ points: WRONG_OF_A_NAME, duration: WINDOW_S })
  const addresses = new RateLimiterMemory({ points: WRONG_FROM_AN_ADDRESS, duration: WINDOW_S })
  return {
    async count(name, address) {
      const network = networkOf(address)
      const fromAddress = PRIVATE.test(network) ? null : await secondsLeft(addresses, network)
      if (fromAddress !== null) return { by: 'address', seconds: fromAddress }
      const ofName = await secondsLeft(names, name)
      return ofName === null ? null : { by: 'name', seconds: ofName }
    },
    async forgive(name, address) {
      await names.delete(name)
      await addresses.reward(networkOf(address), 1)
    },
  }
}

async function secondsLeft(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  try {
    await limiter.consume(key)
    return null
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
    throw refused
  }
}

/** One line of IPv6 has a whole /64, and may choose from it an address for every try. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '')
  if (!isIPv6(plain)) return plain
  const [front = '', back] = plain.split('%')[0]?.split('::') ?? []
  const groups = front.split(':').filter((group) => group !== '')
  const zeros = back === undefined ? [] : Array<string>(8).fill('0')
  return [...groups, ...zeros].slice(0, 4).join(':')
}
