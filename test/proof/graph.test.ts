/** The picture of a flow, by its text in Graphviz's language. */
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { StepType } from '../../src/flow/step.ts'
import { ownStepTypes } from '../../src/flow/steps/index.ts'
import { prove } from '../../src/proof/check.ts'
import { lookOf, RED } from '../../src/proof/graph/html.ts'
import { graphOf } from '../../src/proof/graph.ts'
import { type Small, smallHotline } from '../flow/small.ts'
import { readDrawing, textOf } from './drawing.ts'

const others = 'no_pin: person, person: person, no_input: person, no_match: person, unavailable: person'
const small = `start: welcome
steps:
  welcome: { type: say, prompt: hello, next: menu }
  menu: { type: topic, chosen: needs, person: person, no_input: person, no_match: person }
  needs: { type: branch, on: needs, needs_0: free, needs_1: number_alone, needs_2: number }
  number: { type: identify, prompt: ask, identified: pin, ${others} }
  number_alone: { type: identify, prompt: ask, identified: thanks, ${others} }
  thanks: { type: say, prompt: thanks, next: known }
  pin: { type: verify, prompt: prove, verified: proved, refused: person, ${others} }
  free: { type: enqueue, level: 0, queue: topic, done: bye, failed: bye }
  known: { type: enqueue, level: 1, queue: topic, done: bye, failed: bye }
  proved: { type: enqueue, level: 2, queue: topic, done: bye, failed: bye }
  person: { type: enqueue, level: 0, queue: general, done: bye, failed: bye }
  bye: { type: hang_up, prompt: bye }
`

/** The picture of a small flow, with the first call that breaks a rule. */
function pictureOf(changes: Partial<Small> = {}) {
  const hotline = smallHotline({ flow: small, ...changes })
  const { findings, explorations } = prove([hotline], {}, { keep: true })
  const finding = findings.find(({ call }) => call !== null)
  const bad = finding?.call ? { call: finding.call, message: finding.message } : null
  const { dot, description } = graphOf({ flow: hotline.flow, explorations, bad })
  const lines = dot.split('\n').map((line) => line.trim())
  return {
    dot,
    description,
    finding,
    node: (name: string): string => lines.find((line) => line.startsWith(`"${name}" [`)) ?? '',
    edges: lines.filter((line) => / -> /.test(line) && !line.includes('style=invis')),
    edge: (from: string, to: string): string =>
      lines.filter((line) => line.startsWith(`"${from}" -> "${to}"`)).join('\n'),
  }
}

describe('the picture of a flow', () => {
  it('colours each step by the least that its callers have proved', () => {
    const { node } = pictureOf()
    const levels: Record<string, 0 | 1 | 2> = {
      ...{ welcome: 0, menu: 0, needs: 0, number: 0, number_alone: 0, free: 0, person: 0, bye: 0 },
      ...{ thanks: 1, known: 1, pin: 1, proved: 2 },
    }
    for (const [name, level] of Object.entries(levels)) {
      expect([name, node(name)]).toEqual([name, expect.stringContaining(`fillcolor="${lookOf(level).fill}"`)])
      expect(textOf(node(name))).toMatch(new RegExp(` ${level} ${name} `))
    }
  })

  it('counts the least over all ways to a step', () => {
    const { node } = pictureOf({
      flow: small.replace('needs_0: free', 'needs_0: thanks').replace('level: 1', 'level: 0'),
    })
    expect(node('thanks')).toContain(lookOf(0).fill)
  })

  it('marks the hand-offs that ask for a proof', () => {
    const { node, description } = pictureOf()
    const isMarked = (name: string): boolean => node(name).includes('peripheries=2') && node(name).includes('\u{1f512}')
    expect(['free', 'person', 'bye', 'pin', 'known', 'proved'].filter(isMarked)).toEqual(['known', 'proved'])
    expect(description).toContain('Hand-offs that ask for a proof: known (level 1), proved (level 2).')
  })

  it('says what a step does', () => {
    const { node } = pictureOf()
    expect(textOf(node('welcome'))).toContain('say “hello”')
    expect(textOf(node('needs'))).toContain('branch on needs')
    expect(textOf(node('proved'))).toContain('enqueue queue topic, level 2')
  })

  it('merges the exits that lead to the same step, and names the steps that many lead to', () => {
    const { node, edges, edge } = pictureOf()
    expect(textOf(node('menu'))).toContain('person, no_input, no_match → person')
    expect(edges.filter((line) => /-> "(person|bye)"/.test(line))).toEqual([])
    expect(textOf(edge('number', 'pin'))).toContain('identified')
    const two = pictureOf({ flow: small.replace('needs_1: number_alone', 'needs_1: number') })
    expect(textOf(two.edge('needs', 'number'))).toContain('needs_1, needs_2')
  })

  it('draws in dashes what no call comes to', () => {
    const { node, edge, description } = pictureOf({
      brand: { topics: '[{ name: bill, press: "1", needs: 2 }, { name: join, press: "3", needs: 0 }]' },
    })
    for (const name of ['number_alone', 'thanks', 'known']) expect(node(name)).toContain('dashed')
    for (const name of ['number', 'free', 'bye']) expect(node(name)).not.toContain('dashed')
    expect(edge('needs', 'number_alone')).toContain('style=dashed')
    expect(edge('needs', 'number')).not.toContain('dashed')
    expect(description).toContain('No call comes to: number_alone, thanks, known.')
  })

  it('draws a call that breaks a rule in red, numbered, with the place where it goes wrong', () => {
    const { finding, edges, edge, node, dot } = pictureOf({
      flow: small.replace('identified: pin', 'identified: proved'),
    })
    expect(finding?.code).toBe('level')
    const red = edges.filter((line) => line.includes(`color="${RED}" penwidth`))
    expect(red.map((line) => line.slice(0, line.indexOf(' ['))).toSorted()).toEqual([
      '"(ring)" -> "welcome"',
      '"menu" -> "needs"',
      '"needs" -> "number"',
      '"number" -> "proved"',
      '"welcome" -> "menu"',
    ])
    expect(textOf(edge('welcome', 'menu'))).toContain(' 1 ')
    expect(textOf(edge('menu', 'needs'))).toMatch(/ 2 +chosen/)
    expect(textOf(edge('needs', 'number'))).toMatch(/ 3 +needs_2/)
    expect(textOf(edge('number', 'proved'))).toMatch(/ 4 +identified/)
    expect(node('proved')).toContain('goes wrong here')
    expect(node('proved')).toContain(`color="${RED}" penwidth=3`)
    expect(dot.split('goes wrong here')).toHaveLength(2)
    expect(textOf(dot)).toContain(`it takes: ${finding?.message.slice(0, 60)}`)
  })

  it('draws the bad way to a step that is only named otherwise', () => {
    const { edge, node } = pictureOf({ flow: small.replace('level: 0, queue: general', 'level: 1, queue: general') })
    expect(textOf(edge('menu', 'person'))).toMatch(/ 2 +person/)
    expect(textOf(node('menu'))).toContain('no_input, no_match → person')
  })

  it('takes step types that Rufpass does not know, whatever they keep in their fields', async () => {
    const prompt = 'say "hi" <b>&amp; \\N\u0007{'
    const schema = z.strictObject({ type: z.literal('mine'), prompt: z.string(), next: z.string(), also: z.string() })
    const mine: StepType<typeof schema> = {
      schema,
      exits: ({ next, also }) => ({ 'on & <on>': next, also }),
      prompts: () => [],
      enter: ({ config }) => ({ kind: 'go', exit: config.prompt === '' ? 'also' : 'on & <on>' }),
    }
    const step = `{ type: mine, prompt: ${JSON.stringify(prompt)}, next: proved, also: free }`
    const { dot, node } = pictureOf({
      flow: small.replace('verified: proved', 'verified: mine').concat(`  mine: ${step}\n`),
      types: { ...ownStepTypes, mine: mine as unknown as StepType },
    })
    expect(node('mine')).toContain(lookOf(2).fill)
    const { instance } = await import('@viz-js/viz')
    const { groups } = readDrawing((await instance()).renderString(dot, { format: 'svg' }))
    expect(groups.get('mine')).toContain('“say "hi" <b>&amp; \\N{”')
    expect(groups.get('mine->proved')).toContain('on & <on>')
  })

  it('has enough contrast, and levels that stay apart in grey', () => {
    for (const level of [0, 1, 2, undefined] as const) {
      const { fill, text, soft, line } = lookOf(level)
      expect(contrast(fill, text)).toBeGreaterThan(4.5)
      expect(contrast(fill, soft)).toBeGreaterThan(4.5)
      expect(contrast('#ffffff', line)).toBeGreaterThan(3)
    }
    expect(contrast('#ffffff', RED)).toBeGreaterThan(4.5)
    const greys = ([0, 1, 2] as const).map((level) => luminance(lookOf(level).fill))
    expect(greys).toEqual(greys.toSorted((one, other) => other - one))
  })
})

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
