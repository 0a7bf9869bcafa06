/** Every rule about calls: a flow that breaks it is found, with place and remedy, and is not without the fault. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { isUnsafe, rules } from '../../src/flow/files/finding.ts'
import { prove } from '../../src/proof/check.ts'
import type { ProofFinding } from '../../src/proof/counter-example.ts'
import { parseTranscript } from '../../src/simulator/script/transcript.ts'
import { smallHotline } from '../flow/small.ts'
import { type Broken, brokenFlows } from './broken-flows.ts'
import { brokenTypes } from './broken-types.ts'
import { callOf, findingsIn, placeIn, SOUND } from './proving.ts'

const all = [...brokenFlows, ...brokenTypes]

/** What is told of single files, when they are loaded. */
const OF_FILES = ['yaml', 'field', 'name', 'recording']

/** What is wrong with the sound flow: nothing. */
const ofSound = messagesOf(findingsIn({ flow: SOUND }))

function messagesOf(findings: readonly ProofFinding[]): string[] {
  return findings.map(({ code, message }) => `${code}: ${message}`)
}

describe('the sound flow', () => {
  it('has nothing to correct', () => expect(ofSound).toEqual([]))

  it('nor in two languages, and for callers who are known by their line', () => {
    expect(messagesOf(prove([smallHotline({ flow: SOUND })]).findings)).toEqual([])
  })
})

describe('the rules about calls', () => {
  it('have each a flow here that breaks them', () => {
    const broken = new Set<string>(all.map(({ code }) => code))
    const others = Object.keys(rules).filter((code) => !OF_FILES.includes(code) && !broken.has(code))
    // Which takes a large one: `large-flow.test.ts`.
    expect(others).toEqual(['size'])
  })
})

describe.each<Broken>(all)('$code: $what', ({ code, small, at, message, sound, call, harmless }) => {
  let found: ProofFinding[]
  const place = typeof at === 'string' ? placeIn(small.flow, at) : at
  const isHere = ({ line, column }: ProofFinding): boolean => line === place.line && column === place.column

  beforeAll(() => {
    found = findingsIn(small).filter((finding) => finding.code === code)
  })

  it('is found, with its place and what to do', () => {
    // Without the calls: to print one is to print all that the exploration knows.
    expect(found.map(({ call: _call, ...finding }) => finding)).toContainEqual({
      code,
      ...place,
      message: expect.stringMatching(message),
      brands: ['small'],
    })
    for (const finding of found) {
      expect(finding.message).toMatch(/; |: count every/)
      expect(finding.message).not.toMatch(/\n|undefined|\[object/)
    }
  })

  it(call === false ? 'has no single call that shows it' : 'comes with a call that can be read', () => {
    const finding = found.find(isHere)
    expect(finding?.call === null).toBe(call === false)
    if (call === false) return
    const text = callOf(finding)
    expect(parseTranscript(text).lines.length).toBeGreaterThan(5)
    expect(text).toContain(`# ${finding?.message.split('; ')[0]}\n`)
  })

  // What was never tried has no call that shows what it does.
  const isHarmless = harmless || (call === false && code !== 'untried')
  it(isHarmless ? 'is a warning, for no call does harm' : 'is unsafe, for a call shows what can happen', () => {
    expect(isUnsafe({ code })).toBe(!isHarmless)
  })

  it('is not found without the fault', () => {
    const left = sound ? messagesOf(findingsIn(sound)) : ofSound
    expect(left.filter((message) => message.startsWith(`${code}: `))).toEqual([])
  })
})
