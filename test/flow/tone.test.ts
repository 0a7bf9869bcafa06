/** What stands in no prompt, in no brand: docs/tone.md says why, and what is said instead. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { PLAIN_WORDS } from '../../src/twilio/static-fallback.ts'
import { flowsDir } from './shipped.ts'

/** By language: words that callers do not hear. */
const never: Record<string, RegExp> = {
  de: /\bMensch(en)?\b|Mitarbeiter|\bAgent|Berater|Anrufer|Authentifi|Verifi|Session|Eingabe|\bLevel\b|ungültig|falsch|Fehler|fehlgeschlagen|Versuche? übrig|gerade geschlossen|Übernahme|Neukunde|passt noch nicht|von vorn|bitte, dann|\bEr (?:sieht|kommt)|beschleunigt|Ihr Anruf ist uns wichtig/i,
  en: /\b(?:a person|agents?|representatives?|associate|authenticat\w*|verif(?:y|ied|ication) your|session|input|level|invalid|incorrect|failed|unknown|they see|customer data|your call is important)\b|To join|For credit|Key not in use|Takeover/i,
  tr: /temsilci|geçersiz|hatalı|yanlış|oturum|kimlik doğrulama|seviye/i,
}
/** What agents hear alone has words of its own. */
const toAgents = /^whisper\./

/** Every text with the place where it stands. */
function texts(): { language: string; key: string; text: string; place: string }[] {
  const read = (path: string): Record<string, unknown> => parse(readFileSync(join(flowsDir, path), 'utf8'))
  const shared = readdirSync(join(flowsDir, 'prompts')).flatMap((file) =>
    Object.entries(read(`prompts/${file}`)).map(([key, text]) => {
      return { language: file.split('.')[0] ?? '', key, text: String(text), place: `${file} ${key}` }
    }),
  )
  const ofBrands = readdirSync(join(flowsDir, 'brands')).flatMap((file) => {
    const { words, prompts = {} } = read(`brands/${file}`) as Record<string, Record<string, Record<string, string>>>
    return [words, prompts].flatMap((part) =>
      Object.entries(part ?? {}).flatMap(([language, entries]) =>
        Object.entries(entries).map(([key, text]) => ({ language, key, text, place: `${file} ${language} ${key}` })),
      ),
    )
  })
  const plain = Object.entries(PLAIN_WORDS).flatMap(([key, lines]) =>
    lines.map((line) => ({ ...line, key, place: `static-fallback.ts ${key}` })),
  )
  return [...shared, ...ofBrands, ...plain].filter(({ key }) => !toAgents.test(key))
}

describe('no prompt', () => {
  const all = texts()

  it.each(Object.entries(never))('says what callers are not to hear (%s)', (language, words) => {
    const own = all.filter((text) => text.language === language)
    expect(own.length).toBeGreaterThan(50)
    expect(own.filter(({ text }) => words.test(text)).map(({ place, text }) => `${place}: ${text}`)).toEqual([])
  })

  it('is in a language without such words', () => {
    expect(new Set(all.map(({ language }) => language))).toEqual(new Set(Object.keys(never)))
  })

  it('is said in other words where no brand is known', () => {
    const shared = (file: string): Record<string, string> =>
      parse(readFileSync(join(flowsDir, 'prompts', file), 'utf8'))
    const prompts: Record<string, Record<string, string>> = { de: shared('de.formal.yaml'), en: shared('en.yaml') }
    const { connecting, goodbye } = PLAIN_WORDS
    for (const { language, text } of connecting) expect(text).toBe(prompts[language]?.apology)
    for (const { language, text } of goodbye) expect(text).toBe(prompts[language]?.goodbye)
  })

  it('uses other words for a topic than the desk does', () => {
    const desk = readFileSync(join(flowsDir, '../src/page/languages/de.ts'), 'utf8')
    for (const topic of ['takeover', 'join'])
      for (const { text } of all.filter(({ language, key }) => language === 'de' && key === `topic.${topic}`))
        expect(desk).toContain(`${topic}: '${text}'`)
  })
})
