import type { Brand } from './brand.ts'
import { type Finding, FlowError } from './finding.ts'
import type { Flow } from './flow.ts'
import { type Hotline, type Prompts, speak } from './hotline.ts'
import type { Catalogue } from './parse-brand.ts'
import type { Source } from './source.ts'
import type { StepType } from './step.ts'
import { stepTypes } from './steps/index.ts'

/** Prompts that the shell speaks outside of any step. */
export const shellPrompts = ['apology', 'wait.next', 'wait.position'] as const

/**
 * Puts a brand, its flow and the prompts of its languages together. Throws `FlowError` for prompts that are missing,
 * cannot be spoken with the brand's words, or override nothing, and for transfers to numbers that the brand lacks.
 */
export function assemble(
  brand: Brand,
  source: Source,
  flow: Flow,
  catalogueOf: (language: string) => Catalogue | undefined,
): Hotline {
  const findings: Finding[] = []
  const prompts = new Map<string, Map<string, string>>()
  for (const { code } of brand.languages) {
    const catalogue = catalogueOf(code)
    if (!catalogue) {
      findings.push(
        source.finding(
          ['languages'],
          `there is no prompt file for '${code}' (${brand.address}); write prompts/${code}.${brand.address}.yaml or prompts/${code}.yaml`,
        ),
      )
      continue
    }
    prompts.set(code, new Map(Object.entries({ ...catalogue.texts, ...brand.prompts[code] })))
  }
  const hotline: Hotline = { brand, flow, prompts }
  for (const [language, texts] of prompts) {
    for (const key of spokenKeys(hotline)) {
      if (!texts.has(key))
        findings.push(
          source.finding(
            ['prompts'],
            `prompt '${key}' is missing in '${language}'; add it to the prompt file or to this brand`,
          ),
        )
    }
  }
  findings.push(...overridesOfNothing(hotline, source))
  findings.push(...unspeakable(hotline, prompts, source), ...unknownTransfers(hotline, source))
  if (findings.length > 0) throw new FlowError(findings)
  return hotline
}

/** Keys of every prompt that a call of this hotline may hear. */
export function spokenKeys({ brand, flow }: Pick<Hotline, 'brand' | 'flow'>): Set<string> {
  const ofSteps = [...flow.steps.values()].flatMap((step) =>
    (stepTypes[step.type] as unknown as StepType).prompts(step, { brand }),
  )
  return new Set([...ofSteps, ...shellPrompts])
}

/** A misspelt override would leave the shared prompt in place, and nobody would notice. */
function overridesOfNothing(hotline: Hotline, source: Source): Finding[] {
  const spoken = spokenKeys(hotline)
  return Object.entries(hotline.brand.prompts).flatMap(([language, texts]) =>
    Object.keys(texts)
      .filter((key) => !spoken.has(key))
      .map((key) =>
        source.findingAtKey(
          ['prompts', language, key],
          `nothing speaks a prompt '${key}' here; correct its spelling or remove it`,
        ),
      ),
  )
}

/** Variables that the code fills in, besides the brand's words. */
const given: Record<string, Record<string, string | number>> = {
  'menu.topic': { label: 'x', key: 'x' },
  'menu.person': { key: 'x' },
  'menu.language': { key: 'x' },
  'wait.position': { position: 2 },
}

function unspeakable(hotline: Hotline, prompts: Prompts, source: Source): Finding[] {
  return [...prompts].flatMap(([language, texts]) =>
    [...spokenKeys(hotline)]
      .filter((key) => texts.has(key))
      .flatMap((key) => {
        try {
          speak(hotline, language, { key, vars: given[key] ?? {} })
          return []
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          return [
            source.finding(
              ['words', language],
              `prompt '${key}' cannot be spoken in '${language}': ${why}; correct the text or add the word`,
            ),
          ]
        }
      }),
  )
}

function unknownTransfers({ brand, flow }: Hotline, source: Source): Finding[] {
  return [...flow.steps.values()].flatMap((step) =>
    step.type === 'transfer' && !(step.to in brand.transfers)
      ? [
          source.finding(
            ['transfers'],
            `the flow transfers to '${step.to}', but this brand has no such number; add it to "transfers"`,
          ),
        ]
      : [],
  )
}
