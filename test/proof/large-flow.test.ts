/** The largest flow that may be written: 500 steps, most of them menus. */
import { expect, it } from '@jest/globals'
import { prove } from '../../src/proof/check.ts'
import { smallHotline } from '../flow/small.ts'

const MENUS = 491

/** A corridor of menus; each can be left for a person, and the last leads to the usual end. */
function corridor(proof: 'after' | 'before'): string {
  const menus = Array.from({ length: MENUS }, (_, index) => {
    const next = index === MENUS - 1 ? (proof === 'after' ? 'topic' : 'proved') : `menu_${index + 1}`
    return `  menu_${index}: { type: choose, prompt: menu, keys: [{ press: "1", go: ${next} }, { press: "2", go: person }], no_input: person, no_match: person }`
  })
  const others = 'no_pin: person, person: person, no_input: person, no_match: person, unavailable: person'
  const [first, last] = proof === 'after' ? ['menu_0', 'queue'] : ['topic', 'menu_0']
  return `start: hours
steps:
  hours: { type: hours, open: ${first}, closed: bye }
${menus.join('\n')}
  topic: { type: topic, chosen: needs, person: person, no_input: person, no_match: person }
  needs: { type: branch, on: needs, needs_0: ${last}, needs_1: number, needs_2: number }
  number: { type: identify, prompt: ask, identified: pin, ${others} }
  pin: { type: verify, prompt: prove, verified: ${proof === 'after' ? 'proved' : 'menu_0'}, refused: person, ${others} }
  proved: { type: enqueue, level: 2, queue: topic, done: bye, failed: bye, unserved: bye }
  queue: { type: enqueue, level: 0, queue: topic, done: bye, failed: bye, unserved: bye }
  person: { type: enqueue, level: 0, queue: general, done: bye, failed: bye, unserved: bye }
  bye: { type: hang_up }
`
}

it('is proved like any other, and is told where it asks too much of callers', () => {
  const hotline = smallHotline({ flow: corridor('after'), brand: { roll_out: '{ mandatory: "2026-01-01" }' } })
  expect(hotline.flow.steps.size).toBe(500)
  const began = performance.now()
  const { findings, states, exchanges } = prove([hotline])
  process.stdout.write(
    `500 steps: ${states} states, ${exchanges} exchanges, ${((performance.now() - began) / 1000).toFixed(2)} s\n`,
  )
  // A caller who must pass 491 menus is not verified within a minute.
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['budget']))
  expect(states).toBeGreaterThan(5_000)
})

it('is given up, and told, where the menus come after all that a caller can have tried', () => {
  const hotline = smallHotline({ flow: corridor('before'), brand: { roll_out: '{ mandatory: "2026-01-01" }' } })
  const { findings } = prove([hotline])
  expect(findings.map(({ code }) => code)).toContain('size')
  expect(findings.map(({ code }) => code).filter((code) => ['step', 'exit', 'topic', 'budget'].includes(code))).toEqual(
    [],
  )
})
