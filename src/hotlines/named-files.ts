/** The files that brands name: flows, and prompts by language. One that is missing is told once, for all brands that name it. */
import type { Brand } from '../flow/brand.ts'
import type { Finding, RuleCode } from '../flow/files/finding.ts'
import type { Catalogue, parseBrand } from '../flow/files/parse-brand.ts'
import type { Flow } from '../flow/flow.ts'

export type ParsedBrand = ReturnType<typeof parseBrand>

/** A brand with all that it names. */
export interface CompleteBrand extends ParsedBrand {
  flow: Flow
  stepUp: Flow | null
  /** Its prompts by language. */
  texts: ReadonlyMap<string, Catalogue>
}

interface Files {
  flows: ReadonlyMap<string, Flow>
  /** By language, or by language and form of address (`de.formal`). */
  catalogues: ReadonlyMap<string, Catalogue>
}

/** The brands whose files are all there, and a finding for each file that is not, where the first brand names it. */
export function withNamedFiles(
  brands: readonly ParsedBrand[],
  files: Files,
): { complete: CompleteBrand[]; findings: Finding[] } {
  const missing = new Map<string, { finding: Finding; others: string[] }>()
  const complete = brands.flatMap((parsed) => {
    const { brand, source } = parsed
    const lack = (
      code: RuleCode,
      path: PropertyKey[],
      [what, remedy]: readonly [what: string, remedy: string],
    ): null => {
      const known = missing.get(what)
      if (known) known.others.push(brand.name)
      else missing.set(what, { finding: source.finding(code, path, `${what}; ${remedy}`), others: [] })
      return null
    }
    const flow = files.flows.get(brand.flow) ?? lack('name', ['flow'], noFlow(brand.flow, files))
    const { step_up } = brand
    const stepUp =
      step_up === undefined
        ? undefined
        : (files.flows.get(step_up) ?? lack('name', ['step_up'], noFlow(step_up, files)))
    const texts = brand.languages.map(({ code }, index) => {
      const catalogue = files.catalogues.get(`${code}.${brand.address}`) ?? files.catalogues.get(code)
      return [code, catalogue ?? lack('prompt', ['languages', index, 'code'], noPrompts(code, brand))] as const
    })
    const there = texts.filter((text): text is [string, Catalogue] => text[1] !== null)
    if (flow === null || stepUp === null || there.length < texts.length) return []
    return [{ ...parsed, flow, stepUp: stepUp ?? null, texts: new Map(there) }]
  })
  return { complete, findings: [...missing.values()].map(told) }
}

function noFlow(name: string, { flows }: Files): [string, string] {
  const others = flows.size === 0 ? '' : `name one of: ${[...flows.keys()].join(', ')}; or `
  return [`there is no flow '${name}'`, `${others}write ${name}.yaml`]
}

function noPrompts(language: string, { address }: Brand): [string, string] {
  return [
    `there is no prompt file for '${language}' (${address})`,
    `write prompts/${language}.${address}.yaml or prompts/${language}.yaml`,
  ]
}

function told({ finding, others }: { finding: Finding; others: readonly string[] }): Finding {
  if (others.length === 0) return finding
  const [what = '', ...remedies] = finding.message.split('; ')
  return { ...finding, message: [`${what}, as for ${others.join(', ')}`, ...remedies].join('; ') }
}
