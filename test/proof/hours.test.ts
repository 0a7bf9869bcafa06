/** Nobody comes round the opening hours: in every call that the proof explores they are asked at the ring, and hold for the call. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { initFolder } from '../../src/cli/init.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { prove } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { type Exploration, type State, type Transition, transitionsOf, wayTo } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { shipped } from '../flow/shipped.ts'
import { callWith } from './playing.ts'

/** With or without hours: the exploration tries every brand open and closed, as any day may be set apart. */
const explored = (hotline: Hotline): Exploration => explore(hotline, dayKinds(hotline.brand))

/** After a hand-off they are asked to tell when to call, and decide nothing. */
const isBefore = ({ from }: Transition): boolean => from.call.handOff === null

const isOpen = ({ asked }: Transition): boolean => asked.some(({ answer }) => answer.kind === 'open')

/**
 * The first calls that come to agents, or to a number, before the world has said that it is open. The apology is free
 * of it: something of ours broke. What comes after a first hand-off is too: callers who were let in are served.
 */
function roundTheHours({ initial }: Exploration): Transition[] {
  const seen = new Set<State>(initial)
  const round: Transition[] = []
  for (const state of seen) {
    for (const transition of state.on) {
      if (transition.act.kind === 'fallback' || isOpen(transition)) continue
      const next = transition.reply?.next.kind
      if (next === 'enqueue' || next === 'dial') round.push(transition)
      else if (transition.to) seen.add(transition.to)
    }
  }
  return round
}

/** The language is chosen, or left as it is. */
const isChoice = ({ way }: Transition): boolean =>
  way.some(({ step }) => step === 'language') && way[0]?.step === 'language'

/** What `rufpass init` writes. */
function written(language: 'de' | 'en'): Hotline {
  const folder = mkdtempSync(join(tmpdir(), 'init-'))
  try {
    initFolder(folder, { brand: 'musternetz', language, version: '0.0.0' })
    const hotline = loadHotlines(join(folder, 'flows')).byBrand.get('musternetz')
    if (!hotline) throw new Error('there is no brand of the new folder')
    return hotline
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The shipped flow with a mistake: one step that leads elsewhere. */
function mistaken(step: string, change: Record<string, string>): Hotline {
  const hotline = shipped.get('rheinnetz')
  const config = hotline?.flow.steps.get(step)
  if (!hotline || !config) throw new Error('there is no such step')
  const steps = new Map(hotline.flow.steps).set(step, { ...config, ...change })
  return { ...hotline, flow: { ...hotline.flow, steps } }
}

const hotlines: [string, Hotline][] = [
  ...shipped,
  ['of init, German first', written('de')],
  ['of init, English first', written('en')],
]

describe.each(hotlines)('the hours of a brand: %s', (_name, hotline) => {
  let exploration: Exploration
  beforeAll(() => {
    exploration = explored(hotline)
  })
  // Those of all brands at once are most of a gigabyte.
  afterAll(() => {
    exploration = { ...exploration, initial: [], states: [] }
  })

  it('brings nobody to agents or to a number before it was said to be open', () => {
    const [first] = roundTheHours(exploration)
    if (first) throw new Error(`A call goes round the opening hours:\n${callWith(exploration, wayTo(first))}`)
  })

  const isAsked = hotline.brand.languages.length > 2

  it('asks at the ring, before any key but that of the language, and then never again until callers have waited', () => {
    const asking = [...transitionsOf(exploration)]
      .filter(isBefore)
      .filter(({ asked }) => asked.some(({ question }) => question.kind === 'open'))
    const rings = exploration.initial.flatMap(({ on }) => on).filter(({ act }) => act.kind === 'ring')
    // From the choice of the language all come to the hours next, whatever they keyed.
    const first = isAsked ? [...transitionsOf(exploration)].filter(isChoice) : rings
    expect(first.length).toBeGreaterThan(0)
    expect(first.filter((transition) => !asking.includes(transition))).toEqual([])
    expect(asking.filter((transition) => !first.includes(transition))).toEqual([])
  })

  it('tells that it is closed in every language that may be meant, and hangs up', () => {
    const closed = [...transitionsOf(exploration)]
      .filter(isBefore)
      .filter(({ asked }) => asked.some(({ answer }) => answer.kind === 'closed'))
    expect(closed.length).toBeGreaterThan(0)
    for (const { act, reply, language } of closed) {
      expect(reply?.next.kind).toBe('hang_up')
      const told = reply?.say.filter(({ text }) => text === 'hours.closed').map(({ language }) => language)
      const all = hotline.brand.languages.map(({ code }) => code)
      const isChosen = isAsked && act.kind === 'keys' && all[Number(act.keys) - 1] !== undefined
      expect(told).toEqual(isChosen ? [language] : all)
    }
  })
})

describe('a flow that leads round the hours is seen', () => {
  it.each([
    ['who is never asked', 'brand_notice', { next: 'queue_person' }, true],
    // The lock keeps out who is known to be closed to.
    ['who is told that it is closed', 'hours', { closed: 'queue_person' }, false],
  ])('%s', (_what, step, change, isRound) => {
    const hotline = mistaken(step, change)
    expect(prove([hotline], {}, { calls: true }).findings.map(({ code }) => code)).toContain('hours')
    expect(roundTheHours(explored(hotline)).length > 0).toBe(isRound)
  })

  it('does not come about where the hours are not asked at the ring: then they are at the choice', () => {
    const hotline = mistaken('brand_notice', { next: 'topic' })
    expect(roundTheHours(explored(hotline)).length).toBe(0)
  })
})
