import { describe, expect, it } from '@jest/globals'
import { budgetTable, printBudget } from '../../src/cli/flows-budget.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { type Budget, budgetOf, limits } from '../../src/proof/budget.ts'
import { copyOfFlows } from '../flow/folder.ts'
import { DEMO_DAY, flowsDir, shipped } from '../flow/shipped.ts'
import { smallHotline } from '../flow/small.ts'

const short = `
start: welcome
steps:
  welcome: { type: say, prompt: hello, next: menu }
  menu: { type: topic, chosen: number, person: bye, no_input: bye, no_match: bye }
  number:
    type: identify
    prompt: ask
    otherwise: or
    identified: pin
    no_pin: bye
    person: bye
    no_input: bye
    no_match: bye
    refused: bye
    unavailable: bye
  pin:
    type: verify
    prompt: prove
    verified: bye
    refused: bye
    no_pin: bye
    person: bye
    no_input: bye
    no_match: bye
    unavailable: bye
  bye: { type: hang_up }
`
const second = 'thirteen char'
const nothing = ''
/** Every prompt on the way takes a second, but that the menu's items are silent. */
const texts = {
  hello: second,
  ask: second,
  or: second,
  'identify.own_line': second,
  prove: second,
  'menu.topic': nothing,
  'menu.topic_first': nothing,
  'identify.person': nothing,
  'menu.person': nothing,
  'menu.language': second,
}

describe('the shipped hotlines', () => {
  const budgets = [...shipped.values()].flatMap((hotline) => budgetOf(hotline, DEMO_DAY))

  it('keep every limit of the requirements, in every language', () => {
    const asRequired = { typed: 65, ownLine: 50, interrupting: 25, entries: 3, prompt: 9, menu: 12, greeting: 4 }
    expect(limits).toEqual({ ...asRequired, language: 19 })
    expect(budgets.map(({ brand, language }) => `${brand} ${language}`)).toHaveLength(13)
    expect(budgets.flatMap(({ broken }) => broken)).toEqual([])
    for (const budget of budgets) {
      expect(budget.typed).toBeLessThanOrEqual(65)
      expect(budget.ownLine ?? 0).toBeLessThanOrEqual(50)
      expect(budget.interrupting).toBeLessThanOrEqual(25)
      expect(budget.entries).toBe(3)
      expect(budget.longest.seconds).toBeLessThanOrEqual(9)
      expect(budget.longestMenu.seconds).toBeLessThanOrEqual(12)
    }
    expect(budgets.filter(({ ownLine }) => ownLine === null).map(({ brand }) => brand)).toEqual([
      'rheinnetz',
      'rheinnetz',
    ])
  })

  it('cost time for the choice of the language in the second one only, and in each where there are three', () => {
    for (const { brand, language, languageKey } of budgets) {
      if (language === 'de' && brand !== 'kassemobil') expect(languageKey).toBe(0)
      else expect(languageKey).toBeGreaterThan(4)
    }
  })

  it('are printed as a table with one line for each', () => {
    const lines: string[] = []
    expect(printBudget(flowsDir, new Date(`${DEMO_DAY}T12:00:00Z`), (text) => lines.push(text))).toBe(true)
    const rows = lines
      .join('\n')
      .split('\n')
      .filter((line) => /^\w+ +(de|en|tr) /.test(line))
    expect(rows).toHaveLength(13)
  })
})

describe('the walk', () => {
  const hotline = smallHotline({ flow: short, texts })
  const [german, english] = budgetOf(hotline, DEMO_DAY) as [Budget, Budget]

  it('adds up what is spoken, thought and keyed', () => {
    // Spoken with the spaces between prompts; the items of the menu say nothing but their spaces.
    const space = 1 / 13
    const menu = 1 + space + 1 + 4 * space + 1.5 + 0.9 + 1.2
    const pin = 1 + 3 + 4 * 0.9 + 1.2
    expect(german.typed).toBeCloseTo(menu + (1 + space + 1 + 3 + 10 * 0.9 + 1.2) + pin, 6)
    // Callers who take the offer of their own line hear no more than that.
    expect(german.ownLine).toBeCloseTo(menu + (1 + 1.5 + 2 * 0.9 + 1.2) + pin, 6)
    expect(german.interrupting).toBeCloseTo(1 + 0.9 + 1.2 + (1 + 10 * 0.9 + 1.2) + (1 + 4 * 0.9 + 1.2), 6)
    expect(german.entries).toBe(3)
  })

  it('tells the time of the language key apart, and counts it', () => {
    const space = 1 / 13
    // Greeting and offer are heard before the key; then the menu comes without them.
    expect(english.languageKey).toBeCloseTo(1 + space + 1 + 1.5 + 0.9 + 1.2, 6)
    expect(english.entries).toBe(3)
    expect((english.typed ?? 0) - (german.typed ?? 0)).toBeCloseTo(english.languageKey - 2 - 2 * space, 6)
  })

  it('counts the hash key where two credentials of different length share a prompt', () => {
    const both = smallHotline({ flow: short, texts, brand: { credentials: '[pin, puk]' } })
    expect((budgetOf(both, DEMO_DAY)[0]?.typed ?? 0) - (german.typed ?? 0)).toBeCloseTo(0.9, 6)
  })

  it('finds no own line where the brand does not offer it', () => {
    const without = smallHotline({ flow: short, texts, brand: { own_line: 'false' } })
    expect(budgetOf(without, DEMO_DAY)[0]?.ownLine).toBeNull()
  })

  it.each([
    ['a prompt of the way', { prove: 'a'.repeat(157) }, 'aaa'],
    ['a prompt beside the way', { 'verify.failed': 'b'.repeat(118) }, 'bbb'],
    ['what is said where callers may key', { ask: 'f'.repeat(157) }, 'fff'],
    ['what is told before the call goes on', { 'verify.unchecked': '7'.repeat(19) }, '777'],
    ['the greeting', { hello: 'c'.repeat(53) }, 'seconds of greeting 4.1, at most 4'],
    ['the way by typing', { hello: 'd'.repeat(13 * 45) }, 'seconds by typing'],
    ['the way by own line', { hello: 'e'.repeat(13 * 40) }, 'seconds by own line'],
  ])('complains when %s takes too long', (_what, longer, complaint) => {
    const [budget] = budgetOf(smallHotline({ flow: short, texts: { ...texts, ...longer } }), DEMO_DAY)
    expect(budget?.broken.some((line) => line.includes(complaint))).toBe(true)
  })

  it('complains about more than three entries', () => {
    const more = short.replace('chosen: number', 'chosen: extra').concat(`
  extra: { type: collect, prompt: extra, field: extra, digits: { min: 2, max: 2 }, next: number, no_input: bye, no_match: bye }
`)
    const [budget] = budgetOf(smallHotline({ flow: more, texts }), DEMO_DAY)
    expect(budget?.broken).toContain('small de: entries 4, at most 3')
  })

  it('refuses a flow in which nobody is verified', () => {
    const circle = short.replace('verified: bye', 'verified: number').replace('identified: pin', 'identified: bye')
    const unproved = circle.slice(0, circle.indexOf('  pin:')) + circle.slice(circle.indexOf('  bye:'))
    expect(() => budgetOf(smallHotline({ flow: unproved, texts }), DEMO_DAY)).toThrow(
      "of 'small' who does everything right",
    )
  })
})

describe('for programs', () => {
  it('is all of it as one JSON object', () => {
    const told: string[] = []
    const now = new Date(`${DEMO_DAY}T12:00:00Z`)
    expect(printBudget(flowsDir, now, (text) => told.push(text), { json: true })).toBe(true)
    const { budgets, ...rest } = JSON.parse(told.join('\n'))
    expect(rest).toMatchObject({ folder: flowsDir, ok: true, limits, findings: [], untimed: [] })
    expect(budgets).toEqual([...shipped.values()].flatMap((hotline) => budgetOf(hotline, DEMO_DAY)))
  })

  it('says what keeps a folder from being read, in words and as data', () => {
    const told: string[] = []
    expect(printBudget('/nowhere', new Date(), (text) => told.push(text))).toBe(false)
    expect(told).toEqual([expect.stringMatching(/^\/nowhere:1:1 \[name\] there is no such folder; /)])
    expect(printBudget('/nowhere', new Date(), (text) => told.push(text), { json: true })).toBe(false)
    expect(JSON.parse(told[1] ?? '')).toMatchObject({ ok: false, budgets: [], findings: [{ code: 'name' }] })
  })

  it('says which callers never get verified, and times the others', () => {
    const folder = copyOfFlows()
    try {
      folder.change(
        'hotline.yaml',
        '    identified: pin\n    no_pin: no_pin_yet\n',
        '    identified: person\n    no_pin: no_pin_yet\n',
      )
      const told: string[] = []
      expect(printBudget(folder.dir, new Date(), (text) => told.push(text))).toBe(false)
      expect(told.join('\n')).toMatch(/Not timed:\n- a caller of 'alpenfunk' who does everything right is not verified/)
    } finally {
      folder.remove()
    }
  })
})

describe('the table', () => {
  it('shows a dash for what a brand does not have', () => {
    const hotline: Hotline = smallHotline({ flow: short, texts, brand: { own_line: 'false' } })
    expect(budgetTable(budgetOf(hotline, DEMO_DAY))).toMatch(/^small +de +\d+\.\d +- +/m)
  })
})
