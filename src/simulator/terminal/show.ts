import type { PhoneEvent } from '../engine/caller.ts'
import { type SeenCall, transcriptFacts } from '../script/facts.ts'

/** A line for people about something that happened, or null when there is nothing to show. */
export function show(event: PhoneEvent): string | null {
  switch (event.kind) {
    case 'dialled':
      return `Calling ${event.to} from ${event.from}. ? shows what can be typed.`
    case 'said':
      return `${(event.language.split('-')[0] ?? '').padEnd(3)} ${event.text}`
    case 'played':
      return `♪   ${event.url}`
    case 'listening':
      return `    (waits ${event.timeout} s for ${event.numDigits === null ? 'keys' : plural(event.numDigits, 'key')}${
        event.finishOnKey === '' ? '' : `, ${event.finishOnKey} ends the entry`
      })`
    case 'entered':
      return `    keyed ${event.keys}${event.interrupted ? ' into the prompt' : ''}`
    case 'silence':
      return '    silence'
    case 'keys_lost':
      return `    ${plural(event.count, 'key')} lost: nobody was listening`
    case 'queued':
      return `=>  queue ${event.queue}`
    case 'connected':
      return `=>  connected to ${event.to}`
    case 'returned':
      return `<=  given back: ${event.result}`
    case 'fault':
      return `!   webhook ${event.fault}`
    case 'answers_differ':
      return '!   the two deliveries got different answers'
    case 'retried':
      return `!   tried again (${event.rule})`
    case 'fallback':
      return `!   fallback URL asked: ${event.code}, ${event.reason}`
    case 'warning':
      return `!   ${event.text}`
    case 'ended':
      return { caller: 'You hung up.', hotline: 'The hotline hung up.', failure: 'The call broke off.' }[event.by]
    // The call ends with this as an error, which the placer of the call shows.
    case 'refused':
    case 'keyed':
    // Rooms, holds and redirections come about on an exchange alone, which has a page of its own.
    case 'answered':
    case 'redirected':
    case 'entered_room':
    case 'left_room':
    case 'held':
    case 'heard':
      return null
  }
}

/** What the agents' side knows, on a few lines. */
export function showContext(context: SeenCall | null): string {
  if (!context) return "The agents' side knows nothing of this call."
  const facts = transcriptFacts(context)
  const known = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  return `The agents' side sees: ${known.join(', ')}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
