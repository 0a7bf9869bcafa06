/** Servers that stand in for each other: the one at work is killed, and another takes over. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Live } from '../../src/live/live.ts'
import { openRedis } from '../../src/live/redis.ts'
import { type Deadline, deadlineIn } from '../../src/seams/deadline.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { describeServers } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'
import { startCluster, startWatched } from '../support/redis-groups.ts'
import { SEALING } from '../support/sealing.ts'
import { callAt } from './sample.ts'

const CREATE = { create: true, leaseMs: 3_600_000 }
/** A failover takes as long as a busy machine lets it. */
const someday = (): Deadline => deadlineIn(WAITED_MS)

/** A call as far as its second step, for which it holds a claim. */
async function begin({ calls }: Live, id: string): Promise<string> {
  const first = await calls.claim(id, 't0', CREATE)
  if (first.kind !== 'proceed') throw new Error('a call of the test was there before')
  await calls.save(id, first.claim, callAt(id, 'menu'), 't1')
  const second = await calls.claim(id, 't1', CREATE)
  return second.kind === 'proceed' ? second.claim : ''
}

/** Says that something has changed until it is heard. */
async function hears(live: Live): Promise<void> {
  let heard = 0
  const stop = live.signals.hear(() => {
    heard++
  })
  await until(async () => {
    await live.signals.send()
    return heard > 0
  })
  stop()
}

describeServers(
  'a master that Sentinels watch',
  () => startWatched(3, 'of-the-sentinels'),
  (watched) => {
    let live: Live
    beforeAll(async () => {
      live = await openRedis(watched().url, SEALING)
    })
    afterAll(() => live.close())

    it('is found by any Sentinel that answers, and a name that none knows is told of', async () => {
      const url = watched().url
      const other = await openRedis(url.replace('://', '://127.0.0.1:1,'), SEALING)
      expect(await other.calls.get('none')).toBeNull()
      await other.close()
      await expect(openRedis(url.replace('/calls', '/others'), SEALING)).rejects.toThrow(
        /^REDIS_URL: no Redis works at redis\+sentinel:\/\/[0-9.:,]+\/others \(no Sentinel knows a master of that name\)/,
      )
      await expect(openRedis(url.replace('of-the-sentinels', 'hidden'), SEALING)).rejects.toThrow(
        /^REDIS_URL: no Redis works at redis\+sentinel:(?!.*hidden)/,
      )
    })

    it('may be killed: calls go on at its replica, what was known is known, and changes are heard from there', async () => {
      const claim = await begin(live, 'CA1')
      expect(await watched().master.direct.call('WAIT', 1, 0)).toBe(1)
      await watched().master.kill()
      expect(await live.calls.save('CA1', claim, callAt('CA1', 'pin'), 't2', someday())).toBe(true)
      const kept = String(await watched().replica.direct.hget('rufpass:call:{CA1}', 'call'))
      expect(SEALING.seal.open('CA1', kept)).toEqual(callAt('CA1', 'pin'))
      await live.ping()
      await hears(live)
    })

    it('that comes back is a replica, and leads nobody astray', async () => {
      await watched().master.start()
      await until(async () => /role:slave/.test(await watched().master.direct.info('replication')))
      const late = await openRedis(watched().url, SEALING)
      expect(await late.calls.get('CA1')).toEqual(callAt('CA1', 'pin'))
      expect(await late.calls.claim('CA1', 't2', CREATE)).toMatchObject({ kind: 'proceed' })
      await late.close()
    })
  },
)

describeServers(
  'a cluster of three masters and their replicas',
  () => startCluster(3),
  (cluster) => {
    let live: Live
    beforeAll(async () => {
      live = await openRedis(cluster().url, SEALING)
    })
    afterAll(() => live.close())

    it('is found by any of its nodes, and keeps calls on all of them', async () => {
      const url = cluster().url
      for (const one of [url.replace('://', '://127.0.0.1:1,'), url.replace('+cluster', '').replace(/,.*/, '')]) {
        const other = await openRedis(one, SEALING)
        for (let n = 0; n < 12; n++) expect(await other.calls.get(`none ${n}`)).toBeNull()
        await other.close()
      }
      for (let n = 0; n < 12; n++) await begin(live, `CA${n}`)
      for (const { direct } of cluster().masters) expect(await direct.dbsize()).toBeGreaterThan(0)
    })

    it('is down while one node of it takes no calls', async () => {
      await live.ping()
      for (const { direct } of cluster().masters) {
        await direct.config('SET', 'maxmemory', '1mb')
        await expect(live.ping()).rejects.toThrow('OOM')
        await direct.config('SET', 'maxmemory', '0')
        await live.ping()
      }
    })

    it.each([0, 1, 2])('may lose node %i: every call goes on, and changes are heard', async (lost) => {
      const ids = Array.from({ length: 12 }, (_, n) => `CA lost ${lost} ${n}`)
      const claims = await Promise.all(ids.map((id) => begin(live, id)))
      for (const { direct } of cluster().masters.slice(lost)) await direct.call('WAIT', 1, 0)
      await cluster().masters[lost]?.kill()
      const saved = ids.map((id, n) => live.calls.save(id, claims[n] ?? '', callAt(id, 'pin'), 't2', someday()))
      expect(await Promise.all(saved)).toEqual(ids.map(() => true))
      expect(await Promise.all(ids.map((id) => live.calls.get(id)))).toEqual(ids.map((id) => callAt(id, 'pin')))
      await until(() => live.ping().then(() => true))
      await hears(live)
      await cluster().masters[lost]?.start()
      // It must be back before the next is lost: a cluster needs most of its masters.
      await until(async () =>
        String(await cluster().masters[lost]?.direct.info('replication')).includes('link_status:up'),
      )
    })

    it('hears changes by another node when the one that it hears them from is frozen', async () => {
      await hears(live)
      for (const { direct } of [...cluster().masters, ...cluster().replicas]) {
        if (!/ sub=1 /.test(String(await direct.call('CLIENT', 'LIST')))) continue
        const pid = Number(/process_id:(\d+)/.exec(await direct.info('server'))?.[1])
        process.kill(pid, 'SIGSTOP')
        await hears(live)
        process.kill(pid, 'SIGCONT')
      }
    })
  },
)
