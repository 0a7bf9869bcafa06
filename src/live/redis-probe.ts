/**
 * Whether calls can be kept on Redis: asked by writing as calls do, by a script and below their name. A replica, a server without memory (`OOM`), one that cannot save
 * (`MISCONF`) or that lacks replicas still answers PING, and takes no call.
 */
import { Cluster } from 'ioredis'
import { type RedisClient, script } from './redis-script.ts'

/** Nothing reads it. It goes soon after the last probe, ms. */
const LIFE_MS = 60_000

/** Hash tags with one slot in each sixteenth of a cluster's slots: every node that has a fair share of them is asked. */
const TAGS = [10, 3, 61, 43, 11, 2, 60, 42, 12, 1, 63, 41, 13, 0, 62, 40]

/** Resolves when it is written. */
export function probeOf(redis: RedisClient): () => Promise<void> {
  const keys = (redis instanceof Cluster ? TAGS : [0]).map((tag) => `rufpass:call:{${tag}}:probe`)
  const write = script(redis, `redis.call('SET', KEYS[1], '', 'PX', ARGV[1])`, 1)
  return async () => {
    await Promise.all(keys.map((key) => write(key, LIFE_MS)))
  }
}
