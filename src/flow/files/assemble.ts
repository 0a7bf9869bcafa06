import { tellingKinds } from '../../auth/tellings.ts'
import { SAMPLE_TICKET } from '../../call/samples.ts'
import type { Brand } from '../brand.ts'
import { type Flow, typeOf } from '../flow.ts'
import type { Hotline, Words } from '../hotline.ts'
import { pinRefusalPrompts } from '../pin-refusal.ts'
import type { Prompt } from '../prompt.ts'
import type { PromptUse } from '../step.ts'
import { isOf } from '../steps/index.ts'
import { endsOf, offerFor } from '../waits.ts'
import { type Finding, FlowError } from './finding.ts'
import type { Catalogue } from './parse-brand.ts'
import type { Source } from './source.ts'
import { createWords, type Prompts } from './words.ts'

/** Prompts that the shell speaks outside of any step. */
export const shellPrompts: readonly PromptUse[] = [
  { key: 'apology', vars: {} },
  { key: 'full', vars: {} },
  { key: 'moment', vars: {} },
  { key: 'talk.passed_on', vars: {} },
  { key: 'check.broken', vars: {} },
  ...['level_0', 'level_1', 'level_2', 'passed_on', 'press', 'gone'].map((key) => ({
    key: `whisper.${key}`,
    vars: {},
  })),
  ...['next', 'soon', 'hold'].map((key) => ({ key: `wait.${key}`, vars: {} })),
  { key: 'wait.position', vars: { position: 2 } },
  { key: 'wait.minutes', vars: { minutes: 2 } },
  { key: 'wait.ticket', vars: {} },
  { key: 'wait.replaced', vars: {} },
]

/**
 * Prompts that nobody speaks: channels other than the telephone tell them to those who reported something or chose a PIN, and messages to
 * customers. A brand may be without them, and then tells nothing.
 */
export const writtenPrompts: readonly PromptUse[] = [
  ...['opened', 'attached'].map((key) => ({ key: `report.${key}`, vars: { ticket: SAMPLE_TICKET } })),
  ...['subject', ...tellingKinds].map((key) => ({ key: `message.${key}`, vars: {} })),
  ...pinRefusalPrompts,
]

/**
 * Puts a brand, its flow and the prompts of its languages together. Throws `FlowError` for prompts that are missing,
 * cannot be spoken with the brand's words, or override nothing, for recordings of another text, and for transfers to
 * numbers that the brand lacks.
 */
export function assemble(
  brand: Brand,
  source: Source,
  flow: Flow,
  /** By language: all languages of the brand. */
  catalogues: ReadonlyMap<string, Catalogue>,
  /** Flows that the brand may have prompts of its own for, besides this one. */
  besides: readonly Flow[] = [],
): Hotline {
  const findings: Finding[] = []
  const prompts = new Map<string, Map<string, Prompt>>()
  const places = new Map<string, Place>()
  for (const { code } of brand.languages) {
    const catalogue = catalogues.get(code)
    if (!catalogue) throw new Error(`'${brand.name}' has no prompts in '${code}'`)
    const own = brand.prompts[code] ?? {}
    const { over } = catalogue
    prompts.set(code, new Map(Object.entries({ ...catalogue.texts, ...over?.texts, ...own })))
    places.set(code, {
      of(key) {
        if (Object.hasOwn(own, key)) return [source, ['prompts', code, key]]
        return [over && Object.hasOwn(over.texts, key) ? over.source : catalogue.source, [key]]
      },
    })
  }
  const used = promptsUsed({ brand, flow })
  const told = new Map([...used, ...writtenPrompts.map((use) => [use.key, use] as const)])
  const words = createWords(brand, prompts)
  findings.push(
    ...missing(used, prompts, source),
    ...overridesOfNothing(brand, spokenIn(brand, [flow, ...besides]), source),
    ...unspeakable(told, prompts, words, source),
    ...otherRecordings(brand, { used: told, prompts, words, places }),
    ...unknownTransfers(brand, flow, source),
  )
  if (findings.length > 0) throw new FlowError(findings)
  return { brand, source, flow, words }
}

/** Where a prompt of one language stands. */
interface Place {
  of(key: string): [source: Source, path: PropertyKey[]]
}

/** Every prompt that a call of this hotline may hear, by key. */
export function promptsUsed({ brand, flow }: Pick<Hotline, 'brand' | 'flow'>): Map<string, PromptUse> {
  const ofSteps = [...flow.steps.values()].flatMap((step) => typeOf(flow, step).prompts(step, { brand }))
  const uses = [...ofSteps.map((use) => (typeof use === 'string' ? { key: use, vars: {} } : use)), ...shellPrompts]
  return new Map(uses.map((use) => [use.key, use]))
}

function spokenIn(brand: Brand, flows: readonly Flow[]): Set<string> {
  const written = writtenPrompts.map(({ key }) => key)
  return new Set([...flows.flatMap((flow) => [...promptsUsed({ brand, flow }).keys()]), ...written])
}

function named(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}

/** One finding for each language, with all that is lacking: people write them in one go. */
function missing(used: Map<string, PromptUse>, prompts: Prompts, source: Source): Finding[] {
  return [...prompts].flatMap(([language, texts]) => {
    const lacking = [...used.keys()].filter((key) => !texts.has(key))
    if (lacking.length === 0) return []
    const [what, are, them] = lacking.length === 1 ? ['prompt', 'is', 'it'] : ['prompts', 'are', 'them']
    const message = `${what} ${named(lacking)} ${are} missing in '${language}'; add ${them} to the prompt file or to this brand`
    return [source.finding('prompt', ['prompts'], message)]
  })
}

/** A misspelt override would leave the shared prompt in place, and nobody would notice. */
function overridesOfNothing(brand: Brand, used: ReadonlySet<string>, source: Source): Finding[] {
  return Object.entries(brand.prompts).flatMap(([language, texts]) =>
    Object.keys(texts)
      .filter((key) => !used.has(key))
      .slice(0, 100)
      .map((key) => {
        const message = `nothing speaks a prompt '${key}' here; correct its spelling or remove it`
        return source.findingAtKey('prompt', ['prompts', language, key], message)
      }),
  )
}

function unspeakable(used: Map<string, PromptUse>, prompts: Prompts, words: Words, source: Source): Finding[] {
  return [...prompts].flatMap(([language, texts]) => {
    const lacking = new Map<string, string[]>()
    const others: Finding[] = []
    for (const use of used.values()) {
      if (!texts.has(use.key)) continue
      try {
        words.speak(language, use)
      } catch (error) {
        const word = /variable "(.+?)" was not provided/.exec(String(error))?.[1] ?? null
        if (word !== null) {
          lacking.set(word, [...(lacking.get(word) ?? []), use.key])
          continue
        }
        const why = error instanceof Error ? error.message : String(error)
        const message = `prompt '${use.key}' cannot be spoken in '${language}': ${why}; correct the text`
        others.push(source.finding('prompt', ['words', language], message))
      }
    }
    if (lacking.size === 0) return others
    const each = [...lacking].map(([word, keys]) => `'${word}' for ${named(keys)}`).join('; ')
    const [what, remedy] = lacking.size === 1 ? ['word', 'the word'] : ['words', 'these words']
    const message = `the ${what} ${each} ${lacking.size === 1 ? 'is' : 'are'} missing in '${language}'; add ${remedy} or correct the text`
    return [source.finding('prompt', ['words', language], message), ...others]
  })
}

/** Recordings that do not say what their prompts say today, the words of this brand filled in. */
function otherRecordings(
  brand: Brand,
  spoken: { used: Map<string, PromptUse>; prompts: Prompts; words: Words; places: ReadonlyMap<string, Place> },
): Finding[] {
  const { used, prompts, words, places } = spoken
  return [...prompts].flatMap(([language, texts]) =>
    [...texts].flatMap(([key, prompt]) => {
      const use = used.get(key)
      const place = places.get(language)?.of(key)
      if (typeof prompt === 'string' || !use || !place) return []
      const [source, path] = place
      if (Object.keys(use.vars).length > 0) {
        const message = `prompt '${key}' has words that change from call to call, so it cannot be recorded; remove the recording`
        return [source.finding('recording', [...path, 'recording'], message)]
      }
      const text = speakOrNothing(words, language, key)
      if (text === null || inOneLine(text) === inOneLine(prompt.says)) return []
      // The same text says something else with the words of another brand.
      const isOneOfMany = path.length === 1 && prompt.text.includes('{')
      const whose = isOneOfMany ? ` for '${brand.name}'` : ''
      const orOwn = isOneOfMany ? `, or give '${brand.name}' a prompt of its own` : ''
      const message = `prompt '${key}' is now "${inOneLine(text)}"${whose}, but its recording says "${inOneLine(prompt.says)}"; record it again and correct "says", or remove the recording${orOwn}`
      return [source.finding('recording', [...path, 'says'], message)]
    }),
  )
}

/** How a text is laid out in its file makes no difference to those who hear it. */
function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** What cannot be spoken is a finding of its own. */
function speakOrNothing(words: Words, language: string, key: string): string | null {
  try {
    return words.speak(language, { key }).text
  } catch {
    return null
  }
}

function unknownTransfers({ transfers, waits }: Brand, { steps }: Flow, source: Source): Finding[] {
  // Where a brand offers no transfer after a wait, its callers never come to the step that the flow has for it.
  const offered = endsOf(waits).some((why) => offerFor(waits, why) === 'transfer')
  const unused = offered
    ? []
    : [...steps.values()].flatMap((step) => (isOf('branch', step) && step.on === 'unserved' ? step.transfer : []))
  return [...steps].flatMap(([name, step]) => {
    if (!isOf('transfer', step) || Object.hasOwn(transfers, step.to) || unused.includes(name)) return []
    const message = `the flow transfers to '${step.to}', but this brand has no such number; add it to "transfers"`
    return [source.finding('name', ['transfers'], message)]
  })
}
