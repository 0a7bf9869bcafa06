/** Failures of all callers on Redis, counted over all instances. Each instance counts its own beside: that is what is read where Redis does not answer. */
import { sprayRule } from '../auth/spray.ts'
import type { FailureCounts } from '../seams/failure-counts.ts'
import { REDIS_PATIENCE } from '../seams/patience.ts'
import { within } from '../seams/within.ts'
import { NOTE_FAILURE, READ_FAILURES } from './failure-scripts.ts'
import { countFailures } from './memory-failures.ts'
import { type RedisClient, script } from './redis-script.ts'

const keysOf = (brand: string): string[] => ['tries', 'accounts'].map((kind) => `rufpass:failed:{${brand}}:${kind}`)

export function redisFailures(redis: RedisClient): FailureCounts {
  const here = countFailures(() => performance.now())
  const [note, read] = [script(redis, NOTE_FAILURE, 2), script(redis, READ_FAILURES, 2)]
  return {
    async note(failed) {
      here.note(failed)
      const { brand, token, account } = failed
      await within(REDIS_PATIENCE.firstMs, note(...keysOf(brand), token, account, sprayRule.windowMs))
    },
    async read(brand, withinMs) {
      try {
        const counts = await within(REDIS_PATIENCE.firstMs, read(...keysOf(brand), withinMs))
        const [failures, accounts] = counts as [number, number]
        return { failures, accounts, counted: 'everywhere' }
      } catch {
        return { ...here.read(brand, withinMs), counted: 'here' }
      }
    },
  }
}
