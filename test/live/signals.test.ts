import { beforeEach, expect, it } from '@jest/globals'
import type { Signals } from '../../src/seams/calls.ts'
import { describeLiveStoresAndCluster, type LiveUnderTest } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'

/** One that counts what it hears. */
function listener(signals: Signals): { heard(): number; stop(): void } {
  let times = 0
  const stop = signals.hear(() => {
    times++
  })
  return { heard: () => times, stop }
}

describeLiveStoresAndCluster('the word that something has changed', (open) => {
  let live: LiveUnderTest
  beforeEach(async () => {
    live = await open()
  })

  it('of one is heard by all, over every connection, the sender’s own included', async () => {
    const other = await live.again()
    const all = [listener(live.signals), listener(live.signals), listener(other.signals), listener(other.signals)]
    await live.signals.send()
    await until(async () => all.every(({ heard }) => heard() === 1))
    await other.signals.send()
    await until(async () => all.every(({ heard }) => heard() === 2))
  })

  it('is not heard by a listener that stopped, however often it stops, and by the others still', async () => {
    const other = await live.again()
    const [leaves, stays] = [listener(other.signals), listener(other.signals)]
    await live.signals.send()
    await until(async () => leaves.heard() === 1 && stays.heard() === 1)
    leaves.stop()
    leaves.stop()
    await live.signals.send()
    await until(async () => stays.heard() === 2)
    expect(leaves.heard()).toBe(1)
  })

  it('is not kept for a listener that begins later', async () => {
    const early = listener(live.signals)
    await live.signals.send()
    await until(async () => early.heard() === 1)
    const late = listener(live.signals)
    await live.signals.send()
    await until(async () => early.heard() === 2 && late.heard() > 0)
    expect(late.heard()).toBe(1)
  })

  it('goes to nobody where nobody hears', async () => {
    await expect(live.signals.send()).resolves.toBeUndefined()
  })
})
