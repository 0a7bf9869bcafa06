/** Plays every transcript below a folder against a server: the calls that people wrote down are tests. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, it } from '@jest/globals'
import type { Clock } from '../../src/seams/clock.ts'
import type { SeenCall } from '../../src/simulator/script/facts.ts'
import { playTranscript } from '../../src/simulator/script/play.ts'
import { headOf, parseTranscript, printTranscript } from '../../src/simulator/script/transcript.ts'
import { rewriteTranscript } from './rewrite-transcript.ts'

/** A running server for one transcript. */
export interface TranscriptServer {
  baseUrl: string
  publicBaseUrl?: string
  accountSid: string
  authToken: string
  /** The clock the server lives by; the caller lives by it too. */
  clock: Clock
  /** Carries the webhooks; the one of Node unless told. */
  fetch?: typeof fetch
  /** What the agents' side knows of a call; null when it does not know it. */
  context(callSid: string): Promise<SeenCall | null>
}

/** What a transcript asks for before the call: the moment it takes place (null: any) and its `before:` lines. */
export interface Preparation {
  on: Date | null
  before: string[]
}

export const TRANSCRIPTS = 'test/transcripts'

/** Paths of all transcripts below a folder, in order of their names. */
export function transcriptsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => join(folder, name))
}

/**
 * Makes one test of each transcript below `folder`. `serverFor` brings the server into the state asked for, and may
 * give the same server each time. Call it at the top level of a test file. `REWRITE=1` writes down what is heard today: read
 * the difference before you commit it.
 */
export function playTranscripts(
  serverFor: (preparation: Preparation) => Promise<TranscriptServer>,
  folder: string = TRANSCRIPTS,
): void {
  const files = transcriptsBelow(folder)
  if (files.length === 0) throw new Error(`There is no transcript below ${folder}.`)
  describe(`transcripts in ${folder}`, () => {
    it.each(files.map((file) => [relative(folder, file), file]))('%s', async (_name, file) => {
      const transcript = parseTranscript(readFileSync(file, 'utf8'), file)
      const { on, before } = headOf(transcript)
      const server = { ...(await serverFor({ on, before })), name: file }
      if (process.env.REWRITE !== '1') await playTranscript(transcript, server)
      else writeFileSync(file, printTranscript(await rewriteTranscript(transcript, server)))
    })
  })
}
