/** A phone as the telephone page shows it: what its owner hears and sees, never a digit that was keyed. */
import type { PhoneEvent } from './caller.ts'

export type PhoneState = 'dialling' | 'ringing' | 'talking' | 'waiting' | 'on_hold' | 'in_room' | 'ended'

/** `said` by the hotline, `heard` from another person in the room, `keyed` as dots, `note`: what happened. */
export interface PhoneLine {
  /** ISO 8601 */
  at: string
  kind: 'said' | 'heard' | 'keyed' | 'note'
  /** Of what is `said`, for example `de-DE`. */
  language?: string
  text: string
}

export interface PhoneView {
  id: string
  kind: 'caller' | 'agent'
  direction: 'out' | 'in'
  callSid: string
  /** Its own number, `client:NAME` or SIP address; null when it is withheld. */
  number: string | null
  /** The other side's number. */
  with: string
  state: PhoneState
  brand: string | null
  /** ISO 8601 */
  startedAt: string
  /** Set while the hotline waits for keys after its words. */
  listening: { numDigits: number | null } | null
  /** The last 60. */
  lines: PhoneLine[]
}

/** What is fixed from the beginning. */
export type PhoneFacts = Pick<PhoneView, 'id' | 'kind' | 'callSid' | 'number' | 'with' | 'brand'>

export interface PhoneWatch {
  notice(event: PhoneEvent): void
  note(text: string): void
  view(): PhoneView
}

const MAX_LINES = 60
const DOT = '•'

export function watchPhone(facts: PhoneFacts, now: () => Date): PhoneWatch {
  const startedAt = now().toISOString()
  const direction = facts.kind === 'caller' ? 'out' : 'in'
  let lines: PhoneLine[] = []
  let call: 'dialling' | 'ringing' | 'talking' | 'ended' = facts.kind === 'caller' ? 'dialling' : 'ringing'
  let place: 'waiting' | 'in_room' | null = null
  let held = false
  let listening: PhoneView['listening'] = null

  function add(line: Omit<PhoneLine, 'at'>): void {
    lines = [...lines, { at: now().toISOString(), ...line }].slice(-MAX_LINES)
  }

  const note = (text: string): void => add({ kind: 'note', text })

  /** Keys of one entry stand on one line. */
  function dot(): void {
    const last = lines.at(-1)
    if (last?.kind === 'keyed') lines = [...lines.slice(0, -1), { ...last, text: last.text + DOT }]
    else add({ kind: 'keyed', text: DOT })
  }

  function state(): PhoneState {
    if (call !== 'talking') return call
    return held ? 'on_hold' : (place ?? 'talking')
  }

  function notice(event: PhoneEvent): void {
    switch (event.kind) {
      case 'answered':
        call = 'talking'
        break
      case 'said':
        add({ kind: 'said', language: event.language, text: event.text })
        break
      case 'heard':
        add({ kind: 'heard', text: event.text })
        break
      case 'keyed':
        dot()
        break
      case 'listening':
        listening = { numDigits: event.numDigits }
        break
      case 'entered':
      case 'silence':
        listening = null
        break
      case 'queued':
        place = 'waiting'
        break
      case 'entered_room':
        place = 'in_room'
        break
      case 'left_room':
      case 'returned':
        place = null
        held = false
        break
      case 'held':
        held = event.held
        break
      case 'redirected':
        listening = null
        break
      case 'ended':
        call = 'ended'
        listening = null
        break
    }
    const text = noteOf(event, facts.kind)
    if (text !== null) note(text)
  }

  return { notice, note, view: () => ({ ...facts, direction, startedAt, state: state(), listening, lines }) }
}

function noteOf(event: PhoneEvent, kind: PhoneView['kind']): string | null {
  switch (event.kind) {
    case 'played':
      return '♪ music'
    case 'keys_lost':
      return 'Nobody was listening to these keys.'
    case 'queued':
      return `In the queue ${event.queue}.`
    case 'connected':
      return `Connected to ${event.to}.`
    case 'entered_room':
      return 'In the conference.'
    case 'left_room':
      return 'Out of the conference.'
    case 'held':
      return event.held ? 'On hold.' : 'Off hold.'
    case 'fault':
      return `The network: webhook ${event.fault}.`
    case 'answers_differ':
      return 'The two deliveries got different answers.'
    case 'fallback':
      return `The fallback URL was asked: ${event.code}, ${event.reason}.`
    case 'warning':
      return event.text
    case 'refused':
      return event.reason
    case 'ended': {
      const other = kind === 'caller' ? 'The hotline hung up.' : 'The other side hung up.'
      return { caller: 'You hung up.', hotline: other, failure: 'The call broke off.' }[event.by]
    }
    default:
      return null
  }
}
