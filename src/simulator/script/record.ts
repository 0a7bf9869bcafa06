import type { PhoneEvent } from '../engine/caller.ts'
import { type SeenCall, transcriptFacts } from './facts.ts'
import { germanTime } from './german-time.ts'
import { factNames, type Transcript, type TranscriptLine } from './transcript.ts'

export interface RecorderOptions {
  title: string
  called: string
  from: string | null
  at: Date
  /** Writes neither keys nor the customer number: on anything but a demo they are somebody's. */
  hide: boolean
}

/** Writes down a call while it goes on; the transcript can be played again. */
export interface Recorder {
  notice(event: PhoneEvent): void
  /** The transcript so far, with what the agents' side knows at the end. */
  transcript(context: SeenCall | null): Transcript
}

export function createRecorder(options: RecorderOptions): Recorder {
  const lines: TranscriptLine[] = []
  const shown = (keys: string): string | null => (options.hide ? null : keys)
  const head: TranscriptLine[] = [
    { kind: 'title', text: options.title },
    { kind: 'called', number: options.called },
    { kind: 'from', number: options.from },
    { kind: 'on', moment: germanTime(options.at) },
    { kind: 'blank' },
  ]

  function lineOf(event: PhoneEvent): TranscriptLine | null {
    switch (event.kind) {
      case 'said':
        return { kind: 'hears', language: event.language.split('-')[0] ?? event.language, text: event.text }
      case 'played':
        return { kind: 'plays', url: event.url }
      case 'entered':
        return { kind: event.interrupted ? 'interrupts' : 'keys', keys: shown(event.keys) }
      case 'silence':
        return { kind: 'silence' }
      case 'fault':
        return { kind: 'webhook', fault: event.fault }
      case 'fallback':
        return { kind: 'fallback', code: event.code }
      case 'queued':
        return { kind: 'queue', queue: event.queue }
      case 'connected':
        return { kind: 'dial', number: event.to }
      case 'returned':
        return event.result === 'hangup' ? null : { kind: 'returned', result: event.result }
      case 'ended':
        if (event.by === 'failure') return { kind: 'comment', text: 'The call broke off here.' }
        return { kind: event.by === 'caller' ? 'caller hangs up' : 'hotline hangs up' }
      default:
        return null
    }
  }

  return {
    notice(event) {
      const line = lineOf(event)
      if (line) lines.push(line)
    },
    transcript(context) {
      if (!context) return { lines: [...head, ...lines] }
      const facts = transcriptFacts(context)
      const names = factNames.filter((name) => name !== 'account' || !options.hide)
      const known: TranscriptLine[] = names.map((name) => ({ kind: 'fact', name, value: facts[name] }))
      return { lines: [...head, ...lines, { kind: 'blank' }, ...known] }
    },
  }
}
