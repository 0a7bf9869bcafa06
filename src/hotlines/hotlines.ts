/**
 * The hotlines of a flows folder: read from YAML, put together and proved before anybody can call one. Imports the core, the
 * proof and, for its rules of an import, `store`.
 */
import { erasedFrom } from '../flow/erasure.ts'
import { assemble } from '../flow/files/assemble.ts'
import { type Finding, FlowError, isUnsafe, lineOf } from '../flow/files/finding.ts'
import { parseBrand, parseCatalogue } from '../flow/files/parse-brand.ts'
import { parseFlow } from '../flow/files/parse-flow.ts'
import { collectFindings } from '../flow/files/source.ts'
import type { Flow } from '../flow/flow.ts'
import { GENERAL, type Hotline } from '../flow/hotline.ts'
import type { StepTypes } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { prove } from '../proof/check.ts'
import type { BrandRules } from '../store/import/row.ts'
import { type CompleteBrand, type ParsedBrand, withNamedFiles } from './named-files.ts'
import { foldersOf, readAll, refuseNoFolder } from './read-files.ts'

/** All hotlines of a flows folder, by called number and by brand name. */
export interface Hotlines {
  byNumber: ReadonlyMap<string, Hotline>
  byBrand: ReadonlyMap<string, Hotline>
  /** Flows that no brand names yet, each with every brand that it fits. Nobody can call them; they are proved all the same. */
  drafts: readonly Hotline[]
  /** The PIN checks in mid-call, one for each brand that names a flow for it. */
  checks: readonly Hotline[]
}

/** What an import must know of each brand. */
export function rulesOf(hotlines: Hotlines): Map<string, BrandRules> {
  return new Map(
    [...hotlines.byBrand].map(([name, { brand }]) => [
      name,
      {
        name,
        identifiers: brand.identifiers,
        credentials: brand.credentials,
        countryCode: brand.country_code,
        languages: brand.languages.map(({ code }) => code),
        ownLine: brand.own_line,
        timeZone: brand.time_zone,
        pins: brand.pins,
      },
    ]),
  )
}

/** Those that let customers look their PIN up. */
export function lookUpBrands({ byBrand }: Pick<Hotlines, 'byBrand'>): Set<string> {
  return new Set([...byBrand].flatMap(([name, { brand }]) => (brand.portal?.look_up ? [name] : [])))
}

/** Whether calls of a brand take codes. */
export function takesCallCodes({ byBrand }: Pick<Hotlines, 'byBrand'>): (brand: string) => boolean {
  return (name) => byBrand.get(name)?.brand.call_codes ?? false
}

/** From when on accounts are erased, by the rules of their brands. */
export function erasureDays({ byBrand }: Hotlines): (brand: string, ended: Date, requested: Date) => Date | null {
  return (name, ended, requested) => {
    const hotline = byBrand.get(name)
    return hotline ? erasedFrom(hotline.brand, ended, requested) : null
  }
}

/** What agents may take: names of brands, of topics with `general`, and languages, each once; and our own called numbers. */
export function takenBy({ byBrand }: Hotlines): Record<'brands' | 'topics' | 'languages' | 'numbers', string[]> {
  const brands = [...byBrand.values()].map(({ brand }) => brand)
  const topics = brands.flatMap((brand) => brand.topics.map(({ name }) => name))
  const languages = brands.flatMap((brand) => brand.languages.map(({ code }) => code))
  return {
    brands: brands.map(({ name }) => name),
    topics: [...new Set([...topics, GENERAL])],
    languages: [...new Set(languages)],
    numbers: brands.flatMap((brand) => brand.numbers),
  }
}

/**
 * Reads `*.yaml` (flows), `brands/*.yaml` and `prompts/*.yaml` below `dir`. Prompt files are named by language, or by
 * language and form of address (`de.formal.yaml`). Throws `FlowError` with the findings of every file. What calls may do
 * is another matter, which `refuseUnsafe` looks into.
 */
export function loadHotlines(dir: string, types: StepTypes = ownStepTypes): Hotlines {
  refuseNoFolder(dir)
  const within = foldersOf(dir)
  const flows = readAll(within.flows, (name, text, file) => [name, parseFlow(text, file, name, types)] as const)
  const catalogues = readAll(within.prompts, (name, text, file) => [name, parseCatalogue(text, file)] as const)
  const brands = readAll(within.brands, (name, text, file) => namedAsItsFile(name, parseBrand(text, file)))
  const unread = [...flows.findings, ...catalogues.findings]
  if (unread.length > 0) throw new FlowError([...unread, ...brands.findings])

  const byName = new Map(flows.read)
  const named = withNamedFiles(brands.read, { flows: byName, catalogues: new Map(catalogues.read) })
  const inUse = new Set(brands.read.flatMap(({ brand }) => [brand.flow, brand.step_up]))
  const drafts = flows.read.flatMap(([name, flow]) => (inUse.has(name) ? [] : [flow]))
  const byNumber = new Map<string, Hotline>()
  const byBrand = new Map<string, Hotline>()
  const checks: Hotline[] = []
  const hotlineOf = ({ brand, source, texts, ...own }: CompleteBrand, flow: Flow): Hotline =>
    assemble(brand, source, flow, texts, [own.flow, ...(own.stepUp ? [own.stepUp] : []), ...drafts])
  const findings = [
    ...brands.findings,
    ...named.findings,
    ...collectFindings(
      named.complete.map((brand) => () => {
        const hotline = hotlineOf(brand, brand.flow)
        byBrand.set(hotline.brand.name, hotline)
        if (brand.stepUp) checks.push(hotlineOf(brand, brand.stepUp))
        addNumbers(byNumber, hotline)
      }),
    ),
  ]
  if (findings.length > 0) throw new FlowError(once(findings))
  if (byBrand.size === 0) {
    const message = 'there is no brand; write one as brands/<name>.yaml'
    throw new FlowError([{ code: 'name', file: within.brands, line: 1, column: 1, message }])
  }
  const drafted = drafts.flatMap((flow) => fitting(flow, named.complete, hotlineOf))
  return { byNumber, byBrand, drafts: drafted, checks }
}

/**
 * Proves what calls of these hotlines can do. Throws `FlowError` with all that is unsafe, for nothing may be served with
 * it; what is wrong and safe it gives back.
 */
export function refuseUnsafe(hotlines: Hotlines): readonly Finding[] {
  const { findings } = prove(hotlines.byBrand.values(), hotlines)
  const unsafe = findings.filter(isUnsafe)
  if (unsafe.length > 0) throw new FlowError(unsafe)
  return findings
}

/** What is wrong with a shared prompt is wrong for every brand that speaks it, and told once. */
function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [lineOf(finding), finding])).values()]
}

function namedAsItsFile(fileName: string, parsed: ParsedBrand): ParsedBrand {
  const { brand, source } = parsed
  if (brand.name === fileName) return parsed
  const message = `the name must be that of the file, '${fileName}'; correct one of them`
  throw new FlowError([source.finding('name', ['name'], message)])
}

function addNumbers(byNumber: Map<string, Hotline>, hotline: Hotline): void {
  hotline.brand.numbers.forEach((number, index) => {
    const other = byNumber.get(number)
    if (other) {
      const message = `${number} belongs to '${other.brand.name}' already; a called number means one brand`
      throw new FlowError([hotline.source.finding('name', ['numbers', index], message)])
    }
    byNumber.set(number, hotline)
  })
}

/** A draft with the brands that have its prompts and numbers; when none has, the findings of the first say what is missing. */
function fitting(
  flow: Flow,
  brands: readonly CompleteBrand[],
  hotlineOf: (brand: CompleteBrand, flow: Flow) => Hotline,
): Hotline[] {
  const fits: Hotline[] = []
  let findings: readonly Finding[] = []
  for (const one of brands) {
    try {
      fits.push(hotlineOf({ ...one, brand: { ...one.brand, flow: flow.name } }, flow))
    } catch (error) {
      if (!(error instanceof FlowError)) throw error
      if (findings.length === 0) findings = error.findings
    }
  }
  if (fits.length === 0) throw new FlowError(findings)
  return fits
}
