/** The place that is told is the place that comes: by cases, and by every floor that chance can think of. */
import { describe, expect, it } from '@jest/globals'
import { takes } from '../../src/floor/takes.ts'
import { truePlace } from '../../src/floor/true-place.ts'
import type { Agent } from '../../src/seams/agents.ts'
import type { Crowd, Kind, Told } from '../../src/seams/waiting.ts'
import fc from '../support/by-chance.ts'

const agent = (topics: string[], other: Partial<Agent> = {}): Agent => ({
  name: topics.join('-'),
  displayName: '',
  role: 'agent',
  brands: ['rheinnetz', 'fuldanetz'],
  topics,
  languages: ['de', 'en'],
  phone: 'client:x',
  disabled: false,
  ...other,
})
const caller = (topic: string, language = 'de', brand = 'rheinnetz'): Kind => {
  return { brand, queue: `${brand}.${topic}`, language }
}
/** Those ahead of each other as the store counts them. */
const crowds = (callers: readonly Kind[]): Crowd[] => {
  const counted = new Map<string, Crowd>()
  for (const one of callers) {
    const key = JSON.stringify(one)
    counted.set(key, { ...one, callers: (counted.get(key)?.callers ?? 0) + 1 })
  }
  return [...counted.values()]
}
const placeAfter = (me: Kind, ahead: Kind[], there: Agent[]): Told => truePlace(me, crowds(ahead), there)

describe('the place that is true', () => {
  const all = agent(['bill', 'outage', 'join', 'general'])

  it('goes on through all queues of one agent', () => {
    const line = ['bill', 'outage', 'join', 'general'].map((topic) => caller(topic))
    expect(line.map((me, n) => placeAfter(me, line.slice(0, n), [all]))).toEqual([1, 2, 3, 4])
  })

  it('counts nobody that no agent of this caller takes', () => {
    const others = [caller('outage'), caller('bill', 'en'), caller('bill', 'de', 'fuldanetz')]
    const german = agent(['bill'], { languages: ['de'], brands: ['rheinnetz'] })
    expect(placeAfter(caller('bill'), others, [german])).toBe(1)
    expect(placeAfter(caller('bill'), others, [german, agent(['outage'])])).toBe(1)
  })

  it('is no number where one agent takes those ahead and another one passes them by', () => {
    const two = [all, agent(['bill'])]
    expect(placeAfter(caller('bill'), [caller('outage')], two)).toBe('soon')
    expect(placeAfter(caller('bill'), [caller('outage'), caller('bill')], two)).toBe('later')
    expect(placeAfter(caller('bill'), [caller('bill')], two)).toBe(2)
  })

  it('is one where somebody else takes only some of those ahead: they are gone the sooner', () => {
    expect(placeAfter(caller('bill'), [caller('outage'), caller('join')], [all, agent(['outage'])])).toBe(3)
  })

  it('is the first wherever nobody is ahead, no matter who is there', () => {
    expect(placeAfter(caller('bill'), [], [all, agent(['bill'])])).toBe(1)
  })

  it('is nothing to promise where nobody is there', () => {
    expect(placeAfter(caller('bill'), [], [])).toBe('hold')
    expect(placeAfter(caller('bill'), [caller('outage')], [agent(['outage'])])).toBe('hold')
    expect(placeAfter(caller('bill', 'en'), [], [agent(['bill'], { languages: ['de'] })])).toBe('hold')
  })
})

const topics = ['bill', 'outage', 'join', 'general']
const some = <T>(of: readonly T[]) => fc.subarray([...of], { minLength: 1 })
const anyAgent = fc
  .record({ topics: some(topics), languages: some(['de', 'en']), brands: some(['rheinnetz', 'fuldanetz']) })
  .map(({ topics, ...other }) => agent(topics, other))
const anyCaller = fc
  .tuple(fc.constantFrom(...topics), fc.constantFrom('de', 'en'), fc.constantFrom('rheinnetz', 'fuldanetz'))
  .map(([topic, language, brand]) => caller(topic, language, brand))

interface Waiting {
  id: number
  kind: Kind
}

describe('whatever agents are there, and in whatever order they become free', () => {
  const anyFloor = fc.record({
    there: fc.array(anyAgent, { maxLength: 4 }),
    callers: fc.array(anyCaller, { minLength: 1, maxLength: 8 }),
    /** Who is free next, and who comes in between: behind all others. */
    turns: fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: anyCaller }), {
      maxLength: 40,
    }),
  })

  it('as many come first as were told, and all of them were ahead; and no place that was told gets worse', () => {
    let numbers = 0
    fc.assert(
      fc.property(anyFloor, ({ there, callers, turns }) => {
        let line = callers.map((kind, id): Waiting => ({ id, kind }))
        let next = line.length
        const told = new Map<number, { left: number; before: Set<number> }>()
        const tell = (): void => {
          line.forEach(({ id, kind }, index) => {
            const ahead = line.slice(0, index)
            const place = placeAfter(
              kind,
              ahead.map((one) => one.kind),
              there,
            )
            const known = told.get(id)
            // A number once told is told on, and is what is left of it.
            if (known) expect(place).toBe(known.left + 1)
            if (typeof place !== 'number' || known) return
            numbers++
            const mine = there.filter((one) => takes(one, kind))
            const before = ahead.filter((one) => mine.some((each) => takes(each, one.kind)))
            told.set(id, { left: place - 1, before: new Set(before.map((one) => one.id)) })
          })
        }
        tell()
        for (const turn of turns) {
          if (typeof turn !== 'number') line.push({ id: next++, kind: turn })
          else {
            const free = there[turn % Math.max(1, there.length)]
            const taken = free && line.find(({ kind }) => takes(free, kind))
            if (!free || !taken) continue
            line = line.filter((one) => one !== taken)
            const own = told.get(taken.id)
            if (own) expect(own.left).toBe(0)
            for (const { id, kind } of line) {
              const known = told.get(id)
              if (!known) continue
              if (known.before.delete(taken.id)) known.left--
              // A caller who was not ahead may go first only to an agent who does not take this caller.
              else expect(takes(free, kind)).toBe(false)
            }
          }
          tell()
        }
      }),
      { numRuns: 2000 },
    )
    expect(numbers).toBeGreaterThan(1000)
  })
})
