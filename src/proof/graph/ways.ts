/** Which of a flow's exits are drawn as lines, which are only named inside their step, and which a bad call takes. */
import { exitsOf, type Flow } from '../../flow/flow.ts'
import type { CounterExample } from '../counter-example.ts'
import { type Facts, targetOf } from './facts.ts'

/** Exits of one step that lead to the same step. */
export interface Way {
  from: string
  to: string
  exits: string[]
  /** Whether any call takes one of them. */
  taken: boolean
  /** The numbers of the bad call's passages along it; empty where the call does not come. */
  numbers: number[]
}

export interface Ways {
  lines: Way[]
  /** By step: what leads to one of the places that many steps lead to. */
  named: ReadonlyMap<string, Way[]>
}

/** A step that this many others lead to is named by them instead of being drawn to: lines would cross the whole picture. */
const MANY = 4

export function waysOf(flow: Flow, { taken }: Facts, call: CounterExample | null): Ways {
  const numbers = numbersOf(call)
  const ways = new Map<string, Way>()
  for (const [from, step] of flow.steps) {
    for (const [exit, to] of Object.entries(exitsOf(flow, step))) {
      const here = numbers.get(`${from}.${exit}`) ?? []
      const key = `${from} ${to} ${here.length > 0}`
      const way = ways.get(key) ?? { from, to, exits: [], taken: false, numbers: [] }
      way.exits.push(exit)
      way.numbers.push(...here)
      way.taken ||= taken.has(`${from}.${exit}`)
      ways.set(key, way)
    }
  }
  const sources = new Map<string, Set<string>>()
  for (const { from, to } of ways.values()) sources.set(to, (sources.get(to) ?? new Set()).add(from))
  const lines: Way[] = []
  const named = new Map<string, Way[]>()
  for (const way of ways.values()) {
    const isNamed = (sources.get(way.to)?.size ?? 0) >= MANY && way.numbers.length === 0
    way.numbers.sort((one, other) => one - other)
    if (isNamed) named.set(way.from, [...(named.get(way.from) ?? []), way])
    else lines.push(way)
  }
  return { lines, named }
}

/** The exits that a bad call leaves by, numbered in their order. */
function numbersOf(call: CounterExample | null): Map<string, number[]> {
  const numbers = new Map<string, number[]>()
  const passages = call?.exchanges.flatMap(({ way }) => way) ?? []
  for (const [index, { step, exit }] of passages.entries()) {
    const key = `${step}.${exit}`
    numbers.set(key, [...(numbers.get(key) ?? []), index + 1])
  }
  return numbers
}

/** The step at which a bad call goes wrong. */
export function placeOfBreak(flow: Flow, { exchanges }: CounterExample): string | null {
  const last = exchanges.at(-1)
  const passage = last?.way.at(-1)
  if (!passage) return last?.from.call.step ?? null
  return targetOf(flow, passage) ?? passage.step
}
