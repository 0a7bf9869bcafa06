import cliProgress from 'cli-progress'
import type { Progress } from '../store/import/import.ts'
import { counted } from './counted.ts'

/** What is written to: the terminal, or a file or pipe, where a line now and then replaces the bar. */
export interface Output {
  write(text: string): unknown
  isTTY?: boolean
}

export interface ProgressView {
  show(progress: Progress): void
  /** Writes a line without tearing the bar. */
  say(line: string): void
  stop(): void
}

/** Milliseconds between two lines where there is no terminal. */
const QUIET_MS = 10_000

/**
 * Shows how far an import is.
 * @param total bytes of the file.
 * @param now milliseconds, for the remaining time.
 */
export function createProgressView(total: number, out: Output, now: () => number): ProgressView {
  return out.isTTY ? bar(total, out, now) : lines(total, out, now)
}

function bar(total: number, out: Output, now: () => number): ProgressView {
  const began = now()
  const bars = new cliProgress.MultiBar({
    format: '{bar} {percentage} % · {lines} lines · {pace} · {left}',
    barsize: 30,
    hideCursor: true,
    stream: out as NodeJS.WriteStream,
  })
  const progress = bars.create(total, 0, { lines: '0', pace: '', left: '' })
  return {
    show: ({ lines: done, bytes }) =>
      progress.update(bytes, {
        lines: done.toLocaleString('en'),
        pace: pace(began, now(), done),
        left: left(began, now(), bytes, total),
      }),
    say: (line) => bars.log(`${line}\n`),
    stop: () => bars.stop(),
  }
}

function lines(total: number, out: Output, now: () => number): ProgressView {
  const began = now()
  let said = began
  return {
    show({ lines: done, bytes }) {
      if (now() - said < QUIET_MS) return
      said = now()
      const share = total > 0 ? Math.floor((bytes / total) * 100) : 100
      out.write(
        `${counted(done, 'line')}, ${share} %, ${pace(began, said, done)}, ${left(began, said, bytes, total)}\n`,
      )
    },
    say: (line) => out.write(`${line}\n`),
    stop() {},
  }
}

function pace(began: number, now: number, lines: number): string {
  const each = (lines / Math.max(1, now - began)) * 1000
  return `${Math.round(each).toLocaleString('en')} lines/s`
}

/** The rest at the speed so far; the size of the file stands for its lines, so that it is read only once. */
function left(began: number, now: number, bytes: number, total: number): string {
  if (bytes === 0) return ''
  const seconds = Math.ceil((((now - began) / bytes) * (total - bytes)) / 1000)
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.ceil(seconds / 60)} min left`
}
