/**
 * A caller who tries everything, on the interpreter itself: every call there is, of whatever length. It shares nothing
 * with the proof.
 *
 * Calls that are the same to the last letter go on in the same way, so each is tried once. What a thing that is done comes
 * to is remembered with the steps and exits that it depends on, and with the day if it depends on that: so it serves every
 * flow in which those are unchanged.
 */
import type { Answer } from '../../src/call/question.ts'
import { newCall } from '../../src/flow/advance.ts'
import type { Flow } from '../../src/flow/flow.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { type Act, actsAt, answersTo, exchangeInWords, isOurs, NOW } from './concrete.ts'
import { exchange, keyOf, type Pair } from './exchange.ts'
import { type Bad, NOTHING_YET } from './judgement.ts'

/** Many times what the shipped flow has. A search that comes to so many calls gives up and says so. */
const MOST_CALLS = 200_000

export interface Verdict {
  bad: Bad | null
  /** The call that shows it, in words. */
  call: string[]
  /** Steps and exits that calls came through, and hand-offs by level; complete where nothing is bad. */
  used: ReadonlySet<string>
  handedTo: ReadonlySet<string>
  /** Whether every call was tried; not where one is bad. */
  isComplete: boolean
}

export interface Oracle {
  /** `changed`: what is not as in the flow that the oracle first saw: steps, and exits as `step.exit`. */
  judge(flow: Flow, today: string, changed: ReadonlySet<string>): Verdict
}

/** A pair of callers as it stands between two exchanges, on whatever day. */
interface Standing {
  pair: Pair
  acts: { act: Act; known: ByDay<Known> }[]
  ways: ByDay<Ways>
  /** The last search for whose flow the ways do not hold. */
  stale: number
  /** The last search that came here, from where and by what, and whether this is on the way that it is trying. */
  search: number
  from: Standing | null
  by: Way | null
  isOnWay: boolean
}

/** What holds on one day, by the day, or on every day. */
type ByDay<T> = Map<string, T>
const EVERY_DAY = 'every day'

/** All that can be done at a standing, one way for each that it leads to. */
interface Ways {
  ways: Way[]
  uses: ReadonlySet<string>
  handedTo: ReadonlySet<string>
  isOfDay: boolean
}

interface Way {
  act: Act | null
  answers: Answer[]
  bad: Bad | null
  to: Standing | null
  isOurs: boolean
}

/** What one thing that is done comes to, and the last search for whose flow that does not hold. */
interface Known extends Ways {
  stale: number
}

/** An oracle for one brand. */
export function createOracle(hotline: Hotline): Oracle {
  const standings = new Map<string, Standing>()
  const usersOf = new Map<string, { at: Standing; known: Known }[]>()
  const sets = new Map<string, ReadonlySet<string>>()
  /** What was said of the first flow, by day. */
  const first = new Map<string, { flow: Flow; verdict: Verdict }>()
  let search = 0
  let looked = false
  const brand = Object.defineProperties(
    { ...hotline.brand },
    {
      roll_out: { get: () => look(hotline.brand.roll_out) },
      pin_shown_from: { get: () => look(hotline.brand.pin_shown_from) },
    },
  )

  /** Whatever depends on the day asks for a date of the brand. */
  function look<T>(date: T): T {
    looked = true
    return date
  }

  /** Equal sets are one, so that they are cheap to keep and to unite. */
  function oneOf(set: ReadonlySet<string>): ReadonlySet<string> {
    const key = [...set].join(' ')
    const known = sets.get(key)
    if (!known) sets.set(key, set)
    return known ?? set
  }

  function standingOf(on: Hotline, pair: Pair): Standing {
    const key = keyOf(pair)
    let found = standings.get(key)
    if (!found) {
      const acts = actsAt(on, pair.call).map((act) => ({ act, known: new Map() }))
      found = { pair, acts, ways: new Map(), stale: 0, search: 0, from: null, by: null, isOnWay: false }
      standings.set(key, found)
    }
    return found
  }

  function judge(flow: Flow, today: string, changed: ReadonlySet<string>): Verdict {
    const known = first.get(today)
    const isApart = known && flow.start === known.flow.start && ![...changed].some((use) => known.verdict.used.has(use))
    // No call of the first flow comes to what was changed, so all of its calls are this one's too.
    if (known && isApart && known.verdict.isComplete) return known.verdict
    const verdict = tryEverything(flow, today, changed)
    if (changed.size === 0 && !known) first.set(today, { flow, verdict })
    return verdict
  }

  function tryEverything(flow: Flow, today: string, changed: ReadonlySet<string>): Verdict {
    search += 1
    const on: Hotline = { ...hotline, brand, flow }
    const uses = new Set<ReadonlySet<string>>()
    const handedTo = new Set<ReadonlySet<string>>()
    let calls = 0
    for (const use of changed) {
      for (const { at, known } of usersOf.get(use) ?? []) at.stale = known.stale = search
    }

    function learn({ call, ledger, twin }: Pair, act: Act | null): Known {
      looked = false
      const pair = { call: { ...call, today }, ledger, twin: twin && { ...twin, call: { ...twin.call, today } } }
      const { outcomes, uses, handedTo } = exchange(on, pair, act, (...asked) => answersTo(hotline.brand, ...asked))
      const isOfDay = looked
      const ways = outcomes.map(({ answers, bad, to }): Way => {
        return { act, answers, bad, to: to && standingOf(on, to), isOurs: isOurs(act) }
      })
      return { ways, uses: oneOf(uses), handedTo: oneOf(handedTo), isOfDay, stale: 0 }
    }

    function waysFrom(at: Standing): Ways {
      const before = at.stale === search ? undefined : (at.ways.get(EVERY_DAY) ?? at.ways.get(today))
      if (before) return before
      let isLasting = true
      const all = at.acts.map(({ act, known }) => {
        const before = known.get(EVERY_DAY) ?? known.get(today)
        if (before && before.stale !== search) return before
        const learnt = learn(at.pair, act)
        if ([...learnt.uses].some((use) => changed.has(use))) isLasting = false
        else {
          known.set(learnt.isOfDay ? today : EVERY_DAY, learnt)
          for (const use of learnt.uses) listIn(usersOf, use).push({ at, known: learnt })
        }
        return learnt
      })
      const ways = new Map(all.flatMap(({ ways }) => ways).map((way) => [way.bad ?? (way.isOurs ? way : way.to), way]))
      const made = {
        ways: [...ways.values()],
        uses: oneOf(union(all.map(({ uses }) => uses))),
        handedTo: oneOf(union(all.map(({ handedTo }) => handedTo))),
        isOfDay: all.some(({ isOfDay }) => isOfDay),
      }
      if (isLasting) at.ways.set(made.isOfDay ? today : EVERY_DAY, made)
      return made
    }

    function note(ways: Ways): Way[] {
      uses.add(ways.uses)
      handedTo.add(ways.handedTo)
      return ways.ways
    }

    const verdict = (bad: Bad | null, call: string[], isComplete: boolean): Verdict => {
      return { bad, call, used: union(uses), handedTo: union(handedTo), isComplete }
    }
    const numbers = brand.own_line ? ['+491713920017', null] : [null]
    const beginnings = numbers.flatMap((callerNumber) => {
      const call = newCall(on, { id: 'CA', callerNumber, today, at: NOW })
      // The network may ask for the fallback before anything was said.
      const acts: (Act | null)[] = [null, { kind: 'fallback' }]
      const ways = acts.flatMap((act) => note(learn({ call, ledger: NOTHING_YET, twin: null }, act)))
      return ways.map((way): { way: Way; from: Standing | null } => ({ way, from: null }))
    })
    for (const { way: first, from } of beginnings) {
      if (first.bad) return verdict(first.bad, wayTo(from, first), false)
      if (!first.to || first.to.search === search) continue
      const path: { at: Standing; ways: Way[]; next: number }[] = []
      const enter = (at: Standing, from: Standing | null, by: Way): void => {
        calls += 1
        Object.assign(at, { search, from, by, isOnWay: true })
        path.push({ at, ways: note(waysFrom(at)), next: 0 })
      }
      enter(first.to, from, first)
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const { at } = top
        const way = top.ways[top.next++]
        if (!way) {
          at.isOnWay = false
          path.pop()
        } else if (way.bad) {
          return verdict(way.bad, wayTo(at, way), false)
        } else if (way.isOurs) {
          // Only we and the network do such things, and not for ever, so no circle leads through them.
          if (way.to?.search !== search) beginnings.push({ way, from: at })
        } else if (way.to && way.to.search !== search) {
          if (calls >= MOST_CALLS) return verdict(null, [], false)
          enter(way.to, at, way)
        } else if (way.to?.isOnWay) {
          const why = `the call comes round to '${way.to.pair.call.step}' for ever`
          return verdict({ what: 'round', why }, wayTo(at, way), false)
        }
      }
    }
    return verdict(null, [], true)
  }

  return { judge }
}

/** The call that leads to a standing and on by a way, in words. */
function wayTo(at: Standing | null, last: Way): string[] {
  const way: Way[] = [last]
  for (let next = at; next?.by; next = next.from) way.unshift(next.by)
  return way.map(({ act, answers }) => exchangeInWords(act, answers))
}

function union(sets: Iterable<ReadonlySet<string>>): Set<string> {
  const all = new Set<string>()
  for (const set of sets) for (const one of set) all.add(one)
  return all
}

function listIn<T>(lists: Map<string, T[]>, name: string): T[] {
  const known = lists.get(name) ?? []
  lists.set(name, known)
  return known
}
