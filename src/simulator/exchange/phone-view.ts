/** A phone as the telephone page shows it: what its owner hears and sees, never a digit that was keyed. */
import type { PhoneEvent } from '../engine/caller.ts'
import type { PhoneLine, PhoneNote, PhoneState, PhoneView } from '../view.ts'

/** What is fixed from the beginning. */
export type PhoneFacts = Pick<PhoneView, 'id' | 'kind' | 'callSid' | 'number' | 'with' | 'brand'>

export interface PhoneWatch {
  notice(event: PhoneEvent): void
  note(note: PhoneNote, text?: string): void
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

  const note = (note: PhoneNote, text = ''): void => add({ kind: 'note', note, text })

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
    const happened = noteOf(event, facts.kind)
    if (happened !== null) note(...happened)
  }

  return { notice, note, view: () => ({ ...facts, direction, startedAt, state: state(), listening, lines }) }
}

function noteOf(event: PhoneEvent, kind: PhoneView['kind']): [note: PhoneNote, text?: string] | null {
  switch (event.kind) {
    case 'played':
      return ['music']
    case 'keys_lost':
    case 'entered_room':
    case 'left_room':
    case 'answers_differ':
      return [event.kind]
    case 'queued':
      return ['queued', event.queue]
    case 'connected':
      return ['connected', event.to]
    case 'held':
      return [event.held ? 'held' : 'resumed']
    case 'fault':
      return ['fault', event.fault]
    case 'fallback':
      return ['fallback', `${event.code}, ${event.reason}`]
    case 'warning':
      return ['warning', event.text]
    case 'refused':
      return ['warning', event.reason]
    case 'ended': {
      const hotline = kind === 'caller' ? 'hotline_hung_up' : 'other_hung_up'
      return [({ caller: 'you_hung_up', hotline, failure: 'broke_off' } as const)[event.by]]
    }
    default:
      return null
  }
}
