/** Runs a Lua script by its hash, and by its text where the server does not have it yet. */
import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'

export type RedisClient = Redis | Cluster

/**
 * A script as a function of its keys and arguments. Not ioredis's `defineCommand`, which does the same for about 5 µs of
 * CPU more a call; two scripts run in every webhook.
 */
export function script(
  redis: RedisClient,
  lua: string,
  keys: number,
): (...args: (string | number)[]) => Promise<unknown> {
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (...args) => {
    try {
      return await redis.evalsha(sha, keys, ...args)
    } catch (error) {
      // Redis restarted or failed over; it then ran nothing, so sending it again is safe.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(lua, keys, ...args)
    }
  }
}
