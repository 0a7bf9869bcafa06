import { describe, expect, it } from '@jest/globals'
import { redisAddressOf, shownAddress } from '../../src/seams/redis-address.ts'

describe('REDIS_URL', () => {
  it.each(['redis://live', 'rediss://someone:hidden@live:6380/2', '/run/redis.sock'])(
    'may name a server: %s',
    (url) => {
      expect(redisAddressOf(url)).toEqual({ kind: 'server', url })
    },
  )

  it('may name Sentinels and what they call the master', () => {
    expect(redisAddressOf('redis+sentinel://a,b:26380,[::1]:5/mymaster')).toEqual({
      kind: 'sentinel',
      tls: false,
      endpoints: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
        { host: '::1', port: 5 },
      ],
      master: 'mymaster',
      db: 0,
      sentinel: {},
    })
    const secured = 'rediss+sentinel://calls:p%40ss@a.example/my.master/3?sentinel_username=s&sentinel_password=a%26b+c'
    expect(redisAddressOf(secured)).toEqual({
      kind: 'sentinel',
      tls: true,
      endpoints: [{ host: 'a.example', port: 26_379 }],
      username: 'calls',
      password: 'p@ss',
      master: 'my.master',
      db: 3,
      sentinel: { username: 's', password: 'a&b+c' },
    })
  })

  it('may name nodes of a cluster', () => {
    expect(redisAddressOf('rediss+cluster://:hush@a:7000,b/')).toEqual({
      kind: 'cluster',
      tls: true,
      endpoints: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
      password: 'hush',
    })
  })

  it.each([
    ['redis+sentinel://me:hush@a,b', 'does not say what the Sentinels call the master'],
    ['redis+sentinel://me:hush@a,b/', 'does not say what the Sentinels call the master'],
    ['redis+sentinel://me:hush@a/m/x', 'has something after the master that is no database'],
    ['redis+sentinel://me:hush@a/m/1/2', 'has something after the master that is no database'],
    ['redis+sentinel://me:hush@a/m?password=hush', 'has something after its ? that is neither'],
    ['redis+sentinel://me:hush@a,,b/m', 'does not name hosts with commas between them'],
    ['redis+sentinel://me:hush@/m', 'does not name hosts with commas between them'],
    ['redis+sentinel://me:hush@a b/m', 'does not name hosts with commas between them'],
    ['redis+sentinel://hush@a/m', 'has an @ and no password before it'],
    ['redis+sentinel://me:hu%sh@a/m', 'has a % that stands for nothing'],
    ['redis+sentinel://me:hu@sh@a/m', 'is not the address of Sentinels or of a cluster'],
    ['redis+cluster://me:hush@a:0', 'has a port that is not within 1 to 65535'],
    ['redis+cluster://me:hush@a:65536', 'has a port that is not within 1 to 65535'],
    ['redis+cluster://me:hush@a/2', 'names a database, and a cluster has none'],
    ['redis+cluster://me:hush@a?x=1', 'has a ? in it, and a cluster knows no such options'],
    ['redis+ring://me:hush@a', 'is not the address of Sentinels or of a cluster'],
    ['http://me:hush@a', ''],
    ['redis://me:hush@:::', ''],
  ])('like %s is refused: it %s', (url, why) => {
    const refused = (): unknown => redisAddressOf(url)
    expect(refused).toThrow(why === '' ? 'or redis+cluster://host1' : `. It ${why}`)
    expect(refused).toThrow(/^REDIS_URL must be like redis(\+sentinel|\+cluster)?:\/\/host.*\.$/)
    expect(refused).not.toThrow(/hu.?sh/)
  })

  it.each([
    ['redis://someone:hidden@live:1/3', 'redis://live:1/3'],
    ['/run/redis.sock', '/run/redis.sock'],
    [
      'redis+sentinel://someone:hidden@a,[::1]/m/3?sentinel_password=hidden',
      'redis+sentinel://a:26379,[::1]:26379/m/3',
    ],
    ['rediss+cluster://:hidden@a,b:7000', 'rediss+cluster://a:6379,b:7000'],
  ])('is shown without users and passwords: %s', (url, shown) => {
    expect(shownAddress(redisAddressOf(url))).toBe(shown)
  })
})
