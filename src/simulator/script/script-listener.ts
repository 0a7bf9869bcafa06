import type { PhoneEvent } from '../engine/caller.ts'
import type { Script } from './script.ts'
import { printLine, type TranscriptStep } from './transcript.ts'

type Listener = (event: PhoneEvent) => void

/** Compares what happens with what is written. Where they differ the script has a problem, and stays where it is. */
export function createListener(script: Script): Listener {
  /** The next step must be `written.kind` and say the same; `written` is what should stand there. */
  function expect(
    written: TranscriptStep,
    fits: (step: TranscriptStep) => boolean,
    happened = printLine(written),
  ): void {
    if (script.problem()) return
    const current = script.step()
    if (!current) script.fail(`the transcript ends here, but the call goes on with: ${happened}`)
    else if (current.kind === written.kind && fits(current)) script.advance()
    else script.fail(`this line differs from what happened:\n${difference(printLine(current), happened)}`)
  }
  const exactly = (written: TranscriptStep, happened?: string): void =>
    expect(written, (step) => printLine(step) === printLine(written), happened)

  return (event) => {
    // What is played in a queue, again and again, is compared only where the transcript lists it.
    const heard = event.kind === 'said' || event.kind === 'played'
    if (heard && event.inQueue && !['hears', 'plays'].includes(script.step()?.kind ?? '')) return
    switch (event.kind) {
      case 'said': {
        const language = event.language.split('-')[0] ?? ''
        expect(
          { kind: 'hears', language, text: event.text },
          (step) => step.kind === 'hears' && step.language === language && matches(step.text, event.text),
        )
        break
      }
      case 'played':
        expect({ kind: 'plays', url: event.url }, (step) => step.kind === 'plays' && matches(step.url, event.url))
        break
      case 'queued':
        exactly({ kind: 'queue', queue: event.queue })
        break
      case 'connected':
        exactly({ kind: 'dial', number: event.to })
        break
      case 'fallback':
        exactly({ kind: 'fallback', code: event.code }, `fallback: ${event.code} (${event.reason})`)
        break
      case 'returned':
        if (event.by === 'twiml') exactly({ kind: 'returned', result: event.result })
        break
      case 'answers_differ':
        script.fail('the webhook was delivered twice and got two different answers.')
        break
      case 'warning':
        script.fail(event.text)
        break
      case 'refused':
        script.fail(event.reason)
        break
      case 'ended':
        if (event.by === 'hotline') exactly({ kind: 'hotline hangs up' })
        if (event.by === 'failure') script.fail('the call broke off: neither webhook nor fallback gave a document.')
        break
    }
  }
}

/** An ellipsis at the end stands for any rest, one at the beginning for any start. */
function matches(written: string, heard: string): boolean {
  if (written.endsWith('…')) return heard.startsWith(written.slice(0, -1).trimEnd())
  return written.startsWith('…') ? heard.endsWith(written.slice(1).trimStart()) : heard === written
}

function difference(written: string, happened: string): string {
  let same = 0
  while (same < written.length && written[same] === happened[same]) same++
  return `  written   ${written}\n  happened  ${happened}\n            ${' '.repeat(same)}^`
}
