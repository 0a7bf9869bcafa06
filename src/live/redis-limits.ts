/** Tries by line on Redis, counted over all instances. Where it does not answer, this instance counts by itself, at half the rate: nothing fails open. */
import { halved } from '../auth/caller-limits.ts'
import type { CallerLimits, LineTry } from '../seams/caller-limits.ts'
import type { Deadline } from '../seams/deadline.ts'
import { within } from '../seams/within.ts'
import { GIVE_BACK, SPEND } from './limit-scripts.ts'
import { countInMemory } from './memory-limits.ts'
import { type RedisClient, script } from './redis-script.ts'

/** So much of what is left to a webhook is waited for an answer: after it there is a secret to be checked. */
const SHARE = 1 / 4

const keysOf = ({ brand, layers }: LineTry): string[] =>
  layers.map(({ name, key }) => `rufpass:line:{${brand}}:${name}:${key}`)

export function redisLimits(redis: RedisClient): CallerLimits {
  const meanwhile = countInMemory(() => performance.now())
  const scripts = new Map<string, ReturnType<typeof script>>()

  /** A script of so many keys. */
  function run(lua: string, attempt: LineTry, args: number[], by: Deadline): Promise<unknown> {
    const keys = keysOf(attempt)
    const name = `${keys.length} ${lua}`
    const known = scripts.get(name) ?? script(redis, lua, keys.length)
    scripts.set(name, known)
    return within(by.left() * SHARE, known(...keys, attempt.token, attempt.account, ...args))
  }

  return {
    async spend(attempt, by) {
      const figures = attempt.layers.flatMap(({ failures, accounts }) => [
        failures.most,
        failures.withinMs,
        accounts.most,
        accounts.withinMs,
      ])
      try {
        const full = Number(await run(SPEND, attempt, figures, by))
        return { full: attempt.layers[full - 1]?.name ?? null, counted: 'everywhere' }
      } catch {
        return { full: meanwhile.spend(halfOf(attempt)), counted: 'here' }
      }
    },
    async giveBack(attempt, by) {
      meanwhile.giveBack(attempt)
      await run(GIVE_BACK, attempt, [], by)
    },
  }
}

function halfOf(attempt: LineTry): LineTry {
  const layers = attempt.layers.map((layer) => ({
    ...layer,
    failures: halved(layer.failures),
    accounts: halved(layer.accounts),
  }))
  return { ...attempt, layers }
}
