import { IntlMessageFormat } from 'intl-messageformat'
import type { Spoken } from '../call/reply.ts'
import type { Brand, Topic } from './brand.ts'
import type { Flow } from './flow.ts'
import type { Line } from './step.ts'

/** Prompts by key, for each language of the brand: the shared texts in the brand's form of address, and its own over them. */
export type Prompts = ReadonlyMap<string, ReadonlyMap<string, string>>

/** All that decides a call: a brand, the flow it uses, and its prompts. */
export interface Hotline {
  brand: Brand
  flow: Flow
  prompts: Prompts
}

const compiled = new Map<string, IntlMessageFormat>()

function compile(text: string, locale: string): IntlMessageFormat {
  const key = `${locale}\n${text}`
  const known = compiled.get(key)
  if (known) return known
  const message = new IntlMessageFormat(text, locale)
  compiled.set(key, message)
  return message
}

/**
 * A line as text. The brand's words of the language (`{pin}`, `{number}` …) are variables of every prompt.
 * Throws if the prompt or a variable is missing: a wrong prompt must never be spoken as its key.
 */
export function speak(hotline: Hotline, language: string, line: Line): Spoken {
  const spokenIn = line.language ?? language
  return { text: textOf(hotline, spokenIn, line.key, line.vars), language: spokenIn }
}

function textOf(hotline: Hotline, language: string, key: string, vars: Line['vars']): string {
  const text = hotline.prompts.get(language)?.get(key)
  if (text === undefined)
    throw new Error(`prompt '${key}' is missing in '${language}' of brand '${hotline.brand.name}'`)
  if (!text.includes('{')) return text
  const values: Record<string, string | number> = { ...hotline.brand.words[language] }
  for (const [name, value] of Object.entries(vars ?? {})) {
    values[name] = typeof value === 'object' ? textOf(hotline, language, value.prompt, undefined) : value
  }
  return String(compile(text, language).format(values))
}

/** The topic of that name, or undefined. */
export function topicOf(hotline: Hotline, name: string | null): Topic | undefined {
  return hotline.brand.topics.find((topic) => topic.name === name)
}

/** Queue names carry brand and topic and nothing about a person. */
export function queueName(brand: string, topic: string | null): string {
  return `${brand}.${topic ?? 'general'}`
}
