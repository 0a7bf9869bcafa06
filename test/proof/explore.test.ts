/** The exploration itself: what it leaves out decides nothing, and what it finds is what callers find. */
import { afterAll, describe, expect, it } from '@jest/globals'
import type { Call } from '../../src/call/call.ts'
import { SAMPLE_NOTICE } from '../../src/call/samples.ts'
import { phaseOn, pinIsShown } from '../../src/flow/brand.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { isOf, ownStepTypes } from '../../src/flow/steps/index.ts'
import { SHOW_NUMBER } from '../../src/flow/steps/limited.ts'
import { prove } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { type Exploration, type State, type Transition, transitionsOf, wayTo } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { heardIn } from '../../src/proof/heard.ts'
import { shipped } from '../flow/shipped.ts'
import { smallHotline } from '../flow/small.ts'
import { doing, runCall, scenes, worlds } from '../properties/any-call.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { SOUND, spoiled } from './proving.ts'

/** One brand where callers may be known by their line, and one where they may not: the others take a second of work each. */
const isWhole = times(2, shipped.size) === shipped.size
const explored = isWhole ? [...shipped.keys()] : ['rheinnetz', 'sternmobil']
const explorations = new Map(
  [...shipped].flatMap(([name, hotline]) =>
    explored.includes(name) ? [[name, explore(hotline, dayKinds(hotline.brand))] as const] : [],
  ),
)
const brands = [...explorations]
// This module stays in its process after its tests, and what it holds with it: hundreds of megabytes.
afterAll(() => {
  explorations.clear()
  brands.length = 0
})
const explorationOf = (name: string): Exploration => {
  const found = explorations.get(name)
  if (!found) throw new Error(`there is no brand ${name}`)
  return found
}

/** The same hotline, of whose step types the proof thinks that it knows nothing. */
function unknownTypes(hotline: Hotline): Hotline {
  return { ...hotline, flow: { ...hotline.flow, types: { ...ownStepTypes } } }
}

/** All that callers can come to, as sorted texts. */
function reached(exploration: Exploration) {
  const transitions = [...transitionsOf(exploration)]
  const sorted = (texts: string[]): string[] => [...new Set(texts)].sort()
  return {
    exits: sorted(transitions.flatMap(({ way }) => way.map(({ step, exit }) => `${step}.${exit}`))),
    levels: sorted(transitions.map(({ step, level }) => `${step} at level ${level}`)),
    heard: sorted(heardIn(exploration).map(({ step, language, text }) => `${step} (${language}): ${text}`)),
    ends: sorted(transitions.map(({ reply }) => JSON.stringify(reply?.next ?? null))),
  }
}

describe.each(brands)('%s', (_name, exploration) => {
  const { hotline, kinds } = exploration

  it('goes nowhere else when every key, every kind of number and a withheld number are tried', () => {
    const all = explore(unknownTypes(hotline), kinds)
    const { brand, words } = hotline
    // Who withholds their number is told besides what would help, and where it makes no other difference both are not tried.
    const hints = brand.languages.map(({ code }) => words.speak(code, { key: SHOW_NUMBER }).text)
    const alike = (exploration: Exploration) => {
      const { heard, ...rest } = reached(exploration)
      return { ...rest, heard: heard.filter((line) => !hints.some((hint) => line.includes(hint))) }
    }
    expect(alike(all)).toEqual(alike(exploration))
    const keyed = ({ states }: Exploration) =>
      new Set(states.flatMap(({ on }) => on.map(({ act }) => JSON.stringify(act))))
    expect(keyed(all).size).toBeGreaterThan(keyed(exploration).size)
  })

  it('breaks nowhere, and ends', () => {
    const transitions = [...transitionsOf(exploration)]
    expect(transitions.filter(({ broke }) => broke !== null)).toHaveLength(0)
    expect(exploration.tooMany).toBe(false)
    expect(transitions.length).toBeGreaterThan(1000)
  })

  it('comes to every state by a shortest way', () => {
    const turns = new Map<State, number>()
    let front = exploration.initial.flatMap(({ on }) => on.flatMap(({ to }) => to ?? []))
    for (let turn = 1; front.length > 0; turn++) {
      const fresh = [...new Set(front)].filter((state) => !turns.has(state))
      for (const state of fresh) turns.set(state, turn)
      front = fresh.flatMap(({ on }) => on.flatMap(({ to }) => to ?? []))
    }
    expect(turns.size).toBe(exploration.states.length)
    const longer = exploration.states.filter((state) => state.by && wayTo(state.by).length !== turns.get(state))
    expect(longer).toHaveLength(0)
  })

  it('takes an exit of a date on just the days on which callers would', () => {
    const { brand, flow } = hotline
    const facts = {
      phase: (day: string) => phaseOn(brand, day),
      pin_shown: (day: string) => (pinIsShown(brand, day) ? 'yes' : 'no'),
    }
    let seen = 0
    for (const { way, days } of transitionsOf(exploration)) {
      for (const { step, exit } of way) {
        const config = flow.steps.get(step)
        if (!config || !isOf('branch', config) || !(config.on === 'phase' || config.on === 'pin_shown')) continue
        const fact = facts[config.on]
        const allowed = kinds.flatMap(({ day }, kind) => (fact(day) === exit ? [kind] : []))
        const taken = kinds.flatMap((_kind, kind) => (days & (1 << kind) ? [kind] : []))
        if (!taken.every((kind) => allowed.includes(kind))) throw new Error(`'${step}' by '${exit}' on days ${taken}`)
        seen++
      }
    }
    expect(seen).toBeGreaterThan(10)
  })
})

describe('numbers that are withheld', () => {
  /** Everything that follows on one of the calls that ring. */
  function following(root: State | undefined): Transition[] {
    const seen = new Set<State>()
    const open = root ? [root] : []
    for (const state of open) {
      for (const { to } of state.on) {
        if (!to || seen.has(to)) continue
        seen.add(to)
        open.push(to)
      }
    }
    return open.flatMap(({ on }) => on)
  }
  const asksOwnLine = (transitions: Transition[]): boolean =>
    transitions.some(({ asked }) =>
      asked.some(({ question }) => question.kind === 'identify' && question.by.kind === 'own_line'),
    )

  it.each(brands)('are tried where the line that one calls from is offered: %s', (_name, exploration) => {
    const { own_line } = exploration.hotline.brand
    const initial = new Map(
      exploration.initial.map((root) => [root.call.callerNumber === null ? 'withheld' : 'shown', root]),
    )
    expect([...initial.keys()]).toEqual(own_line ? ['shown', 'withheld'] : ['shown'])
    expect(asksOwnLine(following(initial.get('shown')))).toBe(own_line)
    expect(asksOwnLine(following(initial.get('withheld')))).toBe(false)
  })

  it('are tried in any case on step types that may look at them', () => {
    const { hotline, kinds } = explorationOf('rheinnetz')
    const { initial } = explore(unknownTypes(hotline), kinds)
    expect(initial.map(({ call }) => call.callerNumber === null)).toEqual([false, true])
  })
})

describe('any caller, with keys of their own', () => {
  /** What the next turn may depend on. */
  const standing = ({ step, visit, topic, language, callerNumber, entries, tries, outcome, reply, ...more }: Call) => {
    const { claim, hashed } = more
    const who = [callerNumber === null, claim?.by, entries, tries, outcome]
    return JSON.stringify([step, visit, topic, language, who, hashed, reply?.next])
  }
  const known = new Map(
    brands.map(([name, exploration]) => {
      const { hotline, states } = exploration
      return [
        name,
        {
          standing: new Set(states.map(({ call }) => standing(call))),
          // The words of a notice are no prompt of the hotline's.
          heard: new Set([
            ...heardIn(exploration).flatMap(({ spoken }) => spoken.map(({ text }) => text)),
            SAMPLE_NOTICE,
          ]),
          ends: new Set([...transitionsOf(exploration)].map(({ step, reply }) => JSON.stringify([step, reply?.next]))),
          withheld: hotline.brand.own_line,
        },
      ] as const
    }),
  )
  const there = scenes.filter(({ hotline }) => known.has(hotline.brand.name))
  const calls = there.chain((scene) => fc.tuple(fc.constant(scene), doing(scene.hotline), worlds))

  it('stands where the exploration was, and hears what it heard', () => {
    let waits = 0
    fc.assert(
      fc.property(calls, ([scene, acts, world]) => {
        const here = known.get(scene.hotline.brand.name)
        // Where no line is offered it makes no difference whether the number is withheld.
        const callerNumber = here?.withheld ? scene.callerNumber : '+491713920042'
        for (const { call, reply } of runCall({ ...scene, callerNumber }, acts, world)) {
          for (const { text } of reply.say) expect(here?.heard).toContain(text)
          if (reply.next.kind === 'gather') {
            expect(here?.standing).toContain(standing(call))
            waits++
          } else expect(here?.ends).toContain(JSON.stringify([call.step, reply.next]))
        }
      }),
      { numRuns: times(100, 1000) },
    )
    expect(waits).toBeGreaterThan(200)
  })
})

describe('two topics of one need', () => {
  it('are not taken for one: the callers of each come to its queue', () => {
    const topics = '[{ name: bill, press: "1", needs: 2 }, { name: order, press: "2", needs: 2 }]'
    const flow = spoiled({ 'needs_0: free, needs_1: number_alone': 'needs_0: general, needs_1: number' })
    const proof = prove([smallHotline({ flow, brand: { topics } })])
    // It never asks for the hours, and no wait in it ends.
    const findings = proof.findings.filter(({ code }) => code !== 'hours' && code !== 'wait')
    // Nobody needs less than the PIN here, so two steps are too many; both topics have their queue.
    expect(findings.map(({ code, message }) => `${code} ${message.split(';')[0]}`)).toEqual([
      "step no call comes to 'number_alone'",
      "step no call comes to 'free'",
      "step no call comes to 'known'",
    ])
  })
})

describe('a second run', () => {
  it('explores the same, in the same order, and finds the same', () => {
    const written = (exploration: Exploration): string[] =>
      [...transitionsOf(exploration)].map(({ act, way, days, level, reply }) =>
        JSON.stringify([act, way, days, level, reply]),
      )
    for (const [, first] of brands.slice(0, times(1, 2))) {
      expect(written(explore(first.hotline, first.kinds))).toEqual(written(first))
    }
    const other = { name: 'little', numbers: '["+4930231251"]' }
    const small = [smallHotline({ flow: SOUND }), smallHotline({ flow: SOUND, brand: other })]
    const hotlines = isWhole ? [...shipped.values()] : small
    const { findings: _findings, explorations: _explorations, ...proof } = prove(hotlines)
    const { findings, explorations: _others, ...again } = prove([...hotlines].reverse())
    expect(again).toEqual(proof)
    expect(findings.map(({ message }) => message)).toEqual([])
  })
})
