/** The words of a hotline: ICU messages by key and language, with the brand's nouns in them. */
import { IntlMessageFormat } from 'intl-messageformat'
import type { Brand } from '../brand.ts'
import type { Words } from '../hotline.ts'
import type { Prompt } from '../prompt.ts'
import type { Line } from '../step.ts'

/** Prompts by key, for each language of the brand: the shared texts in the brand's form of address, and its own over them. */
export type Prompts = ReadonlyMap<string, ReadonlyMap<string, Prompt>>

const compiled = new Map<string, IntlMessageFormat>()

function compile(text: string, locale: string): IntlMessageFormat {
  const key = `${locale}\n${text}`
  const known = compiled.get(key)
  if (known) return known
  const message = new IntlMessageFormat(text, locale)
  compiled.set(key, message)
  return message
}

/** The brand's words of the language (`{pin}`, `{number}` …) are variables of every prompt. */
export function createWords(brand: Pick<Brand, 'name' | 'words'>, prompts: Prompts): Words {
  function textOf(language: string, { key, vars }: Line): { text: string; recording: string | undefined } {
    const prompt = prompts.get(language)?.get(key)
    if (prompt === undefined) throw new Error(`prompt '${key}' is missing in '${language}' of brand '${brand.name}'`)
    const { text, recording } = typeof prompt === 'string' ? { text: prompt } : prompt
    if (!text.includes('{')) return { text, recording }
    // Without a prototype: {constructor} is no word of anybody's.
    const values: Record<string, string | number> = Object.assign(Object.create(null), brand.words[language])
    for (const [name, value] of Object.entries(vars ?? {})) {
      values[name] = typeof value === 'object' ? textOf(language, { key: value.prompt }).text : value
    }
    return { text: String(compile(text, language).format(values)), recording }
  }
  return {
    has: (language, key) => prompts.get(language)?.has(key) ?? false,
    speak(language, line) {
      const spokenIn = line.language ?? language
      const { text, recording } = textOf(spokenIn, line)
      // No recording says words that change; `assemble` refuses one, and a step that brings such words unannounced speaks.
      const isPlain = Object.keys(line.vars ?? {}).length === 0
      return { text, language: spokenIn, ...(recording !== undefined && isPlain ? { recording } : {}) }
    },
  }
}
