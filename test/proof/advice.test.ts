/** No finding asks for what another forbids: those who follow the advice do not get the opposite of it. */
import { describe, expect, it } from '@jest/globals'
import { isMap, isSeq, parseDocument } from 'yaml'
import { type Finding, FlowError } from '../../src/flow/files/finding.ts'
import type { Small } from '../flow/small.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { findingsIn, insert, SOUND, spoiled } from './proving.ts'
import { randomSmalls } from './random-flows.ts'

/** What a finding asks an author to do to a flow. */
type Advice =
  | { asks: 'remove exit' | 'add exit'; step: string; exit: string }
  | { asks: 'remove step' | 'add step'; step: string }

function adviceOf({ message, line }: Finding, flow: string): Advice[] {
  const [, left, by] = /^no call leaves '(\w+)' by '(\w+)'.*; .*remove this exit/.exec(message) ?? []
  if (left !== undefined && by !== undefined) return [{ asks: 'remove exit', step: left, exit: by }]
  const [, strange] = /^there is no field '(\w+)' here; remove it/.exec(message) ?? []
  if (strange !== undefined) return [{ asks: 'remove exit', step: stepAt(flow, line), exit: strange }]
  const [, lacks, exit] = /step '(\w+)' has no exit '(\w+)'.*; add this exit/.exec(message) ?? []
  if (lacks !== undefined && exit !== undefined) return [{ asks: 'add exit', step: lacks, exit }]
  const [, missing] = /^'(\w+)' is missing; add it/.exec(message) ?? []
  if (missing !== undefined) return [{ asks: 'add exit', step: stepAt(flow, line), exit: missing }]
  const [, unreached] = /^no call comes to '(\w+)'; .*remove it/.exec(message) ?? []
  if (unreached !== undefined) return [{ asks: 'remove step', step: unreached }]
  const [, unknown] = /^there is no step '(\w+)'; .*add it/.exec(message) ?? []
  return unknown === undefined ? [] : [{ asks: 'add step', step: unknown }]
}

/** The step that the line is about, in a flow with a line or more for each step. */
function stepAt(flow: string, line: number): string {
  const before = flow.split('\n').slice(0, line).reverse()
  return before.map((text) => /^ {2}"?(\w+)"?:/.exec(text)?.[1]).find((name) => name !== undefined) ?? ''
}

/** Does all of it. A step that goes takes with it what a finding says of exits that name it. */
function follow(flow: string, findings: readonly Finding[]): string {
  const document = parseDocument(flow)
  const steps = Object.keys(document.toJS().steps)
  for (const finding of findings) {
    for (const advice of adviceOf(finding, flow)) {
      if (advice.asks === 'add exit') document.setIn(['steps', advice.step, advice.exit], steps.at(-1))
      if (advice.asks === 'remove step') document.deleteIn(['steps', advice.step])
      if (advice.asks === 'remove exit') removeExit(document.getIn(['steps', advice.step]), advice.exit)
      // One or several: "let 'stay' of 'a' and 'done' of 'a' name another".
      const [, renamed = ''] = /; .*let (.*) name another/.exec(finding.message) ?? []
      for (const [, exit, step] of renamed.matchAll(/'(\w+)' of '(\w+)'/g))
        if (advice.asks === 'remove step') document.setIn(['steps', step, exit], document.get('start'))
    }
  }
  return String(document)
}

function removeExit(step: unknown, exit: string): void {
  if (!isMap(step)) return
  const keys = step.get('keys')
  if (exit.startsWith('key_') && isSeq(keys)) {
    keys.items = keys.items.filter((item) => isMap(item) && item.get('press') !== exit.slice('key_'.length))
  } else step.delete(exit)
}

function told(small: Small): readonly Finding[] {
  try {
    return findingsIn(small)
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    return error.findings
  }
}

const OPPOSITE = {
  'remove exit': 'add exit',
  'add exit': 'remove exit',
  'remove step': 'add step',
  'add step': 'remove step',
} as const

/** What is asked for in vain: each time the advice, and the message that then asks for the opposite. */
function contradictions(small: Small): string[] {
  const first = told(small)
  const asked = first.flatMap((finding) => adviceOf(finding, small.flow))
  if (asked.length === 0) return []
  const flow = follow(small.flow, first)
  return told({ ...small, flow }).flatMap((finding) =>
    adviceOf(finding, flow)
      .filter((then) =>
        asked.some(
          (before) =>
            OPPOSITE[before.asks] === then.asks &&
            before.step === then.step &&
            ('exit' in before ? before.exit : null) === ('exit' in then ? then.exit : null),
        ),
      )
      .map(() => `${first.map(({ message }) => message).join(' | ')} => ${finding.message}`),
  )
}

const person = 'no_pin: general, person: general, no_input: general, no_match: general, unavailable: general'
/** Steps with exits that no call may ever take, depending on where they stand. */
const steps = [
  'type: collect, prompt: x, field: x, digits: { min: 2, max: 2 }, next: free, no_input: general, no_match: spare',
  `type: identify, prompt: x, identified: known, refused: spare, ${person}`,
  `type: verify, prompt: x, verified: known, refused: spare, recheck: general, ${person}`,
  'type: branch, on: needs, needs_0: spare, needs_1: general, needs_2: general',
  'type: branch, on: written, yes: general, no: spare',
  'type: backlog, queue: general, free: free, long: free, full: spare',
  'type: deflect, none: spare, stay: general, done: bye',
  'type: deflect, none: general, stay: spare, done: bye',
  'type: rejoin',
]

/** One language and one line, so that the flows are small: what is asked for hangs on neither. */
const brand = {
  languages: '[{ code: de, voice: V, locale: de-DE }]',
  own_line: 'false',
  topics: '[{ name: bill, press: "1", needs: 2 }, { name: join, press: "3", needs: 0 }]',
}

/** Reached by those alone whose topic is settled in writing, or is not. */
const sorted = (written: string, other: string): string =>
  `needs_2: sort }\n  sort: { type: branch, on: written, yes: ${written}, no: ${other} }`
const places: Record<string, (step: string) => string> = {
  'after the PIN': insert.afterPin,
  'for written topics': (step) => spoiled({ 'needs_2: number }': sorted('mine', 'number') }, insertBeforeFree(step)),
  'for other topics': (step) => spoiled({ 'needs_2: number }': sorted('number', 'mine') }, insertBeforeFree(step)),
}
const insertBeforeFree = (step: string): string => spoiled({ '  free:': `  mine: ${step}\n  free:` })
const spare = '  spare: { type: say, prompt: x, next: general }\n  free:'

describe('advice that is followed brings no advice of the opposite', () => {
  it.each(Object.entries(places))('about steps %s', (_place, at) => {
    for (const step of steps) {
      expect(contradictions({ brand, flow: spoiled({ '  free:': spare }, at(`{ ${step} }`)) })).toEqual([])
    }
  })

  it('about a question for topics that set a secret, where no step sets one: a brand may have such a topic', () => {
    const flow = spoiled({
      'verified: verified': 'verified: mine',
      '  free:': '  mine: { type: branch, on: sets, yes: free, no: verified }\n  free:',
    })
    expect(findingsIn({ brand, flow }).filter(({ code }) => code === 'exit')).toEqual([])
  })

  it('about an exit that is left out or misspelt', () => {
    for (const exit of ['chosen', 'needs_1', 'identified', 'verified', 'refused', 'done']) {
      const without = SOUND.replace(new RegExp(`\\b${exit}: \\w+,? ?`), '')
      expect(contradictions({ brand, flow: without })).toEqual([])
      expect(contradictions({ brand, flow: SOUND.replace(`${exit}: `, `${exit}x: `) })).toEqual([])
    }
  })

  it('about small flows by chance', () => {
    fc.assert(
      fc.property(randomSmalls, (small) => expect(contradictions(small)).toEqual([])),
      { numRuns: times(6, 25) },
    )
  })
})
