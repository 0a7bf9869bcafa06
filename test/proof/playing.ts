/** Calls of the proof on the real server. */
import { transcriptOf } from '../../src/cli/bad-call.ts'
import { type Hotlines, loadHotlines } from '../../src/hotlines/hotlines.ts'
import type { CounterExample } from '../../src/proof/counter-example.ts'
import type { Exploration, Transition } from '../../src/proof/exploration.ts'
import { playTranscript } from '../../src/simulator/script/play.ts'
import { headOf, parseTranscript, printTranscript } from '../../src/simulator/script/transcript.ts'
import { flowsDir } from '../flow/shipped.ts'
import { openDemoServer } from '../support/demo-server.ts'

export interface PlayServer {
  /** Plays a transcript as people read it. Throws at the first line that is not as written. */
  play(text: string, hotlines: Hotlines): Promise<void>
  close(): Promise<void>
}

/** One store for all calls, and other flows for each. */
export async function openPlayServer(): Promise<PlayServer> {
  const served: Hotlines = { ...loadHotlines(flowsDir) }
  const server = await openDemoServer(served)
  return {
    async play(text, hotlines) {
      Object.assign(served, hotlines)
      const transcript = parseTranscript(text, 'the bad call')
      await playTranscript(transcript, { ...(await server.begin(headOf(transcript))), name: 'the bad call' })
    },
    close: () => server.close(),
  }
}

/** Exchanges that follow each other as a transcript, as if something were wrong with the last. */
export function callWith(exploration: Exploration, way: Transition[]): string {
  const days = way.reduce((days, transition) => days & transition.days, way[0]?.days ?? 0)
  const call: CounterExample = { exploration, day: Math.log2(days & -days), exchanges: way }
  return printTranscript(transcriptOf(call, { code: 'exit', message: 'this happens; and it is right' }))
}
