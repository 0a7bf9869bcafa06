/** How often somebody may be wrong at the sign-in, under one name and from one network. Kept in this process. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { isEverybody, networkOf } from './network.ts'

export const WINDOW_S = 15 * 60
/** From one network: who is wrong elsewhere does not hold agents where they sit. */
export const WRONG_OF_A_NAME = 5
export const WRONG_FROM_AN_ADDRESS = 30
/** From all networks together where the agent has never signed in; those where they have are spared. */
export const WRONG_ELSEWHERE = 50
export const ELSEWHERE_S = 24 * 60 * 60
/** Networks that are remembered of one agent: home, office, and some more. */
const MOST_NETWORKS = 16

/** Seconds until the next try may be made. */
export type Throttled = { by: 'name' | 'address'; seconds: number }

export interface Throttle {
  /** Counts a try before anything is checked, so that many at once get no more than one after the other. */
  count(name: string, address: string): Promise<Throttled | null>
  /** The try was right: it is taken back, and so are the wrong ones under this name from there. The network is known from now on. */
  forgive(name: string, address: string): Promise<void>
}

export function createThrottle(): Throttle {
  const names = new RateLimiterMemory({ points: WRONG_OF_A_NAME, duration: WINDOW_S })
  const elsewhere = new RateLimiterMemory({ points: WRONG_ELSEWHERE, duration: ELSEWHERE_S })
  const addresses = new RateLimiterMemory({ points: WRONG_FROM_AN_ADDRESS, duration: WINDOW_S })
  /** Of agents who have signed in here, so there are no more of them than agents. */
  const known = new Map<string, Set<string>>()
  const isKnown = (name: string, network: string): boolean => known.get(name)?.has(network) ?? false
  return {
    async count(name, address) {
      const network = networkOf(address)
      const fromAddress = isEverybody(network) ? null : await secondsLeft(addresses, network)
      if (fromAddress !== null) return { by: 'address', seconds: fromAddress }
      const fromHere = await secondsLeft(names, keyOf(name, network))
      if (fromHere !== null) return { by: 'name', seconds: fromHere }
      const seconds = isKnown(name, network) ? null : await secondsLeft(elsewhere, name)
      return seconds === null ? null : { by: 'name', seconds }
    },
    async forgive(name, address) {
      const network = networkOf(address)
      await names.delete(keyOf(name, network))
      if (!isKnown(name, network)) await elsewhere.reward(name, 1)
      await addresses.reward(network, 1)
      const networks = known.get(name) ?? new Set()
      // The one that was used longest ago gives way.
      networks.delete(network)
      networks.add(network)
      const [oldest] = networks
      if (networks.size > MOST_NETWORKS && oldest !== undefined) networks.delete(oldest)
      known.set(name, networks)
    },
  }
}

/** No network has a line feed in it, so no name makes two pairs one. */
function keyOf(name: string, network: string): string {
  return `${network}\n${name}`
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
