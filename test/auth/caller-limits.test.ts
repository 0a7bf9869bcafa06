import { expect, it } from '@jest/globals'
import { callsLayerOf, halved, type Layer, layersOf } from '../../src/auth/caller-limits.ts'
import { derivedKey } from '../../src/auth/keyed-hash.ts'

const KEY: Buffer = Buffer.alloc(32, 1)
const NUMBER = '+491713920042'
const of = (
  number: string | null,
  { brand = 'rheinnetz', isShared = false, key = KEY }: { brand?: string; isShared?: boolean; key?: Buffer } = {},
): Layer[] => layersOf(key, { brand, number, isShared })
const names = (layers: Layer[]) => layers.map(({ name }) => name)
const keys = (layers: Layer[]) => layers.map(({ key }) => key)

it('counts a number by itself and with those of its block, and all withheld ones together', () => {
  expect(names(of(NUMBER))).toEqual(['caller', 'block'])
  expect(names(of(null))).toEqual(['withheld'])
  const [caller, block] = keys(of(NUMBER))
  expect(keys(of('+491713920999'))).toEqual([expect.not.stringContaining(caller as string), block])
  expect(keys(of('+491713921042'))).not.toContain(block)
})

it('counts a shared line by other figures, and not with its block', () => {
  expect(names(of(NUMBER, { isShared: true }))).toEqual(['shared'])
  const [shared] = of(NUMBER, { isShared: true })
  const [caller] = of(NUMBER)
  expect(shared?.failures.most).toBeGreaterThan(caller?.failures.most ?? 0)
})

it('names counters so that no number can be read in them, by brand and under a key of this purpose alone', () => {
  const plain = keys(of(NUMBER))
  expect(plain.every((key) => /^[A-Za-z0-9_-]{43}$/.test(key))).toBe(true)
  const others = [
    of(NUMBER, { brand: 'sternmobil' }),
    of(NUMBER, { key: derivedKey(KEY, 'caller-limits-v1') }),
    of(NUMBER, { isShared: true }),
    of(null),
  ].flatMap(keys)
  expect(new Set([...plain, ...others]).size).toBe(plain.length + others.length)
})

it('counts calls that are on by themselves, and by the kind of line', () => {
  const calls = (number: string | null, isShared = false, places: number | null = null) =>
    callsLayerOf(KEY, { brand: 'rheinnetz', number, isShared }, places)
  const all = [calls(NUMBER), calls('+491713920999'), calls(NUMBER, true), calls(null), ...of(NUMBER), ...of(null)]
  expect(new Set(keys(all)).size).toBe(all.length)
  expect(all.slice(0, 4).map(({ failures }) => failures.most)).toEqual([6, 6, 60, 60])
  // No line has more than half of a queue, and each has a place.
  const mostOf = (places: number) =>
    [calls(NUMBER, false, places), calls(null, false, places)].map((one) => one.failures.most)
  expect([mostOf(60), mostOf(8), mostOf(1)]).toEqual([
    [6, 30],
    [4, 4],
    [1, 1],
  ])
})

it('derives keys that differ by their purpose', () => {
  const derived = ['one', 'two', 'one'].map((purpose) => derivedKey(KEY, purpose).toString('hex'))
  expect([derived[0] === derived[2], new Set([...derived, KEY.toString('hex')]).size, derived[0]?.length]).toEqual([
    true,
    3,
    64,
  ])
})

it('leaves a line something where it halves', () => {
  expect([1, 5, 10].map((most) => halved({ most, withinMs: 7 }))).toEqual([
    { most: 1, withinMs: 7 },
    { most: 2, withinMs: 7 },
    { most: 5, withinMs: 7 },
  ])
})
