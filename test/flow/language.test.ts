/** A brand has one to five languages: its callers choose theirs, each in its own words, or the number called decides. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { transcriptOf } from '../../src/cli/bad-call.ts'
import { FlowError } from '../../src/flow/files/finding.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { budgetOf } from '../../src/proof/budget.ts'
import { prove } from '../../src/proof/check.ts'
import { everyDayKind } from '../../src/proof/days.ts'
import { explore } from '../../src/proof/explore.ts'
import { printTranscript } from '../../src/simulator/script/transcript.ts'
import { SOUND, spoiled } from '../proof/proving.ts'
import { ring } from './caller.ts'
import { DEMO_DAY, flowsDir } from './shipped.ts'
import { type Small, smallHotline } from './small.ts'

const shippedFlow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
/** A flow with such a step that is proved in a moment; that of the shipped one is, in each brand, by `flows check`. */
const small = spoiled({
  'start: welcome': 'start: language',
  'steps:\n': 'steps:\n  language: { type: language, next: welcome }\n',
})
const voices = ['de-DE', 'en-GB', 'tr-TR', 'cmn-CN', 'arb'].map((locale) => {
  return { code: locale.split('-')[0] ?? '', voice: 'V', locale }
})

/** The first so many languages. */
function speaking(count: number, more: Small['brand'] = {}, flow = shippedFlow, texts: Small['texts'] = {}): Hotline {
  const languages = voices.slice(0, count)
  const words = Object.fromEntries(languages.map(({ code }) => [code, { pin: 'PIN' }]))
  const waits = '{ longest: { minutes: 30, exit: call_later }, nobody: { minutes: 5, exit: ticket } }'
  const brand = { languages: JSON.stringify(languages), words: JSON.stringify(words), waits, ...more }
  return smallHotline({ flow, brand, texts })
}

const offersIn = (codes: string[]) => codes.map((language) => ({ text: 'menu.language', language }))
const toldIn = ({ reply }: ReturnType<typeof ring>): string[] => [...new Set(reply.say.map(({ language }) => language))]
const complaints = (load: () => unknown): string[] => {
  try {
    load()
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    return error.findings.map(({ code, message }) => `${code}: ${message}`)
  }
  return []
}

describe('a brand of many languages', () => {
  it.each([3, 4, 5])('offers all %d, each in its own words, before anything is told', (count) => {
    const codes = voices.slice(0, count).map(({ code }) => code)
    const caller = ring(speaking(count), {
      notice: ({ topic }) => (topic === null ? { kind: 'notice', text: 'A notice.' } : null),
    })
    expect(caller.reply.say).toEqual([{ text: 'greeting', language: 'de' }, ...offersIn(codes)])
    expect(caller.reply.next).toEqual({ kind: 'gather', numDigits: 1, timeout: 7 })
    codes.forEach((code, index) => {
      const chosen = ring(speaking(count)).keys(String(index + 1))
      expect(toldIn(chosen)).toEqual([code])
      expect(chosen.hears).not.toContain('menu.language')
      expect(chosen.call).toMatchObject({ language: code, languageSettled: true })
    })
  })

  it('goes on in the first after silence, or after three keys that mean none', () => {
    expect(toldIn(ring(speaking(3)).silence())).toEqual(['de'])
    const lost = ring(speaking(3)).keys('4')
    expect(lost.hears).toEqual(['menu.language', 'menu.language', 'menu.language'])
    expect(lost.keys('*').hears).toEqual(['menu.language', 'menu.language', 'menu.language'])
    expect(toldIn(lost.keys('7'))).toEqual(['de'])
    expect(lost.call.step).toBe('topic')
    expect(ring(speaking(3)).keys('9', 480_000).reply.next).toEqual({ kind: 'enqueue', queue: 'small.general' })
  })

  it('goes on in the first at once by the key for a person, who is behind the menu', () => {
    const caller = ring(speaking(5)).keys('0')
    expect(caller.call).toMatchObject({ step: 'topic', language: 'de', languageSettled: false })
    expect(ring(speaking(5, { person_key: '"4"' })).keys('4').call.language).toBe('cmn')
  })

  it('says in all of them that it is closed to callers who chose none', () => {
    const closed = { open: { kind: 'closed', opens: null, because: {} } } as const
    const codes = voices.map(({ code }) => code)
    const hotline = speaking(5, { hours: '{ monday: ["08:00-18:00"] }' })
    expect(toldIn(ring(hotline, closed).silence())).toEqual(codes)
    expect(toldIn(ring(hotline, closed).keys('*').keys('*').keys('*'))).toEqual(codes)
  })

  it('says in the chosen one alone that it is closed', () => {
    const closed = { open: { kind: 'closed', opens: null, because: {} } } as const
    const hotline = speaking(5, { hours: '{ monday: ["08:00-18:00"] }' })
    expect(toldIn(ring(hotline, closed).keys('3'))).toEqual(['tr'])
    expect(toldIn(ring(hotline, closed).keys('1'))).toEqual(['de'])
  })

  it('leaves the language key of the menu to topics', () => {
    expect(ring(speaking(3)).keys('2').keys('9').hears[0]).toBe('menu.no_match')
    const ninth = { topics: '[{ name: bill, press: "9", needs: 2 }, { name: join, press: "3", needs: 0 }]' }
    expect(complaints(() => speaking(3, ninth))).toEqual([])
    expect(complaints(() => speaking(2, ninth))).toEqual(['name: key 9 is used twice in the menu; choose another'])
  })

  it('is proved in every language', () => {
    expect(prove([speaking(5, {}, small)]).findings).toEqual([])
  })

  it('is timed in every language', () => {
    const budgets = budgetOf(speaking(5), DEMO_DAY)
    expect(budgets.map(({ language, broken }) => [language, broken])).toEqual(voices.map(({ code }) => [code, []]))
    const choosing = budgets.map(({ languageKey }) => languageKey)
    expect(choosing).toEqual([...choosing].sort((one, other) => one - other))
    // What was spent on the choice is in no other sum: it has a limit of its own.
    // Turkish, which writes more letters for the same sounds, takes longer by itself.
    const others = budgets.filter(({ language }) => language !== 'tr')
    expect(new Set(others.map(({ typed }) => typed?.toFixed(6))).size).toBe(1)
  })

  it.each([3, 5])('has time for %d offers in plain words, each a prompt of its own', (count) => {
    const texts = { 'menu.language': 'For this language, press {key}.', 'key.5': 'five' }
    const budgets = budgetOf(speaking(count, {}, shippedFlow, texts), DEMO_DAY)
    expect(budgets.flatMap(({ broken }) => broken)).toEqual([])
    expect(budgets.at(-1)?.longest.step).not.toBe('language')
  })

  it('is refused when nobody asks for the third, and when it has six', () => {
    const { findings } = prove([speaking(3, {}, SOUND)])
    const place = { code: 'language', file: 'small.yaml', brands: ['small'], call: null }
    expect(findings).toMatchObject([place, place])
    expect(findings[0]?.message).toMatch(/^no call of 'small' comes to 'en': .* by a step of type 'language'/)
    expect(findings[1]?.message).toMatch(/^no call of 'small' comes to 'tr'/)
    expect(prove([speaking(2, {}, SOUND)]).findings).toEqual([])
    const six = [...voices, { code: 'fr', voice: 'V', locale: 'fr-FR' }]
    expect(complaints(() => smallHotline({ flow: shippedFlow, brand: { languages: JSON.stringify(six) } }))[0]).toMatch(
      /^field: 'languages'/,
    )
  })
})

describe('a brand of one or two languages', () => {
  it('is asked for none before its menu', () => {
    for (const count of [1, 2]) expect(ring(speaking(count)).call.step).toBe('topic')
    expect(ring(speaking(1)).hears).not.toContain('menu.language')
    expect(ring(speaking(2)).reply.say[1]).toEqual({ text: 'menu.language', language: 'en' })
  })
})

describe('a number that decides the language', () => {
  const numbers = { numbers: '["+4930231250", "+4930231251"]', language_by_number: '{ "+4930231251": en }' }

  it.each([2, 3])('leaves nothing to choose in a brand of %d', (count) => {
    const caller = ring(speaking(count, numbers), { called: '+4930231251' })
    expect(toldIn(caller)).toEqual(['en'])
    expect(caller.hears).not.toContain('menu.language')
    expect(caller.keys('9').hears[0]).toBe('menu.no_match')
    const closed = { called: '+4930231251', open: { kind: 'closed', opens: null, because: {} } } as const
    expect(toldIn(ring(speaking(count, { ...numbers, hours: '{}' }), closed))).toEqual(['en'])
    expect(toldIn(ring(speaking(count, numbers), { called: '+4930231250' }))).toContain('de')
  })

  it('is enough for a third language, where the menu offers none', () => {
    const all = { ...numbers, language_by_number: '{ "+4930231250": tr, "+4930231251": en }' }
    const [finding, ...others] = prove([speaking(3, all, SOUND)]).findings
    expect(others).toEqual([])
    expect(finding?.message).toMatch(/^no call of 'small' comes to 'de'/)
  })

  it('stands in the call that shows a finding', () => {
    const exploration = explore(speaking(2, numbers), everyDayKind().slice(-1))
    const called = exploration.initial.map(({ call, on }) => {
      const exchanges = on.slice(0, 1)
      const text = printTranscript(transcriptOf({ exploration, day: 0, exchanges }, { code: 'loop', message: 'it.' }))
      return [call.language, /^called: (.+)$/m.exec(text)?.[1]]
    })
    expect(new Map(called as [string, string][])).toEqual(
      new Map([
        ['de', '+4930231250'],
        ['en', '+4930231251'],
      ]),
    )
  })

  it('must be a number of the brand, and one of its languages', () => {
    const wrong = { ...numbers, language_by_number: '{ "+4930231259": en, "+4930231251": fr }' }
    expect(complaints(() => speaking(2, wrong))).toEqual([
      "name: +4930231259 is no number of this brand; add it to 'numbers' or remove it",
      "name: 'fr' is no language of this brand; name one of: de, en",
    ])
  })
})
