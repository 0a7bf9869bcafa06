/** A hotline in which nothing is wrong, for tests to spoil at one place; and the proof of it. */
import { transcriptOf } from '../../src/cli/bad-call.ts'
import { prove } from '../../src/proof/check.ts'
import type { ProofFinding } from '../../src/proof/counter-example.ts'
import { printTranscript } from '../../src/simulator/script/transcript.ts'
import { type Small, smallHotline } from '../flow/small.ts'

/** Hours, menu, number, PIN, and a queue for each level; every prompt says its own key. */
export const SOUND = `start: welcome
steps:
  welcome: { type: say, prompt: hello, next: hours }
  hours: { type: hours, open: menu, closed: bye }
  menu: { type: topic, chosen: needs, person: general, no_input: general, no_match: general }
  needs: { type: branch, on: needs, needs_0: free, needs_1: number_alone, needs_2: number }
  number:
    type: identify
    prompt: ask
    identified: pin
    no_pin: general
    person: general
    no_input: general
    no_match: general
    unavailable: general
  number_alone:
    type: identify
    prompt: ask
    identified: known
    no_pin: general
    person: general
    no_input: general
    no_match: general
    unavailable: general
  pin:
    type: verify
    prompt: prove
    verified: verified
    refused: general
    no_pin: general
    person: general
    no_input: general
    no_match: general
    unavailable: general
  free: { type: enqueue, level: 0, unserved: bye, queue: topic, done: bye, failed: bye }
  known: { type: enqueue, level: 1, unserved: bye, queue: topic, done: bye, failed: bye }
  verified: { type: enqueue, level: 2, unserved: bye, queue: topic, done: bye, failed: bye }
  general: { type: enqueue, level: 0, unserved: bye, queue: general, done: bye, failed: bye }
  bye: { type: hang_up, prompt: bye }
`

/** The flow with some of its text replaced; each text must be there exactly once. */
export function spoiled(changes: Record<string, string>, flow = SOUND): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    const parts = text.split(from)
    if (parts.length !== 2) throw new Error(`'${from}' stands ${parts.length - 1} times in the flow`)
    return parts.join(to)
  }, flow)
}

/** The flow with another step before the queue of those who need no proof, before the PIN, or after it. */
export const insert = {
  beforeFree: (step: string) => spoiled({ 'needs_0: free': 'needs_0: mine', '  free:': `  mine: ${step}\n  free:` }),
  beforePin: (step: string) =>
    spoiled({ 'identified: pin': 'identified: mine', '  free:': `  mine: ${step}\n  free:` }),
  afterPin: (step: string) =>
    spoiled({ '    verified: verified': '    verified: mine', '  free:': `  mine: ${step}\n  free:` }),
}

/** Another number, as a step of any type. */
export const number = (name: string, type: string, identified: string): string => `  ${name}:
    type: ${type}
    prompt: ask
    identified: ${identified}
    no_pin: general
    person: general
    no_input: general
    no_match: general
    unavailable: general
`

/** The flow with another number after the PIN, asked for by a step of the type `mine`. */
export const secondNumber = (leadsTo: string): string =>
  spoiled({ '    verified: verified': '    verified: mine', '  free:': `${number('mine', 'mine', leadsTo)}  free:` })

/** A second language doubles the work of a proof, as the caller's own line does, and few flows have another fault by them. */
export const FEWEST = {
  languages: '[{ code: de, voice: V, locale: de-DE }]',
  words: '{ de: { pin: PIN } }',
  own_line: 'false',
}

/** What the proof finds in a small hotline, which speaks one language and asks for numbers alone unless it says more. */
export function findingsIn(small: Small): ProofFinding[] {
  return prove([smallHotline({ ...small, brand: { ...FEWEST, ...small.brand } })]).findings
}

/** Line and column (from 1) in a flow of the only place of a text, at the `^` within it, which is not part of it. */
export function placeIn(flow: string, marked: string): { file: string; line: number; column: number } {
  const [ahead = '', behind = ''] = marked.split('^')
  const parts = flow.split(ahead + behind)
  if (parts.length !== 2) throw new Error(`'${marked}' stands ${parts.length - 1} times in the flow`)
  const lines = `${parts[0]}${ahead}`.split('\n')
  return { file: 'flow.yaml', line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** The shortest call of a finding, as people read it. */
export function callOf(finding: ProofFinding | undefined): string {
  if (!finding?.call) throw new Error(`'${finding?.message ?? 'nothing'}' comes without a call`)
  return printTranscript(transcriptOf(finding.call, finding))
}
