/** Writes a transcript again with what the hotline says today: the caller does as before, and every `hears` is renewed. */
import { createPhone, type PhoneOptions } from '../../src/simulator/engine/phone.ts'
import { createScript, type Script } from '../../src/simulator/script/script.ts'
import { createScriptCaller } from '../../src/simulator/script/script-caller.ts'
import { createListener } from '../../src/simulator/script/script-listener.ts'
import { headOf, isStep, type Transcript, type TranscriptStep } from '../../src/simulator/script/transcript.ts'

/**
 * The transcript with the words that were heard. What callers do, where the call goes and what is known at the end stay as
 * written, for they are what people meant. Throws where the call no longer goes that way.
 */
export async function rewriteTranscript(
  transcript: Transcript,
  options: Omit<PhoneOptions, 'caller'> & { name: string },
): Promise<Transcript> {
  const { script, lines } = writing(transcript, createScript(transcript, options.name))
  const listen = createListener(script)
  const head = headOf(transcript)
  const phone = createPhone({
    ...options,
    caller: createScriptCaller(script, options.clock, () => Promise.resolve()),
    events(event) {
      const queued = 'inQueue' in event && event.inQueue
      if (event.kind === 'said' && !(queued && script.step()?.kind !== 'hears')) {
        script.heard({ kind: 'hears', language: event.language.split('-')[0] ?? '', text: event.text })
        return
      }
      if (['listening', 'queued', 'connected', 'ended'].includes(event.kind)) script.allHeard()
      listen(event)
    },
  })
  await phone.call({ to: head.called, from: head.from })
  const problem = script.problem()
  if (problem) throw problem
  return { lines: lines() }
}

function writing(transcript: Transcript, script: Script) {
  const written = transcript.lines.map((line) => ({ line, before: [] as TranscriptStep[], gone: false }))
  const steps = written.filter(({ line }) => isStep(line))
  const after: TranscriptStep[] = []
  let next = 0
  const advance = (): void => {
    next++
    script.advance()
  }
  return {
    script: {
      ...script,
      advance,
      heard(heard: TranscriptStep): void {
        const current = steps[next]
        if (current?.line.kind === 'hears') {
          if (!current.line.text.endsWith('…')) current.line = heard
          advance()
        } else (current?.before ?? after).push(heard)
      },
      allHeard(): void {
        for (let current = steps[next]; current?.line.kind === 'hears'; current = steps[next]) {
          current.gone = true
          advance()
        }
      },
    },
    lines: () => [...written.flatMap(({ line, before, gone }) => [...before, ...(gone ? [] : [line])]), ...after],
  }
}
