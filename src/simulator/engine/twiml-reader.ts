/**
 * Reads one TwiML document into the verbs the phone can follow. It is stricter than Twilio, which logs a warning for
 * what it does not know and skips it (12200): a stand-in that skips would hide our mistakes.
 * https://www.twilio.com/docs/voice/twiml
 */
import { type SaxesAttributePlain, SaxesParser } from 'saxes'
import { type DocumentKind, type ElementRule, elementRules, verbsOf } from './twiml-rules.ts'
import { type ConferenceNoun, RefusedTwiml, type Sound, UnreadableTwiml, type Verb } from './verbs.ts'

/** https://www.twilio.com/docs/api/errors/11750 */
const MAX_BYTES = 64 * 1024

interface Element {
  name: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

/**
 * The verbs of a document, URLs resolved against `url` (its own public URL).
 * @throws UnreadableTwiml when it is no TwiML at all, RefusedTwiml when something in it may not stand there.
 */
export function readTwiml(xml: string, url: string, kind: DocumentKind): Verb[] {
  if (Buffer.byteLength(xml) > MAX_BYTES) throw new UnreadableTwiml(11750, 'The document is larger than 64 kB.')
  if (xml.trim() === '') throw new UnreadableTwiml(11770, 'The answer has no body; an empty document is <Response/>.')
  const root = parse(xml)
  if (root.name !== 'Response') throw new UnreadableTwiml(12102, `The root element is <${root.name}>, not <Response>.`)
  if (Object.keys(root.attributes).length > 0) throw new RefusedTwiml('<Response> takes no attributes.')
  if (root.text.trim() !== '') throw new RefusedTwiml('<Response> has text of its own; text belongs into <Say>.')
  const allowed = verbsOf[kind]
  return root.children.map((element) => {
    if (!allowed.includes(element.name)) {
      throw new RefusedTwiml(
        `<${element.name}> may not stand in a ${kind}; allowed there and known to the simulator: ${allowed.join(', ')}.`,
      )
    }
    check(element, elementRules[element.name])
    return verbOf(element, url)
  })
}

function parse(xml: string): Element {
  const parser = new SaxesParser({ position: true })
  const stack: Element[] = []
  let root: Element | null = null
  parser.on('error', (error) => {
    throw new UnreadableTwiml(12100, `The document is not well-formed XML: ${error.message}`)
  })
  parser.on('doctype', () => {
    throw new UnreadableTwiml(12100, 'The document has a DOCTYPE; TwiML has none.')
  })
  parser.on('opentag', (tag) => {
    const attributes = { ...(tag.attributes as Record<string, SaxesAttributePlain & string>) }
    const element: Element = { name: tag.name, attributes, children: [], text: '' }
    const parent = stack.at(-1)
    if (parent) parent.children.push(element)
    else root = element
    stack.push(element)
  })
  parser.on('text', (text) => {
    const open = stack.at(-1)
    if (open) open.text += text
  })
  parser.on('cdata', (text) => {
    const open = stack.at(-1)
    if (open) open.text += text
  })
  parser.on('closetag', () => {
    const closed = stack.pop()
    const parent = stack.at(-1)
    // The words inside SSML belong to the sentence around them, in their place.
    if (closed && parent && elementRules[closed.name]?.ssml) {
      const apart = ['p', 's', 'break'].includes(closed.name) ? ' ' : ''
      parent.text += apart + closed.text + apart
    }
  })
  parser.write(xml).close()
  if (!root) throw new UnreadableTwiml(12102, 'The document has no root element.')
  return root
}

function check(element: Element, rule: ElementRule | undefined): void {
  const { name } = element
  if (!rule) throw new RefusedTwiml(`<${name}> is not known to the simulator.`)
  for (const [attribute, value] of Object.entries(element.attributes)) {
    const ok = Object.hasOwn(rule.attributes, attribute) ? rule.attributes[attribute] : undefined
    if (!ok) throw new RefusedTwiml(`<${name}> has no attribute '${attribute}' (12200: Twilio would ignore it).`)
    const complaint = ok(value)
    if (complaint) throw new RefusedTwiml(`<${name} ${attribute}="${value}">: ${complaint}.`)
  }
  for (const child of element.children) {
    if (!rule.children.includes(child.name)) throw new RefusedTwiml(`<${child.name}> may not stand inside <${name}>.`)
    check(child, elementRules[child.name])
  }
  const complaint = rule.text(tidy(element.text), element.attributes, element.children.length)
  if (complaint) throw new RefusedTwiml(`<${name}>: ${complaint}.`)
}

function verbOf(element: Element, url: string): Verb {
  const { name, attributes } = element
  const at = (target: string): string => resolve(target, url)
  const orNull = (target: string | undefined): string | null => (target === undefined ? null : at(target))
  switch (name) {
    case 'Gather':
      return {
        verb: 'Gather',
        action: at(attributes.action ?? ''),
        numDigits: attributes.numDigits === undefined ? null : Number(attributes.numDigits),
        finishOnKey: attributes.finishOnKey ?? '#',
        timeout: Number(attributes.timeout ?? 5),
        actionOnEmptyResult: attributes.actionOnEmptyResult === 'true',
        prompts: element.children.map(soundOf),
      }
    case 'Redirect':
      return { verb: 'Redirect', url: at(tidy(element.text)) }
    case 'Enqueue':
      return {
        verb: 'Enqueue',
        queue: attributes.workflowSid ?? tidy(element.text),
        action: orNull(attributes.action),
        waitUrl: attributes.waitUrl === '' ? '' : orNull(attributes.waitUrl),
      }
    case 'Dial':
      return {
        verb: 'Dial',
        to: element.children.map((noun) => tidy(noun.text)).join(', ') || tidy(element.text),
        action: orNull(attributes.action),
        conference: conferenceOf(element, at),
      }
    case 'Hangup':
    case 'Leave':
    case 'Reject':
      return { verb: name }
    default:
      return soundOf(element)
  }
}

function conferenceOf(dial: Element, at: (target: string) => string): ConferenceNoun | null {
  const noun = dial.children.find(({ name }) => name === 'Conference')
  if (!noun) return null
  if (dial.children.length > 1) throw new RefusedTwiml('<Conference> may not stand beside other nouns (13000).')
  const { waitUrl, statusCallback, statusCallbackEvent = 'start end', ...given } = noun.attributes
  return {
    room: tidy(noun.text),
    label: given.participantLabel ?? null,
    muted: given.muted === 'true',
    startOnEnter: given.startConferenceOnEnter !== 'false',
    endOnExit: given.endConferenceOnExit === 'true',
    waitUrl: waitUrl ? at(waitUrl) : (waitUrl ?? null),
    maxParticipants: Number(given.maxParticipants ?? 250),
    callback: statusCallback ? { url: at(statusCallback), events: statusCallbackEvent.split(' ') } : null,
  }
}

function soundOf(element: Element): Sound {
  const { attributes } = element
  // Twilio: loop="0" repeats until the caller hangs up, at most 1000 times.
  const loop = Number(attributes.loop ?? 1) || 1000
  switch (element.name) {
    case 'Say':
      return {
        verb: 'Say',
        text: tidy(element.text),
        language: attributes.language ?? 'en-US',
        loop,
        breaks: breaksOf(element),
      }
    case 'Play':
      return { verb: 'Play', url: tidy(element.text), loop }
    default:
      return { verb: 'Pause', seconds: Number(attributes.length ?? 1) }
  }
}

function breaksOf(element: Element): number {
  const own = element.name === 'break' ? secondsOf(element.attributes.time) : 0
  return element.children.reduce((sum, child) => sum + breaksOf(child), own)
}

function secondsOf(time: string | undefined): number {
  const match = /^([0-9.]+)(ms|s)$/.exec(time ?? '')
  return match ? Number(match[1]) / (match[2] === 'ms' ? 1000 : 1) : 0
}

function resolve(target: string, url: string): string {
  if (!URL.canParse(target, url)) throw new RefusedTwiml(`'${target}' is no URL.`)
  return target === '' ? url : new URL(target, url).href
}

/** White space is laid out for people reading the XML; a voice does not speak it. */
function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
