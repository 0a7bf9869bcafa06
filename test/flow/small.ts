/** A hotline small enough to count by hand: each prompt says its own key, unless a test gives it a text. */
import type { Brand } from '../../src/flow/brand.ts'
import { assemble, promptsUsed } from '../../src/flow/files/assemble.ts'
import { parseBrand, parseCatalogue } from '../../src/flow/files/parse-brand.ts'
import { parseFlow } from '../../src/flow/files/parse-flow.ts'
import type { Flow } from '../../src/flow/flow.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import type { StepTypes } from '../../src/flow/step.ts'

export interface Small {
  flow: string
  /** Lines of YAML that replace those of the brand below that begin with the same field. */
  brand?: Record<string, string>
  texts?: Record<string, string>
  types?: StepTypes
}

const brandFields: Record<string, string> = {
  name: 'small',
  numbers: '["+4930231250"]',
  address: 'formal',
  languages: '[{ code: de, voice: V, locale: de-DE }, { code: en, voice: W, locale: en-GB }]',
  identifiers: '[{ kind: customer_number, digits: { min: 6, max: 12 }, check: mod11_10 }]',
  credentials: '[pin]',
  own_line: 'true',
  topics:
    '[{ name: bill, press: "1", needs: 2 }, { name: order, press: "2", needs: 1 }, { name: join, press: "3", needs: 0 }]',
  actions: '{ read_bill: 2 }',
  words: '{ de: { pin: PIN }, en: { pin: PIN } }',
  waits: '{ longest: { minutes: 30, exit: call_later }, nobody: { minutes: 5, exit: call_later } }',
}

/** The file of the small brand; `changes` replace or add lines. */
export function smallBrandFile(changes: Record<string, string> = {}): string {
  const lines = Object.entries({ ...brandFields, ...changes }).map(([field, value]) => `${field}: ${value}`)
  return lines.join('\n')
}

/** A text for each prompt that the brand may speak in this flow: its own key. */
export function ownTexts(brand: Brand, flow: Flow): Record<string, string> {
  const keys = promptsUsed({ brand, flow }).keys()
  return Object.fromEntries([...keys].map((key) => [key, key.startsWith('menu.topic') ? '{label} {key}' : key]))
}

export function smallHotline({ flow: text, brand: changes = {}, texts = {}, types }: Small): Hotline {
  const { brand, source } = parseBrand(smallBrandFile(changes), 'small.yaml')
  const flow = parseFlow(text, 'flow.yaml', 'flow', types)
  const catalogue = { ...parseCatalogue('x: x', 'prompts.yaml'), texts: { ...ownTexts(brand, flow), ...texts } }
  return assemble(brand, source, flow, new Map(brand.languages.map(({ code }) => [code, catalogue])))
}
