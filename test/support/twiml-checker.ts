/**
 * Checks a TwiML document against the table `test/twilio/data/twiml-voice.json`: elements, attributes, contexts, rules.
 * It is right when the 60 examples beside the table trip exactly the rules they expect (`twiml-checker.test.ts`).
 */
import { readFileSync } from 'node:fs'
import { SaxesParser } from 'saxes'
import type { AttributeRow, ElementRow, Table } from './twiml-types.ts'
import { fitsType, isAbsoluteUrl, isUrl, textFits } from './twiml-types.ts'

const file = new URL('../twilio/data/twiml-voice.json', import.meta.url)
const table = JSON.parse(readFileSync(file, 'utf8')) as Table

interface Element {
  tag: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

/** What a document is for: a key of the table's `contexts`. `+inline`: given to a REST call instead of fetched. */
export type TwimlContext = 'call' | 'enqueueWait' | 'queueWhisper' | 'conferenceWait' | 'conferenceHold' | (string & {})

/**
 * The ids of the rules that `xml` trips, sorted, each once; empty when it is right. `never` lists strings (a PIN, a
 * caller's number) that may stand in no URL and no name of the document.
 */
export function checkTwiml(xml: string, context: TwimlContext = 'call', never: readonly string[] = []): string[] {
  const [use = 'call', delivery] = context.split('+')
  const inline = delivery === 'inline'
  const tripped = new Set<string>()
  const trip = (rule: string) => tripped.add(rule)

  if (xml.trim() === '') return ['nonempty-body']
  if (Buffer.byteLength(xml) > table.document.maxBytes) trip('size')
  if (inline && xml.length > table.document.inlineMaxChars) trip('inline-size')
  if (/^(\s|\ufeff)+<\?xml/.test(xml)) trip('prolog')
  if (/^\s*<\?xml[^>]*version=["'](?!1\.0["'])/.test(xml)) trip('xml-version')
  const root = parse(xml.replace(/^[\s\ufeff]+/, ''))
  if (root === null) return [...tripped, 'well-formed'].sort()
  if (root.tag !== table.document.root) return [...tripped, 'root'].sort()

  checkElement(root, 'Response', { trip, inline, never })
  checkVerbs(root, use, trip)
  return [...tripped].sort()
}

interface Walk {
  trip(rule: string): void
  inline: boolean
  never: readonly string[]
}

function checkElement(element: Element, key: string, walk: Walk): void {
  const row = table.elements[key]
  if (row === undefined || row.open === true) return
  checkAttributes(element, row, walk)
  checkChildren(element, key, row, walk)
  checkText(element, key, row, walk)
  specialRules[key]?.(element, walk)
}

function checkAttributes(element: Element, row: ElementRow, { trip, inline, never }: Walk): void {
  for (const [name, value] of Object.entries(element.attributes)) {
    const attribute = Object.hasOwn(row.attributes, name) ? row.attributes[name] : undefined
    if (attribute === undefined) {
      trip('case')
      continue
    }
    if (!fitsType(value, attribute, table)) trip('attribute-type')
    if (attribute.type === 'url' && value !== '' && !isAbsoluteUrl(value)) {
      if (attribute.absolute === true) trip('absolute-recording-callback')
      if (inline) trip('inline-absolute-urls')
    }
    if (never.some((secret) => value.includes(secret))) trip('no-secret-in-url')
  }
  for (const [name, attribute] of Object.entries(row.attributes) as [string, AttributeRow][]) {
    if (attribute.required === true && element.attributes[name] === undefined) trip('attribute-type')
  }
}

function checkChildren(element: Element, key: string, row: ElementRow, walk: Walk): void {
  const { trip } = walk
  for (const child of element.children) {
    const childKey = row.children.find((candidate) => table.elements[candidate]?.tag === child.tag)
    if (childKey !== undefined) checkElement(child, childKey, walk)
    else if (!Object.values(table.elements).some(({ tag }) => tag === child.tag)) trip('case')
    else if (key === 'Gather' || child.tag === 'Gather') trip('gather-nesting')
    else trip('children')
  }
  const count = element.children.length
  const [least, most] = [row.minChildren ?? 0, row.maxChildren ?? Number.POSITIVE_INFINITY]
  if (count < least || count > most) trip(tooMany[key] ?? 'children')
}

const tooMany: Record<string, string> = {
  Dial: 'dial-nouns',
  Start: 'start-one',
  Stop: 'start-one',
  Connect: 'start-one',
}

/** Elements whose text has a rule of its own below. */
const ownTextRule = new Set(['Dial', 'Enqueue', 'Queue', 'Task'])

function checkText(element: Element, key: string, row: ElementRow, { trip, never }: Walk): void {
  const text = element.text.trim()
  if (row.kind !== 'ssml' && key !== 'Say' && never.some((secret) => text.includes(secret))) trip('no-secret-in-url')
  if (key === 'Task') return
  if (text !== '' && !textFits(text, row.text, table)) trip('text')
  if (ownTextRule.has(key)) return
  const spared =
    row.textRequiredUnless?.some((name) => element.attributes[name] !== undefined) === true ||
    row.textRequiredUnlessChild?.some((tag) => element.children.some((child) => child.tag === tag)) === true
  const required = row.textRequired === true || row.textRequiredUnless !== undefined || row.textRequiredUnlessChild
  if (text === '' && required && !spared) trip('text')
  if (text === '' && key === 'Say' && element.children.length === 0) trip('text')
  if (row.textLength !== undefined && (text.length < row.textLength.min || text.length > row.textLength.max))
    trip('text')
}

const specialRules: Record<string, (element: Element, walk: Walk) => void> = {
  Say(element, { trip }) {
    const voice = element.attributes.voice ?? 'man'
    const limits = table.elements.Say?.textLimits
    const text = allText(element)
    const most = voice.startsWith('Polly.')
      ? limits?.polly
      : voice.startsWith('Google.')
        ? limits?.google
        : limits?.basic
    if (text.length > (most ?? 0) || encodeURIComponent(text).length > (limits?.urlEncoded ?? 0)) trip('say-length')
    const neural = /-(Neural|Generative)$/.test(voice)
    const avoid = (child: Element): boolean =>
      child.tag === 'emphasis' || child.attributes.pitch !== undefined || child.children.some(avoid)
    if (neural && element.children.some(avoid)) trip('ssml-neural')
  },
  Gather({ attributes }, { trip }) {
    if (attributes.numDigits === undefined && attributes.finishOnKey === '') trip('gather-ends')
    if (attributes.speechTimeout === 'auto' && attributes.speechModel !== undefined) trip('gather-speech-model')
    if (attributes.method === 'GET') trip('gather-post')
  },
  Redirect(element, { trip, inline }) {
    const url = element.text.trim()
    if (inline && url !== '' && isUrl(url, table) && !isAbsoluteUrl(url)) trip('inline-absolute-urls')
  },
  Dial(element, { trip }) {
    const tags = element.children.map((child) => child.tag)
    const alone = tags.some((tag) => ['Conference', 'Queue', 'Application'].includes(tag))
    if (tags.length > 10 || (alone && tags.length > 1)) trip('dial-nouns')
    if ((element.text.trim() === '') === (tags.length === 0)) trip('dial-text-or-noun')
  },
  Enqueue(element, { trip }) {
    const name = element.text.trim()
    const { workflowSid } = element.attributes
    const tasks = element.children.filter((child) => child.tag === 'Task')
    if ((name === '') === (workflowSid === undefined) && tasks.length === 0) trip('enqueue-target')
    if (name.length > 64 || (name !== '' && workflowSid !== undefined)) trip('enqueue-target')
    if (tasks.length > 0 && workflowSid === undefined) trip('enqueue-task-needs-workflow')
    if (tasks.some((task) => !isJsonObject(task.text))) trip('enqueue-task-needs-workflow')
    if (tasks.length > 1) trip('enqueue-single-task')
  },
  Queue(element, { trip }) {
    const name = element.text.trim()
    const { reservationSid, postWorkActivitySid } = element.attributes
    if (name === '' && reservationSid === undefined) trip('queue-reservation')
    if (name.length > 64) trip('text')
    if (postWorkActivitySid !== undefined && reservationSid === undefined) trip('queue-reservation')
  },
}

/** The rules over the verbs of a document: what may stand in it, in which order, and what is never reached. */
function checkVerbs(root: Element, use: string, trip: (rule: string) => void): void {
  const context = table.contexts[use]
  if (context === undefined) throw new Error(`The TwiML table has no context ${use}.`)
  root.children.forEach((verb, index) => {
    const next = root.children[index + 1]
    const known = table.elements.Response?.children.some((key) => table.elements[key]?.tag === verb.tag) === true
    if (known && !context.verbs.includes(verb.tag)) trip('context-verbs')
    if (use === 'dialNoun' && verb.tag === 'Dial') trip('dial-noun-no-dial')
    if (verb.tag === 'Reject' && index > 0) trip('reject-first')
    if (verb.tag === 'Gather' && verb.attributes.actionOnEmptyResult !== 'true' && next === undefined) {
      trip('gather-fallthrough')
    }
    const ends =
      ['Redirect', 'Hangup', 'Reject', 'Leave'].includes(verb.tag) ||
      (['Dial', 'Enqueue'].includes(verb.tag) && verb.attributes.action !== undefined)
    if (ends && next !== undefined) trip('unreachable')
  })
}

function parse(xml: string): Element | null {
  const parser = new SaxesParser()
  const holder: Element = { tag: '', attributes: {}, children: [], text: '' }
  const open: Element[] = [holder]
  let broken = false
  parser.on('error', () => {
    broken = true
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { tag: name, attributes, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(xml).close()
  return broken ? null : (holder.children[0] ?? null)
}

function allText(element: Element): string {
  return element.text + element.children.map(allText).join('')
}

function isJsonObject(text: string): boolean {
  if (text.length > 4096) return false
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
