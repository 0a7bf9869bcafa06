/** Calls on Redis: one hash a call, one script an operation. `scripts.ts` holds the rules. */
import { randomUUID } from 'node:crypto'
import type { Call } from '../call/call.ts'
import type { CallStore, Claimed } from '../seams/calls.ts'
import { type RedisClient, script } from './redis-script.ts'
import { CLAIM, END, SAVE, SEIZE } from './scripts.ts'

type ClaimReply = [kind: Claimed['kind'], json: string | null, more: string | number]

/** The braces are a hash tag: on a cluster everything of one call is on one node. */
const keyOf = (callId: string): string => `rufpass:call:{${callId}}`

const parsed = (json: string | null): Call | null => (json === null ? null : (JSON.parse(json) as Call))

function claimed([kind, json, more]: ClaimReply, claim: string): Claimed {
  switch (kind) {
    case 'proceed':
      return { kind, call: parsed(json), claim, lapsed: more === 1 }
    case 'answered':
    case 'stale':
      return { kind, call: parsed(json) as Call, token: more as string }
    default:
      return { kind }
  }
}

/** Every operation rejects within the client's time limit when Redis cannot be asked. */
export function redisCalls(redis: RedisClient): CallStore {
  const claimScript = script(redis, CLAIM, 1)
  const seizeScript = script(redis, SEIZE, 1)
  const saveScript = script(redis, SAVE, 1)
  const endScript = script(redis, END, 1)

  return {
    async claim(callId, token, { create, leaseMs }) {
      const claim = randomUUID()
      return claimed((await claimScript(keyOf(callId), token, claim, leaseMs, create ? '1' : '0')) as ClaimReply, claim)
    },

    async seize(callId, { create, leaseMs }) {
      const claim = randomUUID()
      return claimed((await seizeScript(keyOf(callId), claim, leaseMs, create ? '1' : '0')) as ClaimReply, claim)
    },

    async save(callId, claim, call, nextToken) {
      return (await saveScript(keyOf(callId), claim, JSON.stringify(call), nextToken)) === 1
    },

    async end(callId) {
      const [first, json] = (await endScript(keyOf(callId))) as [number, string | null]
      return { first: first === 1, call: parsed(json) }
    },

    async get(callId) {
      return parsed(await redis.hget(keyOf(callId), 'call'))
    },
  }
}
