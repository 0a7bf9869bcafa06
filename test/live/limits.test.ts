/** Tries by line, on every side of `live/`. */
import { beforeEach, describe, expect, it } from '@jest/globals'
import type { Layer, LayerName, Limit } from '../../src/auth/caller-limits.ts'
import { holds, LINES_OF_A_CUSTOMER, servicePools } from '../../src/auth/service-limits.ts'
import { redisLimits } from '../../src/live/redis-limits.ts'
import type { RedisClient } from '../../src/live/redis-script.ts'
import type { CallerLimits, LineTry } from '../../src/seams/caller-limits.ts'
import { unhurried } from '../support/clock.ts'
import { describeLiveStoresAndCluster, type LiveUnderTest } from '../support/live-stores.ts'

const HOUR = 3_600_000
const many: Limit = { most: 1_000, withinMs: HOUR }
const layer = (
  key: string,
  limits: Partial<Pick<Layer, 'failures' | 'accounts'>>,
  name: LayerName = 'caller',
): Layer => {
  return { name, key, failures: many, accounts: many, ...limits }
}

let tokens = 0
const tryOn = (account: string, layers: Layer[], token = `t${tokens++}`): LineTry => {
  return { brand: 'rheinnetz', token, account, layers, ofAll: null }
}

/** How many of so many tries are spent, and what the others are refused by. */
async function spend(limits: CallerLimits, tries: LineTry[]): Promise<[spent: number, full: string[]]> {
  const full: string[] = []
  for (const each of tries) {
    const given = await limits.spend(each, unhurried)
    if (given.full !== null) full.push(given.full)
  }
  return [tries.length - full.length, full]
}
const times = (count: number, make: (n: number) => LineTry): LineTry[] =>
  Array.from({ length: count }, (_, n) => make(n))

describeLiveStoresAndCluster('tries by line', (open) => {
  let live: LiveUnderTest
  let limits: CallerLimits
  beforeEach(async () => {
    live = await open()
    limits = live.limits
  })

  it('are spent until there are none left, and of another line none the less', async () => {
    const [one, other] = ['one', 'other'].map((key) => layer(key, { failures: { most: 3, withinMs: HOUR } })) as [
      Layer,
      Layer,
    ]
    expect(
      await spend(
        limits,
        times(5, () => tryOn('a', [one])),
      ),
    ).toEqual([3, ['caller', 'caller']])
    expect(await spend(limits, [tryOn('a', [other])])).toEqual([1, []])
  })

  it('are spent no more often by many at once, also over another way in', async () => {
    const few = layer('one', { failures: { most: 3, withinMs: HOUR } })
    const second = (await live.again()).limits
    const given = await Promise.all(
      times(40, () => tryOn('a', [few])).map((each, n) => (n % 2 ? limits : second).spend(each, unhurried)),
    )
    expect(given.filter(({ full }) => full === null)).toHaveLength(3)
    expect(new Set(given.map(({ counted }) => counted))).toEqual(new Set(['everywhere']))
  })

  it('are made on so many numbers and no other, and again on each of those', async () => {
    const few = layer('one', { accounts: { most: 2, withinMs: HOUR } })
    const accounts = ['a', 'b', 'c', 'a', 'b', 'd']
    expect(
      await spend(
        limits,
        accounts.map((account) => tryOn(account, [few])),
      ),
    ).toEqual([4, ['caller', 'caller']])
  })

  it('are made on the number that they name, whatever the try is called', async () => {
    const few = layer('one', { accounts: { most: 1, withinMs: HOUR } })
    const tries = [tryOn('a', [few], 'CA1 told 0'), tryOn('a', [few], 'CA1 told 1'), tryOn('a', [few])]
    expect(await spend(limits, [...tries, tryOn('0 a', [few]), tryOn('b c', [few])])).toEqual([3, ['caller', 'caller']])
  })

  it('are spent once, however often they come', async () => {
    const few = layer('one', { failures: { most: 1, withinMs: HOUR } })
    const same = tryOn('a', [few])
    expect(await spend(limits, [same, same, same])).toEqual([3, []])
    expect(await spend(limits, [tryOn('a', [few])])).toEqual([0, ['caller']])
  })

  it('are spent in all layers or in none', async () => {
    const wide = layer('wide', { failures: { most: 2, withinMs: HOUR } })
    const narrow = layer('narrow', { failures: { most: 1, withinMs: HOUR } }, 'block')
    expect(
      await spend(
        limits,
        times(3, () => tryOn('a', [wide, narrow])),
      ),
    ).toEqual([1, ['block', 'block']])
    // The two that were refused are not counted here.
    expect(
      await spend(
        limits,
        times(2, () => tryOn('a', [wide])),
      ),
    ).toEqual([1, ['caller']])
  })

  it('that are given back count for nothing, neither as a failure nor as a number', async () => {
    const few = layer('one', { failures: { most: 2, withinMs: HOUR }, accounts: { most: 1, withinMs: HOUR } })
    const right = tryOn('a', [few])
    expect(await spend(limits, [right, tryOn('b', [few])])).toEqual([1, ['caller']])
    await limits.giveBack(right, unhurried)
    expect(await spend(limits, [tryOn('b', [few]), tryOn('b', [few])])).toEqual([2, []])
    // What was never spent gives nothing.
    await limits.giveBack(tryOn('b', [few]), unhurried)
    expect(await spend(limits, [tryOn('b', [few])])).toEqual([0, ['caller']])
  })

  it('are forgotten each after its time, failures before numbers', async () => {
    const brief = { most: 1, withinMs: 1 }
    const few = layer('one', { failures: brief, accounts: { most: 1, withinMs: HOUR } })
    expect(await spend(limits, [tryOn('a', [few])])).toEqual([1, []])
    await live.tick()
    expect(await spend(limits, [tryOn('b', [few])])).toEqual([0, ['caller']])
    expect(await spend(limits, [tryOn('a', [few])])).toEqual([1, []])
    const all = layer('two', { failures: brief, accounts: brief })
    expect(await spend(limits, [tryOn('a', [all])])).toEqual([1, []])
    await live.tick()
    expect(await spend(limits, [tryOn('b', [all])])).toEqual([1, []])
  })
})

describeLiveStoresAndCluster('tries of all lines together', (open) => {
  let limits: CallerLimits
  let live: LiveUnderTest
  beforeEach(async () => {
    live = await open()
    limits = live.limits
  })
  const { strangers, known } = servicePools
  const from = (line: string, token = `t${tokens++}`): LineTry => ({
    ...tryOn('a', [layer(line, {})], token),
    ofAll: line,
  })
  const isLeft = async (attempt: LineTry): Promise<boolean> => (await limits.spendOfAll(attempt, unhurried)).isLeft
  const spent = async (count: number, make: (n: number) => LineTry): Promise<number> =>
    (await Promise.all(times(count, make).map(isLeft))).filter(Boolean).length
  const prove = (line: string, customer = `customer of ${line}`): Promise<void> =>
    limits.giveBack(from(line), unhurried, customer)

  it('are spent until there are none left, by many at once and by each brand for itself', async () => {
    expect(await spent(strangers.least + 20, (n) => from(`line ${n}`))).toBe(strangers.least)
    expect(await isLeft({ ...from('another line'), brand: 'sternmobil' })).toBe(true)
    const second = (await live.again()).limits
    expect((await second.spendOfAll(from('line of another instance'), unhurried)).isLeft).toBe(false)
    // Of lines that draw on none there is always something left.
    expect(await isLeft({ ...from('withheld'), ofAll: null })).toBe(true)
  })

  it('are spent once however often they come, and none that is given back', async () => {
    const same = from('line')
    expect(await spent(strangers.least + 20, () => same)).toBe(strangers.least + 20)
    expect(await spent(strangers.least, (n) => from(`line ${n}`))).toBe(strangers.least - 1)
    // It has what it spent, also where there is nothing left for another.
    expect(await isLeft(same)).toBe(true)
    await limits.giveBack(same, unhurried)
    expect([await isLeft(from('line')), await isLeft(from('line'))]).toEqual([true, false])
  })

  it('of lines that have proved a customer are counted by themselves, and are none where nothing was proved', async () => {
    await prove('of a customer')
    await limits.giveBack(from('of nobody'), unhurried)
    await spent(strangers.least, (n) => from(`line ${n}`))
    expect([await isLeft(from('of a customer')), await isLeft(from('of nobody'))]).toEqual([true, false])
    expect(await spent(known.least, () => from('of a customer'))).toBe(known.least - 1)
  })

  it('are no more where one customer is proved by many lines: the first of them are known alone', async () => {
    const lines = 2 * strangers.least + 2
    for (let n = 0; n < lines; n++) await prove(`line ${n}`, 'one customer')
    await prove('line 0', 'one customer')
    expect(await spent(strangers.least + 5, () => from('a stranger'))).toBe(strangers.least)
    const known = await Promise.all(times(lines, (n) => from(`line ${n}`)).map(isLeft))
    expect(known.filter(Boolean)).toHaveLength(LINES_OF_A_CUSTOMER)
    expect(known.slice(0, LINES_OF_A_CUSTOMER)).not.toContain(false)
    // Another customer's proof makes it known none the less.
    await prove(`line ${lines - 1}`, 'another customer')
    expect(await isLeft(from(`line ${lines - 1}`))).toBe(true)
  })

  it('are more where more is proved', async () => {
    const proved = 2 * strangers.least + 2
    await Promise.all(Array.from({ length: proved }, (_, n) => prove(`line of customer ${n}`)))
    const most = holds(strangers, proved)
    expect([await spent(most + 5, (n) => from(`line ${n}`)), most > strangers.least]).toEqual([most, true])
  })
})

describe('tries by line while Redis does not answer', () => {
  const down = { evalsha: () => Promise.reject(new Error('down')) } as unknown as RedisClient

  it('are counted here, at half the rate, and never let through for it', async () => {
    const limits = redisLimits(down)
    const few = layer('one', { failures: { most: 6, withinMs: HOUR } })
    const given = await Promise.all(times(8, () => tryOn('a', [few])).map((each) => limits.spend(each, unhurried)))
    expect(given.map(({ full }) => full)).toEqual([null, null, null, 'caller', 'caller', 'caller', 'caller', 'caller'])
    expect(given.every(({ counted }) => counted === 'here')).toBe(true)
  })

  it('of all lines are counted here too, at half the rate', async () => {
    const limits = redisLimits(down)
    const tries = times(servicePools.strangers.least, (n) => ({ ...tryOn('a', []), ofAll: `line ${n}` }))
    const given = await Promise.all(tries.map((each) => limits.spendOfAll(each, unhurried)))
    expect(given.filter(({ isLeft }) => isLeft)).toHaveLength(servicePools.strangers.least / 2)
    expect(new Set(given.map(({ counted }) => counted))).toEqual(new Set(['here']))
  })

  it('are given back here too', async () => {
    const limits = redisLimits(down)
    const few = layer('one', { failures: { most: 2, withinMs: HOUR } })
    const right = tryOn('a', [few])
    expect(await spend(limits, [right, tryOn('a', [few])])).toEqual([1, ['caller']])
    await expect(limits.giveBack(right, unhurried)).rejects.toThrow('down')
    expect(await spend(limits, [tryOn('a', [few])])).toEqual([1, []])
  })
})
