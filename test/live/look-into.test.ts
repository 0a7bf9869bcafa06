/** What is seen of a real Redis, and that looking writes nothing. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { lookIntoRedis } from '../../src/live/look-into.ts'
import { redisMissing, startRedis, type TestRedis } from '../support/redis.ts'

const missing = process.env.REQUIRE_REAL === '1' ? null : redisMissing()
const describeRedis = missing === null ? describe : describe.skip

describeRedis(`looking into a Redis${missing === null ? '' : ` (${missing})`}`, () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({ cluster: false, keeps: true })
  })
  afterAll(() => redis.stop())

  it('finds whether it keeps what it has, what it gives up, and whether it is a replica', async () => {
    expect(await lookIntoRedis(redis.url)).toEqual({
      kind: 'open',
      version: expect.stringMatching(/^\d+\./),
      isReplica: false,
      evicts: 'noeviction',
      isKept: true,
      isOpen: true,
    })
    await redis.direct.config('SET', 'maxmemory-policy', 'allkeys-lru')
    await redis.direct.config('SET', 'appendonly', 'no')
    expect(await lookIntoRedis(redis.url)).toMatchObject({ evicts: 'allkeys-lru', isKept: false })
    await redis.direct.replicaof('127.0.0.1', '1')
    expect(await lookIntoRedis(redis.url)).toMatchObject({ isReplica: true })
    await redis.direct.replicaof('NO', 'ONE')
    expect(await redis.direct.dbsize()).toBe(0)
  })

  it('finds whether it wants a password, and says so where it has none or another', async () => {
    await redis.direct.config('SET', 'requirepass', 'hush')
    try {
      const seen = await lookIntoRedis(redis.url)
      expect(seen).toMatchObject({ kind: 'unreachable', isRefused: true })
      expect(seen).toHaveProperty(
        'says',
        expect.stringMatching(/^REDIS_URL: the Redis at \/\S+ wants a password, and .*\.$/),
      )
    } finally {
      await redis.direct.config('SET', 'requirepass', '')
    }
  })

  it('that is away says where, without a password', async () => {
    expect(await lookIntoRedis('redis://me:hush@127.0.0.1:1')).toEqual({
      kind: 'unreachable',
      says: expect.stringMatching(/^REDIS_URL: no Redis works at redis:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED/),
      isRefused: false,
    })
  })
})
