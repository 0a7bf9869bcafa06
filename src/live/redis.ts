/** The real side of `live/`: one Redis (6 or newer), the master that Sentinels name, or a Redis Cluster, through ioredis. Leases run by Redis's own clock. */
import { REDIS_PATIENCE } from '../seams/patience.ts'
import { within } from '../seams/within.ts'
import type { Live } from './live.ts'
import { redisCalls } from './redis-calls.ts'
import { connect, RedisUnreachable, reason } from './redis-connect.ts'
import { redisFailures } from './redis-failures.ts'
import { redisLimits } from './redis-limits.ts'
import { askPatiently } from './redis-patience.ts'
import { probeOf } from './redis-probe.ts'
import { redisSignals } from './redis-signals.ts'
import { type Sealing, sealedCalls } from './sealed-calls.ts'

/**
 * Opens what REDIS_URL names (`seams/redis-address.ts`), and resolves once Redis answers. Later outages are waited out:
 * operations reject when their patience is over, until Redis is back. Throws one sentence for people when it is not an address
 * or nobody answers there.
 */
export async function openRedis(url: string, sealing: Sealing, patience = REDIS_PATIENCE): Promise<Live> {
  const redis = await connect(url)
  const { signals, stop } = await redisSignals(redis, patience.firstMs).catch((error: unknown) => {
    redis.disconnect()
    throw new RedisUnreachable(`REDIS_URL: the Redis there does not let us SUBSCRIBE (${reason(error)}). Allow it.`)
  })
  const probe = probeOf(redis)
  return {
    calls: sealedCalls(redisCalls(redis, askPatiently(patience)), sealing),
    signals,
    limits: redisLimits(redis),
    failures: redisFailures(redis),
    ping: () => within(patience.firstMs, probe()),
    async close() {
      stop()
      await within(patience.firstMs, redis.quit()).catch(() => {})
      redis.disconnect()
    },
  }
}
