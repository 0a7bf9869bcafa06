/** Tries by line on Redis, counted over all instances. Where it does not answer, this instance counts by itself, at half the rate: nothing fails open. */
import { halved } from '../auth/caller-limits.ts'
import { KNOWN_FOR_MS, LINES_OF_A_CUSTOMER, servicePools } from '../auth/service-limits.ts'
import type { CallerLimits, LineTry } from '../seams/caller-limits.ts'
import type { Deadline } from '../seams/deadline.ts'
import { within } from '../seams/within.ts'
import { GIVE_BACK, GIVE_BACK_OF_ALL, SPEND, SPEND_OF_ALL } from './limit-scripts.ts'
import { countInMemory } from './memory-limits.ts'
import { poolInMemory } from './memory-service.ts'
import { type RedisClient, script } from './redis-script.ts'

/** So much of what is left to a webhook is waited for an answer: after it there is a secret to be checked. */
const SHARE = 1 / 4
/** What one instance gives that counts by itself. */
const PART = 1 / 2

const keysOf = ({ brand, layers }: LineTry): string[] =>
  layers.map(({ name, key }) => `rufpass:line:{${brand}}:${name}:${key}`)
const keysOfAll = ({ brand }: LineTry): string[] =>
  ['known', 'strangers', 'familiar', 'customers'].map((name) => `rufpass:line:{${brand}}:${name}`)

const linesOfCustomer = ({ brand }: LineTry, customer: string): string => `rufpass:line:{${brand}}:of:${customer}`

const POOLS = [servicePools.strangers, servicePools.known].flatMap((pool) => [
  pool.least,
  pool.forEachProved,
  pool.withinMs,
])

export function redisLimits(redis: RedisClient): CallerLimits {
  const now = () => performance.now()
  const meanwhile = countInMemory(now)
  const pools = poolInMemory(now, PART)
  const scripts = new Map<string, ReturnType<typeof script>>()

  /** A script of so many keys. */
  function run(lua: string, keys: string[], args: (string | number)[], by: Deadline): Promise<unknown> {
    const name = `${keys.length} ${lua}`
    const known = scripts.get(name) ?? script(redis, lua, keys.length)
    scripts.set(name, known)
    return within(by.left() * SHARE, known(...keys, ...args))
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
        const full = Number(await run(SPEND, keysOf(attempt), [attempt.token, attempt.account, ...figures], by))
        return { full: attempt.layers[full - 1]?.name ?? null, counted: 'everywhere' }
      } catch {
        return { full: meanwhile.spend(halfOf(attempt)), counted: 'here' }
      }
    },
    async spendOfAll(attempt, by) {
      const { brand, token, ofAll } = attempt
      if (ofAll === null) return { isLeft: true, counted: 'everywhere' }
      try {
        const left = Number(await run(SPEND_OF_ALL, keysOfAll(attempt), [token, ofAll, KNOWN_FOR_MS, ...POOLS], by))
        return { isLeft: left === 1, counted: 'everywhere' }
      } catch {
        return { isLeft: pools.spend(brand, ofAll, token), counted: 'here' }
      }
    },
    async giveBack(attempt, by, proved = null) {
      const { brand, token, account, ofAll } = attempt
      meanwhile.giveBack(attempt)
      if (ofAll === null) {
        await run(GIVE_BACK, keysOf(attempt), [token, account], by)
        return
      }
      pools.giveBack(brand, token)
      const keys = [...keysOfAll(attempt), linesOfCustomer(attempt, proved ?? ''), ...keysOf(attempt)]
      await run(GIVE_BACK_OF_ALL, keys, [token, account, ofAll, KNOWN_FOR_MS, proved ?? '', LINES_OF_A_CUSTOMER], by)
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
