import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { assemble } from './flow/assemble.ts'
import { type Finding, FlowError } from './flow/finding.ts'
import { type Flow, parseFlow } from './flow/flow.ts'
import type { Hotline } from './flow/hotline.ts'
import { type Catalogue, parseBrand, parseCatalogue } from './flow/parse-brand.ts'
import type { BrandRules } from './store/import/row.ts'

/** All hotlines of a flows folder, by called number and by brand name. */
export interface Hotlines {
  byNumber: ReadonlyMap<string, Hotline>
  byBrand: ReadonlyMap<string, Hotline>
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

/**
 * Reads `*.yaml` (flows), `brands/*.yaml` and `prompts/*.yaml` below `dir`. Prompt files are named by language, or by
 * language and form of address (`de.formal.yaml`). Throws `FlowError` with the findings of every file.
 */
export function loadHotlines(dir: string): Hotlines {
  const findings: Finding[] = []
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof FlowError)) throw error
      findings.push(...error.findings)
      return undefined
    }
  }
  const flows = new Map<string, Flow>()
  for (const [name, text, file] of yamlFiles(dir)) {
    const flow = collect(() => parseFlow(text, file, name))
    if (flow) flows.set(name, flow)
  }
  const catalogues = new Map<string, Catalogue>()
  for (const [name, text, file] of yamlFiles(join(dir, 'prompts'))) {
    const catalogue = collect(() => parseCatalogue(text, file))
    if (catalogue) catalogues.set(name, catalogue)
  }
  if (findings.length > 0) throw new FlowError(findings)

  const byNumber = new Map<string, Hotline>()
  const byBrand = new Map<string, Hotline>()
  for (const [fileName, text, file] of yamlFiles(join(dir, 'brands'))) {
    collect(() => {
      const { brand, source } = parseBrand(text, file)
      if (brand.name !== fileName)
        throw new FlowError([
          source.finding(['name'], `the name must be that of the file, '${fileName}'; correct one of them`),
        ])
      const flow = flows.get(brand.flow)
      if (!flow)
        throw new FlowError([
          source.finding(['flow'], `there is no flow '${brand.flow}'; name one of: ${[...flows.keys()].join(', ')}`),
        ])
      const hotline = assemble(
        brand,
        source,
        flow,
        (language) => catalogues.get(`${language}.${brand.address}`) ?? catalogues.get(language),
      )
      byBrand.set(brand.name, hotline)
      brand.numbers.forEach((number, index) => {
        const other = byNumber.get(number)
        if (other)
          throw new FlowError([
            source.finding(
              ['numbers', index],
              `${number} belongs to '${other.brand.name}' already; a called number means one brand`,
            ),
          ])
        byNumber.set(number, hotline)
      })
    })
  }
  if (findings.length > 0) throw new FlowError(findings)
  if (byBrand.size === 0) {
    throw new FlowError([
      { file: join(dir, 'brands'), line: 1, column: 1, message: 'there is no brand; write one as brands/<name>.yaml' },
    ])
  }
  return { byNumber, byBrand }
}

function yamlFiles(dir: string): [name: string, text: string, file: string][] {
  let names: string[]
  try {
    names = readdirSync(dir)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
  } catch {
    throw new FlowError([
      {
        file: dir,
        line: 1,
        column: 1,
        message: 'this folder cannot be read; set FLOWS_DIR to a folder with flows, brands and prompts',
      },
    ])
  }
  return names.map((name) => [basename(name, '.yaml'), readFileSync(join(dir, name), 'utf8'), join(dir, name)])
}
