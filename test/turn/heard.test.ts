/** What supervisors are shown is what callers hear, word for word: the same core says both. */
import { describe, expect, it } from '@jest/globals'
import type { Notice } from '../../src/seams/notices.ts'
import type { SpecialHours } from '../../src/seams/special-hours.ts'
import { hoursHeard, noticeHeard } from '../../src/turn/heard.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { ring } from '../flow/caller.ts'
import { shipped } from '../flow/shipped.ts'

const hotlineOf = (brand: string) => {
  const hotline = shipped.get(brand)
  if (!hotline) throw new Error('there is no such brand')
  return hotline
}
const texts = { de: 'Im Norden ist das Netz gestört.', en: 'There is a fault in the north.', tr: 'Kuzeyde arıza var.' }
const notice = (other: Partial<Notice>): Notice => {
  return { brand: 'rheinnetz', topic: null, texts, until: null, since: '2026-11-22T10:00:00.000Z', ...other }
}
const hours = (other: Partial<SpecialHours>): SpecialHours => {
  return { brand: 'rheinnetz', day: '2026-11-23', hours: [], texts, since: '', ...other }
}
const wordsOf = (heard: ReturnType<typeof noticeHeard>, language: string) =>
  heard.find((one) => one.language === language)?.lines.map(({ text }) => text)

describe('a notice', () => {
  it('for all is heard between greeting and menu, as by a caller who rings', () => {
    const hotline = hotlineOf('rheinnetz')
    const caller = ring(hotline, {
      notice: ({ topic }) => (topic === null ? { kind: 'notice', text: texts.de } : null),
    })
    const heard = noticeHeard(hotline, notice({}), [])
    expect(wordsOf(heard, 'de')).toEqual(caller.hears)
    expect(heard.map(({ language, locale }) => [language, locale])).toEqual([
      ['de', 'de-DE'],
      ['en', hotline.brand.languages[1]?.locale],
    ])
    expect(heard[1]?.lines.filter(({ isNew }) => isNew).map(({ text }) => text)).toEqual([texts.en])
  })

  it('is heard in the language that a caller has chosen, who is offered it no more', () => {
    const [german, english] = noticeHeard(hotlineOf('rheinnetz'), notice({}), [])
    expect(german?.lines.map(({ language }) => language)).toContain('en')
    expect(new Set(english?.lines.map(({ language }) => language))).not.toContain('de')
    expect(english?.lines.map(({ text }) => text).join(' ')).not.toContain('For English')
  })

  it('for a topic is heard by those who chose it', () => {
    const hotline = hotlineOf('rheinnetz')
    const of = (topic: string) =>
      noticeHeard(hotline, notice({ topic }), [notice({ texts: { de: 'Alle.', en: 'All.' } })])
    const [first] = wordsOf(of('outage'), 'de') ?? []
    expect(first).toBe(texts.de)
    expect(wordsOf(of('outage'), 'de')).not.toContain('Alle.')
    expect(wordsOf(of('bill'), 'en')).toContain(texts.en)
  })

  it('is heard in each of three languages, where callers choose first', () => {
    const heard = noticeHeard(hotlineOf('kassemobil'), notice({ brand: 'kassemobil' }), [])
    for (const { language, lines } of heard)
      expect(lines.filter(({ isNew }) => isNew)).toMatchObject([{ language, text: Object(texts)[language] }])
    expect(heard).toHaveLength(3)
  })

  it('stands in place of the one that is on, and beside that of another brand', () => {
    const others = [
      notice({ texts: { de: 'Alt.', en: 'Old.' } }),
      notice({ brand: 'alpenfunk', texts: { de: 'Fremd.' } }),
    ]
    const said = wordsOf(noticeHeard(hotlineOf('rheinnetz'), notice({}), others), 'de')
    expect(said).toContain(texts.de)
    expect(said).not.toContain('Alt.')
    expect(said).not.toContain('Fremd.')
  })
})

describe('special hours', () => {
  const calendar = createHolidays()

  it('are heard by those who call when it is closed: why, and when it opens', async () => {
    const hotline = hotlineOf('rheinnetz')
    const all = await hoursHeard(hotline, hours({}), [], calendar)
    expect(wordsOf(all, 'de')).toEqual(expect.arrayContaining([texts.de, texts.en]))
    expect(wordsOf(all, 'en')?.slice(1)).toEqual([
      "There's nobody on our hotline right now.",
      texts.en,
      'You can reach us again tomorrow.',
      'Thank you for calling. Goodbye.',
    ])
    const part = await hoursHeard(hotline, hours({ hours: ['08:00-14:00'] }), [hours({ day: '2026-11-24' })], calendar)
    expect(wordsOf(part, 'en')).toContain('You can reach us again on Wednesday.')
  })

  it('that leave the whole day open are heard by nobody', async () => {
    expect(await hoursHeard(hotlineOf('rheinnetz'), hours({ hours: ['00:00-24:00'] }), [], calendar)).toEqual([])
  })
})
