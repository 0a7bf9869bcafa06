/** What can be seen of a Redis without writing to it. */
import { Cluster } from 'ioredis'
import { connect, RedisUnreachable } from './redis-connect.ts'

export type RedisSeen =
  /** `says` is a sentence for people. `isRefused`: it is there, and does not take our user and password. */
  | { kind: 'unreachable'; says: string; isRefused: boolean }
  | {
      kind: 'open'
      version: string
      /** A replica takes no call. */
      isReplica: boolean
      /** `noeviction` loses no call to another; null where it may not be asked. */
      evicts: string | null
      /** Whether what it has survives its restart; null where it may not be asked. */
      isKept: boolean | null
      /** Whether it lets everybody in who reaches it; null where it may not be asked. */
      isOpen: boolean | null
    }

/** @throws NoRedisAddress where the address is none. */
export async function lookIntoRedis(url: string): Promise<RedisSeen> {
  try {
    const redis = await connect(url)
    try {
      const node = redis instanceof Cluster ? redis.nodes('master')[0] : redis
      // An access list may forbid it; that it answers is known all the same.
      const info = (await node?.info().catch(() => '')) ?? ''
      const of = (name: string): string | null => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? null
      const appends = of('aof_enabled')
      return {
        kind: 'open',
        version: of('redis_version') ?? '',
        isReplica: of('role') === 'slave',
        evicts: of('maxmemory_policy'),
        isKept: appends === null ? null : appends === '1',
        isOpen: (await node?.call('ACL', 'GETUSER', 'default').then(needsNoPassword, () => null)) ?? null,
      }
    } finally {
      redis.disconnect()
    }
  } catch (error) {
    if (error instanceof RedisUnreachable)
      return { kind: 'unreachable', says: error.message, isRefused: error.isRefused }
    throw error
  }
}

/** Names and values by turns, of the user who is taken where none is named. https://redis.io/docs/latest/commands/acl-getuser/ */
function needsNoPassword(user: unknown): boolean | null {
  if (!Array.isArray(user)) return null
  const flags = user[user.indexOf('flags') + 1]
  return Array.isArray(flags) ? flags.includes('on') && flags.includes('nopass') : null
}
