/** A `wrap` for `openApp` that counts the work of checks: the SQL of accounts, tries and events, the hashes, and the MACs under the keys of PINs. */
import { hashRaw } from '@node-rs/argon2'
import { createVerifier, type PinKeys, type Verifier } from '../../src/auth/verifier.ts'
import type { Deps } from '../../src/server/deps.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createEventLog } from '../../src/store/events.ts'
import type { TurnParts } from '../../src/turn/take-turn.ts'
import { countingStatements } from './counting.ts'

export interface CheckWork {
  statements: number
  hashes: number
  macs: number
}

/** Every MAC asks for its key once. */
class CountedKeys extends Map<string, Buffer> {
  asked = 0
  override get(kid: string): Buffer | undefined {
    this.asked += 1
    return super.get(kid)
  }
}

/** The cheapest that argon2 has, whatever is asked of it: 8 kB, one pass. Of rows that were made so (`cheap-verifiers.ts`) it is right. */
const cheaply: typeof hashRaw = (secret, options) => hashRaw(secret, { ...options, memoryCost: 8, timeCost: 1 })

/** `without` the dummy hash: what has no stored verifier costs nothing, as where nobody thought of that. */
export function countedChecks({ cheap = false, without = null }: { cheap?: boolean; without?: 'dummy-hash' | null }) {
  let hashes = 0
  let keys = new CountedKeys()
  let statements = (): number => 0
  const hash: typeof hashRaw = (...args) => {
    hashes += 1
    return (cheap ? cheaply : hashRaw)(...args)
  }
  const verifierOf = (pin: PinKeys): Verifier => {
    keys = new CountedKeys(pin.byId)
    const verifier = createVerifier({ ...pin, byId: keys }, Number.POSITIVE_INFINITY, hash)
    if (without === null) return verifier
    return {
      ...verifier,
      matchOf: async (secret, kind, candidates) =>
        candidates.length === 0 ? null : verifier.matchOf(secret, kind, candidates),
    }
  }
  return {
    /** So far. */
    work: (): CheckWork => ({ statements: statements(), hashes, macs: keys.asked }),
    wrap(_parts: TurnParts, deps: Deps): Partial<TurnParts> {
      const counting = countingStatements(deps.database.db)
      statements = counting.statements
      return {
        source: createTableSource(counting.db),
        attempts: createAttempts(counting.db),
        events: createEventLog(counting.db),
        verifier: verifierOf(deps.keys.pin),
      }
    },
  }
}

/** What was done between two counts. */
export function workSince(before: CheckWork, now: CheckWork): CheckWork {
  return {
    statements: now.statements - before.statements,
    hashes: now.hashes - before.hashes,
    macs: now.macs - before.macs,
  }
}
