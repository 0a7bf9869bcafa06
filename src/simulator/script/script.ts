import { isStep, type Transcript, TranscriptError, type TranscriptStep } from './transcript.ts'

/** A transcript being played: where it stands, and the first thing that was not as written. */
export interface Script {
  /** What comes next, or null at the end. */
  step(): TranscriptStep | null
  advance(): void
  /** Notes what is wrong at the step that comes next; only the first counts. */
  fail(message: string): void
  problem(): TranscriptError | null
}

export function createScript(transcript: Transcript, name: string): Script {
  const steps = transcript.lines.flatMap((line, index) => (isStep(line) ? [{ step: line, line: index + 1 }] : []))
  let next = 0
  let problem: TranscriptError | null = null
  return {
    step: () => steps[next]?.step ?? null,
    advance() {
      next++
    },
    fail(message) {
      problem ??= new TranscriptError(name, steps[next]?.line ?? transcript.lines.length, message)
    },
    problem: () => problem,
  }
}
