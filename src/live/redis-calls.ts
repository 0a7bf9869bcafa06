/** Calls on Redis: one hash a call, one script an operation. `scripts.ts` holds the rules. */
import { randomUUID } from 'node:crypto'
import type { KeptCalls, KeptClaim } from './kept-calls.ts'
import type { Ask } from './redis-patience.ts'
import { type RedisClient, script } from './redis-script.ts'
import { AMEND, CLAIM, END, FORGET, SAVE, SEIZE } from './scripts.ts'

type ClaimReply = [kind: KeptClaim['kind'], kept: string | null, token: string | null]

/** The braces are a hash tag: on a cluster everything of one call is on one node. */
const keyOf = (callId: string): string => `rufpass:call:{${callId}}`

function claimed([kind, kept, token]: ClaimReply, claim: string): KeptClaim {
  switch (kind) {
    case 'proceed':
      return { kind, kept, claim }
    case 'answered':
    case 'stale':
      return { kind, kept: kept ?? '', token: token ?? '' }
    default:
      return { kind }
  }
}

/** Every operation rejects within the patience of `ask`, or by the deadline given, when Redis cannot be asked. */
export function redisCalls(redis: RedisClient, ask: Ask): KeptCalls {
  const claimScript = script(redis, CLAIM, 1)
  const seizeScript = script(redis, SEIZE, 1)
  const saveScript = script(redis, SAVE, 1)
  const amendScript = script(redis, AMEND, 1)
  const endScript = script(redis, END, 1)
  const forgetScript = script(redis, FORGET, 1)

  return {
    async claim(callId, token, { create, leaseMs, as = randomUUID(), by }) {
      const reply = await ask(() => claimScript(keyOf(callId), token, as, leaseMs, create ? '1' : '0'), by)
      return claimed(reply as ClaimReply, as)
    },

    async seize(callId, { create, leaseMs, as = randomUUID(), by }) {
      const reply = await ask(() => seizeScript(keyOf(callId), as, leaseMs, create ? '1' : '0'), by)
      return claimed(reply as ClaimReply, as)
    },

    async save(callId, claim, call, nextToken, by) {
      return (await ask(() => saveScript(keyOf(callId), claim, call, nextToken), by)) === 1
    },

    async amend(callId, before, after, as = randomUUID()) {
      return (await ask(() => amendScript(keyOf(callId), before, after, as))) === 1
    },

    async end(callId, as = randomUUID()) {
      const [first, kept] = (await ask(() => endScript(keyOf(callId), as))) as [number, string | null]
      return { first: first === 1, kept }
    },

    async get(callId, by) {
      return ask(() => redis.hget(keyOf(callId), 'call'), by, 'read')
    },

    async forget(callId, kept, by) {
      await ask(() => forgetScript(keyOf(callId), kept), by)
    },
  }
}
