/** Calls on Redis: one hash a call, one script an operation. `scripts.ts` holds the rules. */
import { randomUUID } from 'node:crypto'
import type { Call } from '../call/call.ts'
import type { CallStore, Claimed } from '../seams/calls.ts'
import type { Ask } from './redis-patience.ts'
import { type RedisClient, script } from './redis-script.ts'
import { AMEND, CLAIM, END, SAVE, SEIZE } from './scripts.ts'

type ClaimReply = [kind: Claimed['kind'], json: string | null, token: string]

/** The braces are a hash tag: on a cluster everything of one call is on one node. */
const keyOf = (callId: string): string => `rufpass:call:{${callId}}`

const parsed = (json: string | null): Call | null => (json === null ? null : (JSON.parse(json) as Call))

function claimed([kind, json, token]: ClaimReply, claim: string): Claimed {
  switch (kind) {
    case 'proceed':
      return { kind, call: parsed(json), claim }
    case 'answered':
    case 'stale':
      return { kind, call: parsed(json) as Call, token }
    default:
      return { kind }
  }
}

/** Every operation rejects within the patience of `ask`, or by the deadline given, when Redis cannot be asked. */
export function redisCalls(redis: RedisClient, ask: Ask): CallStore {
  const claimScript = script(redis, CLAIM, 1)
  const seizeScript = script(redis, SEIZE, 1)
  const saveScript = script(redis, SAVE, 1)
  const amendScript = script(redis, AMEND, 1)
  const endScript = script(redis, END, 1)

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
      const json = JSON.stringify(call)
      return (await ask(() => saveScript(keyOf(callId), claim, json, nextToken), by)) === 1
    },

    async amend(callId, before, after, as = randomUUID()) {
      const [was, is] = [JSON.stringify(before), JSON.stringify(after)]
      return (await ask(() => amendScript(keyOf(callId), was, is, as))) === 1
    },

    async end(callId, as = randomUUID()) {
      const [first, json] = (await ask(() => endScript(keyOf(callId), as))) as [number, string | null]
      return { first: first === 1, call: parsed(json) }
    },

    async get(callId, by) {
      return parsed(await ask(() => redis.hget(keyOf(callId), 'call'), by, 'read'))
    },
  }
}
