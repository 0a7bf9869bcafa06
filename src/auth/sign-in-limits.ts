/**
 * How often somebody may be wrong at the desk's sign-in (docs/security.md#the-desks-sign-in). The numbers are here and nowhere else. A
 * window begins with its first try, and what was right is given back. PURE.
 */
import type { Limit } from './caller-limits.ts'
import { derivedKey, hmac, lengthPrefixed } from './keyed-hash.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export const signInLimits = {
  /** Under one name from one network: who is wrong elsewhere does not hold agents where they sit. */
  name: { most: 5, withinMs: 15 * MINUTE },
  /** Under one name from all networks together in which the agent has not signed in lately; those where they have are spared. */
  elsewhere: { most: 50, withinMs: DAY },
  /** From one network under whatever names. */
  address: { most: 30, withinMs: 15 * MINUTE },
} as const satisfies Record<string, Limit>

export function secondsOf({ withinMs }: Limit): number {
  return withinMs / 1000
}

/** So long after the last sign-in there a network is an agent's: longer than a holiday or an illness mostly is. */
export const NETWORK_KEPT_MS = 90 * DAY
/** Networks that are remembered of one agent: home, office, and some more. */
export const MOST_NETWORKS = 16

/** What a try is counted under, and the network is remembered as: no name, and no address can be read back from it. */
export interface SignInHashes extends Record<keyof typeof signInLimits, Buffer> {
  /** Of this agent alone: nothing shows who sits in one network. */
  network: Buffer
}

/** @param subjectKey from it the key of this purpose is made. */
export function signInHashes(subjectKey: Buffer): (name: string, network: string) => SignInHashes {
  const key = derivedKey(subjectKey, 'sign-in-limits-v1')
  const of = (...fields: string[]): Buffer => hmac(key, lengthPrefixed(fields))
  return (name, network) => ({
    name: of('name', name, network),
    elsewhere: of('elsewhere', name),
    address: of('address', network),
    network: of('network', name, network),
  })
}
