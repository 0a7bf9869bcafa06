import { beforeEach, describe, expect, it } from '@jest/globals'
import type { WaitingList } from '../../src/seams.ts'
import { describeLiveStoresAndCluster, type LiveUnderTest } from '../support/live-stores.ts'

const START = Date.parse('2026-11-22T10:00:00.000Z')
const SECOND = 1000
const THREE_MINUTES = 180 * SECOND
const at = (ms: number): Date => new Date(START + ms)

describeLiveStoresAndCluster('the waiting list', (open) => {
  let live: LiveUnderTest
  let waiting: WaitingList
  beforeEach(async () => {
    live = await open()
    waiting = live.waiting
  })

  const order = async (ms: number): Promise<string[]> => (await waiting.list(at(ms))).map(({ callId }) => callId)

  it('is empty at first', async () => {
    expect(await waiting.list(at(0))).toEqual([])
    expect(await waiting.seen('a', at(0))).toBeNull()
  })

  it('lists who waits, for what and since when, first come first across the queues', async () => {
    await waiting.join('b', 'bills', at(0))
    await waiting.join('a', 'contracts', at(1))
    await waiting.join('c', 'bills', at(2))
    expect(await waiting.list(at(3))).toEqual([
      { callId: 'b', queue: 'bills', since: '2026-11-22T10:00:00.000Z' },
      { callId: 'a', queue: 'contracts', since: '2026-11-22T10:00:00.001Z' },
      { callId: 'c', queue: 'bills', since: '2026-11-22T10:00:00.002Z' },
    ])
  })

  it('counts positions within a queue, the next being 1', async () => {
    // One name is the beginning of the other, and both have ten and more callers: neither may count in the other.
    for (let n = 0; n < 12; n++) {
      await waiting.join(`b${n}`, 'bills', at(n))
      await waiting.join(`x${n}`, 'bills-en', at(n))
    }
    expect(await waiting.seen('b0', at(20))).toEqual({ position: 1, length: 12 })
    expect(await waiting.seen('b9', at(20))).toEqual({ position: 10, length: 12 })
    expect(await waiting.seen('x11', at(20))).toEqual({ position: 12, length: 12 })
    await waiting.leave('b0')
    expect(await waiting.seen('b11', at(20))).toEqual({ position: 11, length: 11 })
    expect(await waiting.seen('x0', at(20))).toEqual({ position: 1, length: 12 })
  })

  it('goes by arrival in the store, whatever the clocks say', async () => {
    await waiting.join('first', 'bills', at(5000))
    await waiting.join('second', 'bills', at(5000))
    await waiting.join('third', 'bills', at(-60 * SECOND))
    await waiting.join('fourth', 'bills', at(4000))
    expect(await order(5000)).toEqual(['first', 'second', 'third', 'fourth'])
    expect(await waiting.seen('third', at(5000))).toEqual({ position: 3, length: 4 })
  })

  it('keeps the place of a call that joins again, and its time', async () => {
    await waiting.join('a', 'bills', at(0))
    await waiting.join('b', 'bills', at(1))
    await waiting.join('a', 'bills', at(60 * SECOND))
    expect(await waiting.list(at(60 * SECOND))).toMatchObject([
      { callId: 'a', since: at(0).toISOString() },
      { callId: 'b' },
    ])
    // Joining again is a sign of life.
    expect(await order(THREE_MINUTES + 2)).toEqual(['a'])
  })

  it('puts a call that joins another queue at the end of that one, in that one only', async () => {
    await waiting.join('a', 'bills', at(0))
    await waiting.join('b', 'bills', at(1))
    await waiting.join('c', 'contracts', at(2))
    await waiting.join('a', 'contracts', at(3))
    expect(await order(4)).toEqual(['b', 'c', 'a'])
    expect(await waiting.seen('a', at(4))).toEqual({ position: 2, length: 2 })
    expect(await waiting.seen('b', at(4))).toEqual({ position: 1, length: 1 })
  })

  it('lets go of a call once and for all, however often it leaves', async () => {
    await waiting.leave('never there')
    await waiting.join('a', 'bills', at(0))
    await waiting.join('b', 'bills', at(1))
    await waiting.leave('a')
    await waiting.leave('a')
    expect(await waiting.seen('a', at(2))).toBeNull()
    expect(await order(2)).toEqual(['b'])
    await waiting.join('a', 'bills', at(3))
    expect(await order(3)).toEqual(['b', 'a'])
  })

  describe('a caller unseen for three minutes', () => {
    beforeEach(async () => {
      await waiting.join('gone', 'bills', at(0))
      await waiting.join('here', 'bills', at(1))
      await waiting.seen('here', at(90 * SECOND))
    })

    it('is still in line a moment before', async () => {
      expect(await order(THREE_MINUTES - 1)).toEqual(['gone', 'here'])
      expect(await waiting.seen('here', at(THREE_MINUTES - 1))).toEqual({ position: 2, length: 2 })
    })

    it('is not listed', async () => {
      expect(await order(THREE_MINUTES)).toEqual(['here'])
    })

    it('holds nobody up', async () => {
      expect(await waiting.seen('here', at(THREE_MINUTES))).toEqual({ position: 1, length: 1 })
    })

    it('is in no queue when seen again, and stays out', async () => {
      expect(await waiting.seen('gone', at(THREE_MINUTES))).toBeNull()
      expect(await waiting.seen('gone', at(THREE_MINUTES + 1))).toBeNull()
      expect(await order(THREE_MINUTES + 1)).toEqual(['here'])
    })

    it('gets a new place by joining again, though nobody looked in between', async () => {
      await waiting.join('gone', 'bills', at(THREE_MINUTES))
      expect(await waiting.list(at(THREE_MINUTES))).toEqual([
        { callId: 'here', queue: 'bills', since: at(1).toISOString() },
        { callId: 'gone', queue: 'bills', since: at(THREE_MINUTES).toISOString() },
      ])
    })
  })

  it('gives 200 who arrive at once over several connections one order that everybody sees', async () => {
    const ways = [waiting, (await live.again()).waiting, (await live.again()).waiting, (await live.again()).waiting]
    const way = (n: number): WaitingList => ways[n % ways.length] ?? waiting
    const ids = Array.from({ length: 200 }, (_, n) => `call ${n}`)
    await Promise.all(ids.map((id, n) => way(n).join(id, `queue ${n % 2}`, at((n * 7919) % 1000))))
    const line = await order(1000)
    expect([...line].sort()).toEqual([...ids].sort())
    for (const other of ways) expect((await other.list(at(1000))).map(({ callId }) => callId)).toEqual(line)
    for (const queue of [0, 1]) {
      const inQueue = line.filter((id) => Number(id.slice(5)) % 2 === queue)
      const seen = await Promise.all(inQueue.map((id, n) => way(n).seen(id, at(1000))))
      expect(seen).toEqual(inQueue.map((_, n) => ({ position: n + 1, length: 100 })))
      // What one connection sent in order has arrived in order.
      for (const w of [0, 1, 2, 3]) {
        const sent = inQueue.map((id) => Number(id.slice(5))).filter((n) => n % 4 === w)
        expect(sent).toEqual([...sent].sort((a, b) => a - b))
      }
    }
  })
})
