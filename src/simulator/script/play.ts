/** Plays a transcript: a caller who does what it says, and checks that the hotline says what it says. */

import { type CallEnd, createPhone, type PhoneOptions } from '../engine/phone.ts'
import { RefusedTwiml } from '../engine/verbs.ts'
import { type SeenCall, transcriptFacts } from './facts.ts'
import { createScript } from './script.ts'
import { createScriptCaller } from './script-caller.ts'
import { createListener } from './script-listener.ts'
import { headOf, printLine, type Transcript, TranscriptError } from './transcript.ts'

export interface PlayOptions extends Omit<PhoneOptions, 'caller'> {
  /** Stands before the line number when something differs, for example the file's name. */
  name: string
  /** What the agents' side knows of the call; null when it has no such call. */
  context(callSid: string): Promise<SeenCall | null>
}

/**
 * Plays it to its end. The `on` and `before` lines are for what starts the server.
 * @throws TranscriptError at the first difference, with both sides.
 */
export async function playTranscript(transcript: Transcript, options: PlayOptions): Promise<CallEnd> {
  const head = headOf(transcript)
  const script = createScript(transcript, options.name)
  const listen = createListener(script)
  const wantsFacts = transcript.lines.some((line) => line.kind === 'fact')
  let callSid = ''
  let context: SeenCall | null | undefined
  const readContext = async (): Promise<void> => {
    if (wantsFacts && context === undefined) context = await options.context(callSid)
  }
  const phone = createPhone({
    ...options,
    caller: createScriptCaller(script, options.clock, readContext),
    events(event) {
      options.events?.(event)
      if (event.kind === 'dialled') callSid = event.callSid
      listen(event)
    },
  })
  const end = await phone.call({ to: head.called, from: head.from }).catch((error: unknown) => {
    // A refusal was noticed as an event already, with the line at which it happened.
    if (!(error instanceof RefusedTwiml)) throw error
  })
  const missing = script.step()
  if (missing) script.fail(`the call was over before '${printLine(missing)}'.`)
  const problem = script.problem()
  if (problem || !end) throw problem
  await readContext()
  checkFacts(transcript, options.name, context ?? null)
  return end
}

function checkFacts(transcript: Transcript, name: string, context: SeenCall | null): void {
  const facts = context && transcriptFacts(context)
  for (const [index, line] of transcript.lines.entries()) {
    if (line.kind !== 'fact') continue
    if (!facts) throw new TranscriptError(name, index + 1, "the agents' side does not know this call.")
    const actual = facts[line.name]
    if (actual === line.value) continue
    throw new TranscriptError(
      name,
      index + 1,
      `${line.name} is '${actual}' at the end of the call, not '${line.value}'.`,
    )
  }
}
