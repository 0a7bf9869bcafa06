import { describe, expect, it } from '@jest/globals'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'

const PATIENCE_MS = 50

describe('a slot for hashing', () => {
  it('goes to those who wait, in order, and to nobody whose patience is over', async () => {
    const slots = createHashingSlots(1, PATIENCE_MS)
    const first = await slots.take()
    expect(await slots.take()).toBeNull()
    const order: string[] = []
    const waiting = ['second', 'third'].map(async (who) => {
      const giveBack = await slots.take()
      order.push(who)
      giveBack?.()
    })
    first?.()
    first?.()
    await Promise.all(waiting)
    expect(order).toEqual(['second', 'third'])
  })

  it('that came free while the process was too busy to hear of it counts', async () => {
    const slots = createHashingSlots(1, PATIENCE_MS)
    const giveBack = await slots.take()
    const next = await new Promise((resolve) => {
      setImmediate(() => {
        const waiting = slots.take()
        // As what comes from outside, it is heard after the timers that are due.
        setImmediate(() => giveBack?.())
        for (const late = performance.now() + 2 * PATIENCE_MS; performance.now() < late; );
        resolve(waiting)
      })
    })
    expect(next).not.toBeNull()
  })
})
