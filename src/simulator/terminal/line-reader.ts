import { createInterface } from 'node:readline'

/** Lines from a terminal or a pipe, none lost however early they come. */
export interface LineReader {
  /** Gives the next line, or null when the input has ended. `prompt` is shown to people, not to pipes. */
  next(prompt: string): Promise<string | null>
  close(): void
}

export function createLineReader(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): LineReader {
  // As a terminal only where there is one: over a pipe readline would echo what it reads.
  const terminal = 'isTTY' in input && input.isTTY === true
  const reader = createInterface(terminal ? { input, output, terminal } : { input, terminal })
  const lines: string[] = []
  let ended = false
  let waiting: ((line: string | null) => void) | null = null
  const hand = (line: string | null): void => {
    const taker = waiting
    waiting = null
    if (taker) taker(line)
    else if (line !== null) lines.push(line)
  }
  reader.on('line', hand)
  reader.on('SIGINT', () => reader.close())
  reader.on('close', () => {
    ended = true
    hand(null)
  })
  return {
    next(prompt) {
      const line = lines.shift()
      if (line !== undefined) return Promise.resolve(line)
      if (ended) return Promise.resolve(null)
      if (terminal) {
        reader.setPrompt(prompt)
        reader.prompt()
      }
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
    close: () => reader.close(),
  }
}
