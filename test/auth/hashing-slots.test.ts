import { describe, expect, it } from '@jest/globals'
import { atMost, createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier } from '../../src/auth/verifier.ts'
import { deadlineIn } from '../../src/seams/deadline.ts'
import { WAITED_MS } from '../support/hanging.ts'

const PATIENCE_MS = 50
const patient = () => deadlineIn(WAITED_MS)
const hurried = () => deadlineIn(PATIENCE_MS)

describe('a slot for hashing', () => {
  it('goes to those who wait, in order, and to nobody whose patience is over', async () => {
    const slots = createHashingSlots(1)
    const first = await slots.take(patient())
    expect(await slots.take(hurried())).toBeNull()
    const order: string[] = []
    const waiting = ['second', 'third'].map(async (who) => {
      const giveBack = await slots.take(patient())
      order.push(who)
      giveBack?.()
    })
    first?.()
    first?.()
    await Promise.all(waiting)
    expect(order).toEqual(['second', 'third'])
  })

  it('is waited for longer, at the same place, by those who get more time meanwhile', async () => {
    const slots = createHashingSlots(1)
    const first = await slots.take(patient())
    const by = hurried()
    const order: string[] = []
    const longer = slots.take(by).then((giveBack) => {
      order.push('the one with more time')
      giveBack?.()
      return giveBack
    })
    const other = slots.take(patient()).then((giveBack) => {
      order.push('the next')
      giveBack?.()
    })
    by.extend(WAITED_MS)
    expect(await slots.take(hurried())).toBeNull()
    first?.()
    expect(await longer).not.toBeNull()
    await other
    expect(order).toEqual(['the one with more time', 'the next'])
  })

  it('is one at a time for each account, and nobody else waits for that', async () => {
    const slots = createHashingSlots(3)
    const mine = await slots.take(patient(), 'mine')
    let hasSecond = false
    const second = slots.take(patient(), 'mine').then((giveBack) => {
      hasSecond = true
      return giveBack
    })
    const others = await Promise.all(['yours', 'theirs'].map((whose) => slots.take(patient(), whose)))
    expect(hasSecond).toBe(false)
    others[0]?.()
    // There is a slot, and it is not for the same account.
    expect(await slots.take(hurried(), 'mine')).toBeNull()
    mine?.()
    expect(await second).not.toBeNull()
  })

  it('that came free while the process was too busy to hear of it counts', async () => {
    const slots = createHashingSlots(1)
    const giveBack = await slots.take(patient())
    const next = await new Promise((resolve) => {
      setImmediate(() => {
        const waiting = slots.take(hurried())
        // As what comes from outside, it is heard after the timers that are due.
        setImmediate(() => giveBack?.())
        for (const late = performance.now() + 2 * PATIENCE_MS; performance.now() < late; );
        resolve(waiting)
      })
    })
    expect(next).not.toBeNull()
  })
})

describe('a hash', () => {
  it('is made beside so many others at most, in the order of asking, also after one that failed', async () => {
    const inOrder = atMost(2)
    const order: string[] = []
    const ends: ((broken: boolean) => void)[] = []
    const hash = (who: string): Promise<void> =>
      inOrder(() => {
        order.push(who)
        return new Promise((resolve, reject) => ends.push((broken) => (broken ? reject(new Error(who)) : resolve())))
      })
    const [first, second, third, fourth] = ['first', 'second', 'third', 'fourth'].map(hash)
    expect(order).toEqual(['first', 'second'])
    ends[1]?.(true)
    await expect(second).rejects.toThrow('second')
    expect(order).toEqual(['first', 'second', 'third'])
    ends[0]?.(false)
    await first
    expect(order).toEqual(['first', 'second', 'third', 'fourth'])
    ends[2]?.(false)
    ends[3]?.(false)
    await Promise.all([third, fourth])
    // All places are free again, and no more of them than before.
    const more = ['fifth', 'sixth', 'seventh'].map(hash)
    expect(order.slice(4)).toEqual(['fifth', 'sixth'])
    for (const n of [4, 5]) ends[n]?.(false)
    await Promise.all(more.slice(0, 2))
    ends[6]?.(false)
    await Promise.all(more)
  })

  it('of a caller goes before all that wait to be stored, and those go on after it', async () => {
    const inOrder = atMost(1)
    const order: string[] = []
    const ends: (() => void)[] = []
    const hash = (who: string, urgency: 'asked' | 'waits'): Promise<void> =>
      inOrder(() => {
        order.push(who)
        return new Promise((resolve) => ends.push(resolve))
      }, urgency)
    const all = [
      hash('stored 1', 'waits'),
      hash('stored 2', 'waits'),
      hash('stored 3', 'waits'),
      hash('caller 1', 'asked'),
      hash('caller 2', 'asked'),
    ]
    for (const [n, one] of [0, 3, 4, 1, 2].entries()) {
      ends[n]?.()
      await all[one]
    }
    expect(order).toEqual(['stored 1', 'caller 1', 'caller 2', 'stored 2', 'stored 3'])
  })
})

it('lets a caller go before secrets that are to be stored, in a verifier', async () => {
  const verifier = createVerifier({ current: 'k', byId: new Map([['k', Buffer.alloc(32)]]) }, 1)
  const done: string[] = []
  const stored = ['first', 'second', 'third'].map((who) =>
    verifier.make(new Secret('4826'), who, 'pin').then(() => done.push(who)),
  )
  const caller = verifier.matchOf(new Secret('4826'), 'pin', []).then(() => done.push('caller'))
  await Promise.all([...stored, caller])
  expect(done).toEqual(['first', 'caller', 'second', 'third'])
})
