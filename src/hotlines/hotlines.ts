/**
 * The hotlines of a flows folder: read from YAML, put together and proved before anybody can call one. Imports the core, the
 * proof and, for its rules of an import, `store`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Brand } from '../flow/brand.ts'
import { assemble } from '../flow/files/assemble.ts'
import { type Finding, FlowError, lineOf } from '../flow/files/finding.ts'
import { type Catalogue, parseBrand, parseCatalogue } from '../flow/files/parse-brand.ts'
import { parseFlow } from '../flow/files/parse-flow.ts'
import { collectFindings, type Source } from '../flow/files/source.ts'
import type { Flow } from '../flow/flow.ts'
import { GENERAL, type Hotline } from '../flow/hotline.ts'
import type { StepTypes } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { prove } from '../proof/check.ts'
import type { BrandRules } from '../store/import/row.ts'

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
      },
    ]),
  )
}

/** What agents may take: names of brands, of topics with `general`, and languages, each once. */
export function takenBy({ byBrand }: Hotlines): { brands: string[]; topics: string[]; languages: string[] } {
  const brands = [...byBrand.values()].map(({ brand }) => brand)
  const topics = brands.flatMap((brand) => brand.topics.map(({ name }) => name))
  const languages = brands.flatMap((brand) => brand.languages.map(({ code }) => code))
  return {
    brands: brands.map(({ name }) => name),
    topics: [...new Set([...topics, GENERAL])],
    languages: [...new Set(languages)],
  }
}

/**
 * Reads `*.yaml` (flows), `brands/*.yaml` and `prompts/*.yaml` below `dir`. Prompt files are named by language, or by
 * language and form of address (`de.formal.yaml`). Throws `FlowError` with the findings of every file. What calls may do
 * is another matter, which `refuseUnproved` looks into.
 */
export function loadHotlines(dir: string, types: StepTypes = ownStepTypes): Hotlines {
  const flows = readAll(dir, (name, text, file) => [name, parseFlow(text, file, name, types)] as const)
  const catalogues = readAll(join(dir, 'prompts'), (name, text, file) => [name, parseCatalogue(text, file)] as const)
  const brands = readAll(join(dir, 'brands'), (name, text, file) => namedAsItsFile(name, parseBrand(text, file)))
  const unread = [...flows.findings, ...catalogues.findings]
  if (unread.length > 0) throw new FlowError([...unread, ...brands.findings])

  const catalogueOf = catalogueOfBrand(new Map(catalogues.read))
  const byName = new Map(flows.read)
  const byNumber = new Map<string, Hotline>()
  const byBrand = new Map<string, Hotline>()
  const checks: Hotline[] = []
  const findings = [
    ...brands.findings,
    ...collectFindings(
      brands.read.map(({ brand, source }) => () => {
        const flow = flowNamed(byName, brand, 'flow', source)
        const stepUp = brand.step_up === undefined ? undefined : flowNamed(byName, brand, 'step_up', source)
        const hotline = assemble(brand, source, flow, catalogueOf(brand), stepUp)
        byBrand.set(brand.name, hotline)
        if (stepUp) checks.push(assemble(brand, source, stepUp, catalogueOf(brand), flow))
        addNumbers(byNumber, hotline)
      }),
    ),
  ]
  if (findings.length > 0) throw new FlowError(once(findings))
  if (byBrand.size === 0) {
    const message = 'there is no brand; write one as brands/<name>.yaml'
    throw new FlowError([{ code: 'name', file: join(dir, 'brands'), line: 1, column: 1, message }])
  }
  const used = new Set([...byBrand.values(), ...checks].map(({ flow }) => flow))
  const drafts = [...byName.values()]
    .filter((flow) => !used.has(flow))
    .flatMap((flow) => fitting(flow, [...byBrand.values()], catalogueOf))
  return { byNumber, byBrand, drafts, checks }
}

/** Throws `FlowError` with all that the proof finds wrong with calls of these hotlines. */
export function refuseUnproved(hotlines: Hotlines): void {
  const { findings } = prove(hotlines.byBrand.values(), hotlines)
  if (findings.length > 0) throw new FlowError(findings)
}

/** What is wrong with a shared prompt is wrong for every brand that speaks it, and told once. */
function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [lineOf(finding), finding])).values()]
}

type ParsedBrand = ReturnType<typeof parseBrand>

function namedAsItsFile(fileName: string, parsed: ParsedBrand): ParsedBrand {
  const { brand, source } = parsed
  if (brand.name === fileName) return parsed
  const message = `the name must be that of the file, '${fileName}'; correct one of them`
  throw new FlowError([source.finding('name', ['name'], message)])
}

function flowNamed(flows: ReadonlyMap<string, Flow>, brand: Brand, field: 'flow' | 'step_up', source: Source): Flow {
  const name = brand[field] ?? ''
  const flow = flows.get(name)
  if (flow) return flow
  const message = `there is no flow '${name}'; name one of: ${[...flows.keys()].join(', ')}`
  throw new FlowError([source.finding('name', [field], message)])
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

type CatalogueOf = (brand: Brand) => (language: string) => Catalogue | undefined

function catalogueOfBrand(catalogues: ReadonlyMap<string, Catalogue>): CatalogueOf {
  return ({ address }) =>
    (language) =>
      catalogues.get(`${language}.${address}`) ?? catalogues.get(language)
}

/** A draft with the brands that have its prompts and numbers; when none has, the findings of the first say what is missing. */
function fitting(flow: Flow, hotlines: readonly Hotline[], catalogueOf: CatalogueOf): Hotline[] {
  const fits: Hotline[] = []
  let findings: readonly Finding[] = []
  for (const { brand, source } of hotlines) {
    try {
      fits.push(assemble({ ...brand, prompts: {}, flow: flow.name }, source, flow, catalogueOf(brand)))
    } catch (error) {
      if (!(error instanceof FlowError)) throw error
      if (findings.length === 0) findings = error.findings
    }
  }
  if (fits.length === 0) throw new FlowError(findings)
  return fits
}

/** Reads every YAML file of a folder; what cannot be read is among the findings. */
function readAll<T>(
  dir: string,
  read: (name: string, text: string, file: string) => T,
): { read: T[]; findings: Finding[] } {
  const done: T[] = []
  const findings = collectFindings([
    () => {
      const files = yamlFiles(dir)
      const inside = collectFindings(files.map((file) => () => void done.push(read(...file))))
      if (inside.length > 0) throw new FlowError(inside)
    },
  ])
  return { read: done, findings }
}

function yamlFiles(dir: string): [name: string, text: string, file: string][] {
  let names: string[]
  try {
    // Editors keep files of their own beside those that are edited; their names begin with a dot.
    names = readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  } catch {
    const message = 'this folder cannot be read; name one with flows, brands and prompts, or set FLOWS_DIR to it'
    throw new FlowError([{ code: 'name', file: dir, line: 1, column: 1, message }])
  }
  const misnamed = names.filter((name) => name.endsWith('.yml'))
  if (misnamed.length > 0) {
    const message = 'a file whose name ends with .yml is not read; write .yaml'
    throw new FlowError(misnamed.map((name) => ({ code: 'name', file: join(dir, name), line: 1, column: 1, message })))
  }
  return names
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [basename(name, '.yaml'), textOf(join(dir, name)), join(dir, name)])
}

/** Callers would hear what a file in another encoding makes of an umlaut. */
function textOf(file: string): string {
  const complain = (code: 'yaml' | 'name', message: string): FlowError =>
    new FlowError([{ code, file, line: 1, column: 1, message }])
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch {
    throw complain('name', 'the file cannot be read; correct its rights, or remove it')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw complain('yaml', 'the file is not in UTF-8; save it as UTF-8, and correct the umlauts')
  }
}
