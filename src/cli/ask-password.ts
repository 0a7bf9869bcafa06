import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

export interface PasswordPlaces {
  input: Readable & { isTTY?: boolean }
  /** Gets the questions and never an answer. */
  out: Pick<Writable, 'write'>
}

/** What comes without a line end for so long is no password, bytes. */
const MOST_BYTES = 65_536

/**
 * Asks for a password: twice and without echo at a terminal, else the first line of the input. Null: the two differed, or
 * nothing came. Never an argument of a command: those are seen in lists of processes and kept by shells.
 */
export async function askPassword({ input, out }: PasswordPlaces): Promise<string | null> {
  // Without an output nothing is echoed; at a terminal the keys still arrive one by one, so none is echoed by it either.
  const lines = createInterface({ input, terminal: input.isTTY === true })
  const answers = lines[Symbol.asyncIterator]()
  const ask = async (question: string): Promise<string | null> => {
    if (input.isTTY) out.write(question)
    const { value, done } = await answers.next()
    if (input.isTTY) out.write('\n')
    return done ? null : value
  }
  lines.on('SIGINT', () => lines.close())
  let size = 0
  const count = (chunk: Buffer | string): void => {
    size += chunk.length
    if (size > MOST_BYTES) lines.close()
  }
  input.on('data', count)
  try {
    const password = await ask('Password: ')
    if (!input.isTTY || password === null) return password
    return (await ask('The same again: ')) === password ? password : null
  } finally {
    input.off('data', count)
    lines.close()
  }
}
