/** Calls as their accounts stand now: what reads the level of a call that goes on, reads it here (docs/security.md#a-proof-that-holds-no-more). */
import type { Call } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import { withdrawn } from '../flow/withdrawn.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { Proof, Standings } from '../seams/standings.ts'

/** Nothing is asked of a call in which nothing is proved. Where it cannot be asked, nothing counts as proved: never throws. */
export type AsItStands = (calls: readonly Call[]) => Promise<Call[]>

export interface StandingParts {
  standings: Standings
  hotlines: { byBrand: ReadonlyMap<string, { brand: Pick<Brand, 'tail'> }> }
  clock: Clock
  log: Pick<Log, 'error'>
}

export function createAsItStands({ standings, hotlines, clock, log }: StandingParts): AsItStands {
  return async (calls) => {
    const proofs = calls.map(proofOf)
    const now = clock.now()
    const asked = proofs.filter((proof) => proof !== null)
    if (asked.length === 0) return [...calls]
    const told = await standings.of(asked, now).catch((err: unknown) => {
      log.error({ err }, 'whether proofs still hold could not be read; they count as none')
      return null
    })
    let next = 0
    return calls.map((call, place) => {
      if (proofs[place] === null) return call
      const standing = told === null ? null : (told[next++] ?? null)
      const brand = hotlines.byBrand.get(call.brand)?.brand
      return withdrawn(call, brand ?? {}, standing, now)
    })
  }
}

/** Calls whose level is that of the account as it is now. */
export function judged(calls: CallStore, asItStands: AsItStands): CallStore {
  return {
    ...calls,
    async get(callId, by) {
      const call = await calls.get(callId, by)
      return call && ((await asItStands([call]))[0] ?? null)
    },
  }
}

function proofOf({ brand, claim, assurance }: Call): Proof | null {
  const { level, method, at } = assurance
  if (level < 2 || method === null || at === null || claim?.ref == null) return null
  return { brand, ref: claim.ref, subject: claim.subject, method, sims: claim.sims ?? [], at }
}
