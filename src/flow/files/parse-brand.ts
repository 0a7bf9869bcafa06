import { CALL_CODE_DIGITS } from '../../auth/call-code.ts'
import {
  alikeOf,
  credentials,
  type Entry,
  entryOf,
  everyLengthOf,
  issuedKind,
  sharedLengths,
} from '../../auth/credentials.ts'
import { type Brand, brandSchema, languageChoice } from '../brand.ts'
import { GENERAL } from '../hotline.ts'
import { catalogueSchema, type Prompt } from '../prompt.ts'
import { NEVER_RESTS } from '../rights.ts'
import { type Finding, FlowError } from './finding.ts'
import { parseBy, readSource, type Source } from './source.ts'

/** Prompts by key, in one language and form of address, with their source for findings. */
export interface Catalogue {
  texts: Record<string, Prompt>
  source: Source
  /** What stands in another file, which goes over this one. */
  over?: Catalogue
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
    ...numbersLikeSecrets(brand, source),
    ...numbersLikeCallCodes(brand, source),
    ...secretsAlike(brand.credentials, source, (kind) => entryOf(brand, kind)),
    ...dangerousInVain(brand, source),
    ...datesOutOfOrder(brand, source),
    ...languagesTwice(brand, source),
    ...numbersOfNoLanguage(brand, source),
    ...transfersToItself(brand, source),
    ...ofNoQueue('thresholds', brand, source),
    ...ofNoQueue('agent_times', brand, source),
    ...tailOfNoTopic(brand, source),
  ]
  if (findings.length > 0) throw new FlowError(findings)
  return { brand, source }
}

function keysUsedTwice(brand: Brand, source: Source): Finding[] {
  const isInMenu = languageChoice(brand) === 'menu'
  const used = new Set([brand.person_key, ...(isInMenu ? [brand.language_key] : [])])
  const clash = isInMenu && brand.person_key === brand.language_key
  const message = `key ${brand.person_key} means a person and the other language; choose another for one of them`
  const taken = `keys 1 and 2 mean something else where a number or a PIN is asked for; choose another for a person`
  const ofPerson = [
    ...(clash ? [source.finding('name', ['person_key'], message)] : []),
    ...(['1', '2'].includes(brand.person_key) ? [source.finding('name', ['person_key'], taken)] : []),
  ]
  const hasMore = brand.topics.some(({ more }) => more)
  const inMore = new Set([brand.person_key])
  if (hasMore) used.add(brand.more_key)
  const ofTopics = brand.topics.flatMap(({ press, more }, index) => {
    const menu = more ? inMore : used
    const taken = menu.has(press)
    menu.add(press)
    return taken
      ? [source.finding('name', ['topics', index, 'press'], `key ${press} is used twice in the menu; choose another`)]
      : []
  })
  const first = brand.topics.filter(({ more }) => !more).length
  const isLong = first > 4 || brand.topics.length - first > 6
  const tooMany = 'a menu has at most four topics, and the second one six; write more: true, or leave some out'
  const none = 'every topic is in the second menu; leave out more: true where most callers have it'
  const ofMenus = first === 0 || isLong ? [source.finding('name', ['topics'], first === 0 ? none : tooMany)] : []
  const moreTaken = hasMore && [brand.person_key, ...(isInMenu ? [brand.language_key] : [])].includes(brand.more_key)
  const moreClash = `key ${brand.more_key} means "anything else" and something else; choose another for one of them`
  const ofMore = moreTaken ? [source.finding('name', ['more_key'], moreClash)] : []
  return [...ofPerson, ...ofMore, ...ofMenus, ...ofTopics]
}

function topicsNamedTwice({ topics }: Brand, source: Source): Finding[] {
  const general = topics.findIndex(({ name }) => name === GENERAL)
  const message = `'${GENERAL}' is the queue without customer data, so no topic can have this name; give it another name`
  const ofGeneral = general < 0 ? [] : [source.finding('name', ['topics', general, 'name'], message)]
  const twice = topics.flatMap(({ name }, index) =>
    topics.findIndex((topic) => topic.name === name) < index
      ? [source.finding('name', ['topics', index, 'name'], `two topics are named '${name}'; rename one of them`)]
      : [],
  )
  return [...ofGeneral, ...twice]
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

/**
 * A PIN that is keyed at the wrong prompt must not be looked up like a number. A PUK and a word are as long as numbers are, so these are: once, and kept
 * nowhere (docs/security.md#a-word-on-letters).
 */
function numbersLikeSecrets(brand: Brand, source: Source): Finding[] {
  return brand.identifiers.flatMap(({ kind, digits: { min, max } }, index) =>
    brand.credentials.flatMap((secret) => {
      const entry = entryOf(brand, secret)
      if (!credentials[secret].changeable || !('digits' in entry)) return []
      const shared = everyLengthOf(entry).find((length) => min <= length && length <= max)
      if (shared === undefined) return []
      const message = `a ${kind} may have ${shared} digits, as many as the ${secret}, so a ${secret} at the wrong prompt would be looked up; ask for longer numbers, and correct min or max`
      return source.finding('secret', ['identifiers', index, 'digits'], message)
    }),
  )
}

/** A call code stands for number and PIN, so no number may be as long as one. */
function numbersLikeCallCodes({ call_codes, identifiers }: Brand, source: Source): Finding[] {
  if (!call_codes) return []
  return identifiers.flatMap(({ kind, digits: { min, max } }, index) => {
    if (min > CALL_CODE_DIGITS || max < CALL_CODE_DIGITS) return []
    const message = `a ${kind} may have ${CALL_CODE_DIGITS} digits, as many as a call code, so nothing tells which was keyed; correct min or max, or leave out call_codes`
    return [source.finding('secret', ['identifiers', index, 'digits'], message)]
  })
}

/** Each secret names its kind by its length alone. */
export function secretsAlike<Kind extends string>(
  kinds: readonly Kind[],
  source: Source,
  entryOfKind: (kind: Kind) => Entry,
): Finding[] {
  const alike = alikeOf(kinds, entryOfKind)
  if (alike === null) return []
  const [one, other] = alike
  const message =
    one === other
      ? `'${one}' is there twice; remove one`
      : `a ${one} and a ${other} ${howAlike(entryOfKind(one), entryOfKind(other))}, so nothing tells which was keyed; accept one of them${alike.some((kind) => kind === issuedKind) ? ', or correct pins.digits or pins.still' : ', or give its row another length'}`
  return [source.finding('secret', ['credentials', kinds.lastIndexOf(other)], message)]
}

function howAlike(one: Entry, other: Entry): string {
  const shared = sharedLengths(one, other)
  const [from, to] = [shared.at(0), shared.at(-1)]
  return 'digits' in one && 'digits' in other
    ? `have ${from} digits both`
    : `may both have ${from === to ? from : `${from} to ${to}`} keys`
}

/** What rests is something that agents do, and not for anybody who calls. What the desk does itself has its own rules. */
function dangerousInVain({ actions, dangerous = [] }: Brand, source: Source): Finding[] {
  return dangerous.flatMap((action, index) => {
    const at = (message: string) => [source.finding('name', ['dangerous', index], message)]
    if (!Object.hasOwn(actions, action)) return at(`'${action}' is none of 'actions'; write it there, or remove it`)
    if (actions[action] === 0)
      return at(`'${action}' is done for anybody, so it cannot rest; give it a level, or remove it`)
    return action === NEVER_RESTS ? at(`'${action}' is done by the desk and does not rest; remove it`) : []
  })
}

function datesOutOfOrder({ roll_out: { announced, mandatory } }: Brand, source: Source): Finding[] {
  if (announced === undefined || mandatory === undefined || announced <= mandatory) return []
  const message = 'the PIN is mandatory before it is announced; correct one of the dates'
  return [source.finding('field', ['roll_out', 'announced'], message)]
}

function languagesTwice({ languages }: Brand, source: Source): Finding[] {
  return languages.flatMap(({ code }, index) =>
    languages.findIndex((language) => language.code === code) < index
      ? [source.finding('name', ['languages', index, 'code'], `language '${code}' is there twice; remove one`)]
      : [],
  )
}

function numbersOfNoLanguage({ numbers, languages, language_by_number }: Brand, source: Source): Finding[] {
  return Object.entries(language_by_number).flatMap(([number, code]) => {
    const at = (message: string): Finding => source.finding('name', ['language_by_number', number], message)
    return [
      ...(numbers.includes(number)
        ? []
        : [at(`${number} is no number of this brand; add it to 'numbers' or remove it`)]),
      ...(languages.some((each) => each.code === code)
        ? []
        : [
            at(`'${code}' is no language of this brand; name one of: ${languages.map((each) => each.code).join(', ')}`),
          ]),
    ]
  })
}

function transfersToItself({ transfers, numbers }: Brand, source: Source): Finding[] {
  return Object.entries(transfers)
    .filter(([, { number }]) => numbers.includes(number))
    .map(([name, { number }]) => {
      const message = `'${name}' dials ${number}, which this hotline answers itself; name another number`
      return source.finding('name', ['transfers', name, 'number'], message)
    })
}

function ofNoQueue(field: 'thresholds' | 'agent_times', { topics, ...brand }: Brand, source: Source): Finding[] {
  const queues = [...topics.map(({ name }) => name), GENERAL]
  return Object.keys(brand[field])
    .filter((name) => !queues.includes(name))
    .map((name) => {
      const message = `'${name}' is no topic of this brand; name one of: ${queues.join(', ')}`
      return source.finding('name', [field, name], message)
    })
}

function tailOfNoTopic({ tail, topics }: Brand, source: Source): Finding[] {
  const named = topics.map(({ name }) => name)
  return (tail?.topics ?? []).flatMap((name, index) => {
    const message = `'${name}' is no topic of this brand; name one of: ${named.join(', ')}`
    return named.includes(name) ? [] : [source.finding('name', ['tail', 'topics', index], message)]
  })
}
