import { type Brand, brandSchema } from './brand.ts'
import { type Finding, FlowError } from './finding.ts'
import { catalogueSchema, type Prompt } from './prompt.ts'
import { parseBy, readSource, type Source } from './source.ts'

/** Prompts by key, in one language and form of address, with their source for findings. */
export interface Catalogue {
  texts: Record<string, Prompt>
  source: Source
}

/** Parses one prompt file. Throws `FlowError`. */
export function parseCatalogue(text: string, file: string): Catalogue {
  const source = readSource(text, file)
  return { texts: parseBy(catalogueSchema, source), source }
}

/** Parses one brand file and checks what a schema cannot: keys used twice, words missing in a language. Throws `FlowError`. */
export function parseBrand(text: string, file: string): { brand: Brand; source: Source } {
  const source = readSource(text, file)
  const brand = parseBy(brandSchema, source)
  const findings = [
    ...keysUsedTwice(brand, source),
    ...topicsNamedTwice(brand, source),
    ...languagesWithoutWords(brand, source),
    ...impossibleLengths(brand, source),
  ]
  if (findings.length > 0) throw new FlowError(findings)
  return { brand, source }
}

function keysUsedTwice(brand: Brand, source: Source): Finding[] {
  const used = new Set([brand.person_key, ...(brand.languages.length > 1 ? [brand.language_key] : [])])
  return brand.topics.flatMap(({ press }, index) => {
    const taken = used.has(press)
    used.add(press)
    return taken
      ? [source.finding('name', ['topics', index, 'press'], `key ${press} is used twice in the menu; choose another`)]
      : []
  })
}

function topicsNamedTwice({ topics }: Brand, source: Source): Finding[] {
  return topics.flatMap(({ name }, index) =>
    topics.findIndex((topic) => topic.name === name) < index
      ? [source.finding('name', ['topics', index, 'name'], `two topics are named '${name}'; name one of them anew`)]
      : [],
  )
}

function languagesWithoutWords(brand: Brand, source: Source): Finding[] {
  return brand.languages
    .filter(({ code }) => !(code in brand.words))
    .map(({ code }) => source.finding('field', ['words'], `the words of language '${code}' are missing; add them`))
}

function impossibleLengths(brand: Brand, source: Source): Finding[] {
  return brand.identifiers.flatMap(({ digits }, index) =>
    digits.min > digits.max
      ? [source.finding('field', ['identifiers', index, 'digits'], 'min is greater than max; exchange them')]
      : [],
  )
}
