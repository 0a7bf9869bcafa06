/** Calls in this process's memory, with the rules of `scripts.ts` in TypeScript. One thread: every function is atomic. */
import { randomUUID } from 'node:crypto'
import { setImmediate as afterAllThatArrived } from 'node:timers/promises'
import type { Clock } from '../seams/clock.ts'
import type { KeptCalls, KeptClaim } from './kept-calls.ts'
import { LIFE_MS } from './live.ts'

interface Kept {
  /** The step token whose webhook comes next; null when the call was seized before it had a step. */
  awaited: string | null
  answered: string | null
  call: string | null
  claim: string | null
  /** When the claim may be taken by another, ms. */
  lease: number
  /** The claim under which was saved last. */
  saved: string | null
  /** The last change between two steps. */
  amended: string | null
  /** By which operation the call ended. */
  ended: string | null
  /** When all of this is forgotten, ms. */
  until: number
}

export function memoryCalls(clock: Clock): KeptCalls {
  // In order of the last write, which is the order of expiry.
  const kept = new Map<string, Kept>()

  const find = (callId: string, now: number): Kept | undefined => {
    const it = kept.get(callId)
    return it && it.until > now ? it : undefined
  }

  /** Renews the life of a call. No timer: each write sweeps out what has expired. */
  function keep(callId: string, it: Kept, now: number): void {
    it.until = now + LIFE_MS
    kept.delete(callId)
    kept.set(callId, it)
    for (const [id, oldest] of kept) {
      if (oldest.until > now) break
      kept.delete(id)
    }
  }

  function take(it: Kept, claim: string, leaseMs: number, now: number): KeptClaim {
    it.claim = claim
    it.lease = now + leaseMs
    return { kind: 'proceed', kept: it.call, claim }
  }

  return {
    async claim(callId, token, { create, leaseMs, as = randomUUID() }) {
      // As on Redis, where the answers to all webhooks of one turn of the event loop come in a later one: so many at once pass the
      // door, and then the turn, each with code and data that are still warm. One alone costs nothing more.
      await afterAllThatArrived()
      const now = clock.now().getTime()
      const known = find(callId, now)
      if (known && known.ended !== null) return { kind: 'ended' }
      if (!known && !create) return { kind: 'unknown' }
      const it = known ?? fresh()
      // The delivery that has it may ask again: nothing changes but the lease.
      if (it.claim === as) return take(it, as, leaseMs, now)
      // A call that was never saved has nothing to repeat: a delivery that may create it starts it again once its lease
      // has run out.
      if (token === it.awaited || (create && it.call === null)) {
        if (it.claim !== null && now < it.lease) return { kind: 'busy' }
        it.awaited = token
        if (it.call === null) keep(callId, it, now)
        return take(it, as, leaseMs, now)
      }
      if (it.call === null) return { kind: 'busy' }
      const kind = token === it.answered ? 'answered' : 'stale'
      return { kind, kept: it.call, token: it.awaited ?? '' }
    },

    async seize(callId, { create, leaseMs, as = randomUUID() }) {
      const now = clock.now().getTime()
      const known = find(callId, now)
      if (known && known.ended !== null) return { kind: 'ended' }
      if (!known && !create) return { kind: 'unknown' }
      const it = known ?? fresh()
      keep(callId, it, now)
      return take(it, as, leaseMs, now)
    },

    async save(callId, claim, call, nextToken) {
      const now = clock.now().getTime()
      const it = find(callId, now)
      if (!it) return false
      if (it.claim !== claim) return it.saved === claim && it.awaited === nextToken
      it.call = call
      it.answered = it.awaited
      it.awaited = nextToken
      it.saved = claim
      it.claim = null
      keep(callId, it, now)
      return true
    },

    async amend(callId, before, after, as = randomUUID()) {
      const now = clock.now().getTime()
      const it = find(callId, now)
      if (!it) return false
      if (it.amended === as) return true
      if (it.ended !== null || it.claim !== null || it.call !== before) return false
      it.call = after
      it.amended = as
      keep(callId, it, now)
      return true
    },

    async end(callId, as = randomUUID()) {
      const now = clock.now().getTime()
      const it = find(callId, now) ?? fresh()
      if (it.ended === null) {
        it.ended = as
        it.claim = null
        keep(callId, it, now)
      }
      return { first: it.ended === as, kept: it.call }
    },

    async get(callId) {
      return find(callId, clock.now().getTime())?.call ?? null
    },

    async forget(callId, call) {
      const it = find(callId, clock.now().getTime())
      if (it && it.ended === null && it.call === call) kept.delete(callId)
    },
  }
}

const fresh = (): Kept => ({
  awaited: null,
  answered: null,
  call: null,
  claim: null,
  lease: 0,
  saved: null,
  amended: null,
  ended: null,
  until: 0,
})
