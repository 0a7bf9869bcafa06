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
  /** By language, or by language and form of address (`de.formal`); what goes over one of them by its name and a kind of credential (`de.formal.word`). */
  catalogues: ReadonlyMap<string, Catalogue>
}

/** The brands whose files are all there, and a finding for each file that is not, where the first brand names it. */
export function withNamedFiles(
  brands: readonly ParsedBrand[],
  files: Files,
): { complete: CompleteBrand[]; findings: Finding[] } {
  const missing = new Map<string, { finding: Finding; others: string[] }>()
  const inVain = new Map<string, Finding>()
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
      const name = [`${code}.${brand.address}`, code].find((each) => files.catalogues.has(each))
      const catalogue = name === undefined ? null : catalogueFor(brand, name, files)
      for (const finding of catalogue ? replacesNothing(catalogue) : []) inVain.set(JSON.stringify(finding), finding)
      return [code, catalogue ?? lack('prompt', ['languages', index, 'code'], noPrompts(code, brand))] as const
    })
    const there = texts.filter((text): text is [string, Catalogue] => text[1] !== null)
    if (flow === null || stepUp === null || there.length < texts.length) return []
    return [{ ...parsed, flow, stepUp: stepUp ?? null, texts: new Map(there) }]
  })
  return { complete, findings: [...[...missing.values()].map(told), ...inVain.values()] }
}

/** The prompts of that name; where there are some for the kind of secret that the brand names first, these go over them. */
function catalogueFor({ credentials: [first] }: Brand, name: string, { catalogues }: Files): Catalogue | null {
  const catalogue = catalogues.get(name)
  const over = catalogues.get(`${name}.${first}`)
  return catalogue === undefined ? null : over === undefined ? catalogue : { ...catalogue, over }
}

/** A key that is misspelt would leave the other text in place, and nobody would notice. */
function replacesNothing({ texts, over }: Catalogue): Finding[] {
  if (over === undefined) return []
  return Object.keys(over.texts)
    .filter((key) => !Object.hasOwn(texts, key))
    .map((key) =>
      over.source.findingAtKey(
        'prompt',
        [key],
        `there is no prompt '${key}' to replace; correct its spelling or remove it`,
      ),
    )
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
