import type { RedisSeen } from '../../live/look-into.ts'
import { defineCheck } from './check.ts'

interface Seen {
  /** Null: calls are kept in the process. */
  redis: RedisSeen | null
  isTryout: boolean
  /** It is reached by a file, which has an owner. */
  isSocket: boolean
}

export const live = defineCheck({
  name: 'redis',
  needs: ['REDIS_URL'],
  ofVoice: true,
  remedies: {
    none: {
      weight: 'warning',
      remedy: 'Set REDIS_URL: calls that are on are lost with the process, and it can be one server only.',
    },
    unreachable: {
      weight: 'fault',
      remedy:
        'Start Redis (systemctl start redis, or docker compose up -d), or correct REDIS_URL. Until then every caller comes to a person unverified. Try it: redis-cli -u ADDRESS ping.',
    },
    replica: {
      weight: 'fault',
      remedy: 'Set REDIS_URL to the primary (redis-cli info replication names it), or to the Sentinels that know it.',
    },
    refused: {
      weight: 'fault',
      remedy:
        'Put the user and password into REDIS_URL that Redis has (requirepass, or its ACL); with compose.yaml both come from REDIS_PASSWORD of .env.',
    },
    open: {
      weight: 'warning',
      remedy:
        'Give it a password (requirepass) and a network of its own, and set REDIS_URL to redis://:password@host:6379.',
    },
    evicts: {
      weight: 'warning',
      remedy:
        'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf: else calls vanish when it is full. A Redis that others use as a cache needs it left: give Rufpass one of its own.',
    },
    not_kept: {
      weight: 'warning',
      remedy:
        'redis-cli config set appendonly yes, and the same in redis.conf: else calls that are on are lost when Redis restarts.',
    },
  },
  look: async ({ config, isTryout }): Promise<Seen> => {
    if (config.redisUrl === null) return { redis: null, isTryout, isSocket: false }
    const { lookIntoRedis } = await import('../../live/look-into.ts')
    return { redis: await lookIntoRedis(config.redisUrl), isTryout, isSocket: config.redisUrl.startsWith('/') }
  },
  judge({ redis, isTryout, isSocket }) {
    if (redis === null)
      return isTryout
        ? [{ good: 'None: calls that are on are kept in the process.' }]
        : [{ code: 'none', says: 'None: calls that are on are kept in the process alone.' }]
    if (redis.kind === 'unreachable') return [{ code: redis.isRefused ? 'refused' : 'unreachable', says: redis.says }]
    if (redis.isReplica) return [{ code: 'replica', says: 'It is a replica, which takes no call.' }]
    return [
      { good: `Redis ${redis.version} answers.` },
      ...(redis.evicts !== null && redis.evicts !== 'noeviction'
        ? [{ code: 'evicts' as const, says: `It gives up entries when it is full (${redis.evicts}).` }]
        : []),
      ...(redis.isOpen === true && !isTryout && !isSocket
        ? [
            {
              code: 'open' as const,
              says: 'It wants no password: what reaches it can end calls and take limits of lines away.',
            },
          ]
        : []),
      ...(redis.isKept === false ? [{ code: 'not_kept' as const, says: 'It keeps no log of what it has.' }] : []),
    ]
  },
})
