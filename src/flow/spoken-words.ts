/** Words of operators that callers hear as they are written: of notices, and why it is closed today. PURE. */
import { z } from 'zod'
import { LONGEST_NOTICE } from '../call/samples.ts'
import { type Brand, languageCode } from './brand.ts'
import type { Fault } from './fault.ts'

/** No control characters: XML cannot carry them, and the log of a terminal would obey them. */
const text = z
  .string()
  .trim()
  .min(1, 'it says something; to say nothing, leave it out or clear it')
  .max(LONGEST_NOTICE, `it has at most ${LONGEST_NOTICE} letters, 9 seconds of speech; say less`)
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u, 'it is one line of letters, digits and punctuation')

/** By language. */
export const spokenWords = z.record(languageCode, text)

/** What is wrong with the languages of such words; empty when nothing is. */
export function languageFaults(texts: Record<string, string>, brand: Pick<Brand, 'name' | 'languages'>): Fault[] {
  const languages = brand.languages.map(({ code }) => code)
  const given = Object.keys(texts)
  return [
    ...languages
      .filter((code) => !given.includes(code))
      .map((code): Fault => {
        const sentence = `The text in '${code}' is missing; callers of '${brand.name}' hear it too.`
        return { code: 'text_missing', field: `texts.${code}`, sentence }
      }),
    ...given
      .filter((code) => !languages.includes(code))
      .map((code): Fault => {
        const sentence = `'${brand.name}' does not speak '${code}'; leave this text out.`
        return { code: 'not_spoken', field: `texts.${code}`, sentence }
      }),
  ]
}

/** The brand of that name, or that there is none. */
export function brandNamed<Named extends { name: string }>(
  name: string,
  brands: readonly Named[],
): Named | { fault: Fault } {
  const names = brands.map((brand) => brand.name).join(', ')
  const sentence = `There is no brand '${name}'; name one of: ${names}.`
  return brands.find((brand) => brand.name === name) ?? { fault: { code: 'no_brand', field: 'brand', sentence } }
}

/** That the brand has no such topic. */
export function noTopic({ name, topics }: { name: string; topics: readonly { name: string }[] }, topic: string): Fault {
  const names = topics.map((each) => each.name).join(', ')
  return {
    code: 'no_topic',
    field: 'topic',
    sentence: `topic: '${name}' has no topic '${topic}'; name one of: ${names}.`,
  }
}
