/** The standard input as a file that can be read more than once. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ENDLESS_LINE, endlessLine } from '../store/import/lines.ts'

export interface SpooledInput {
  /** Bytes. */
  size: number
  read: () => AsyncIterable<Buffer>
  remove(): Promise<void>
}

/**
 * Keeps what comes until `remove`, of any size. There may be PINs in it, and people pipe them to have them on no disk: it is encrypted with
 * a key that is in memory alone (AES-256-CTR; nobody profits from changing it, for it is their own file).
 * @throws {UnreadableFile} where a line seems to have no end, so that nothing endless fills the disk.
 */
export async function spooled(input: Readable): Promise<SpooledInput> {
  const folder = await mkdtemp(join(tmpdir(), 'rufpass-'))
  const path = join(folder, 'input')
  const [key, iv] = [randomBytes(32), randomBytes(16)]
  let size = 0
  input.on('data', (chunk: Buffer) => {
    size += chunk.length
  })
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await pipeline(
      input,
      endingLines(),
      createCipheriv('aes-256-ctr', key, iv),
      createWriteStream(path, { mode: 0o600 }),
    )
  } catch (error) {
    await remove()
    throw error
  }
  const read = () => createReadStream(path).pipe(createDecipheriv('aes-256-ctr', key, iv))
  return { size, read, remove }
}

/** Passes on what has line ends. */
function endingLines(): Transform {
  let [line, held] = [1, 0]
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const end = chunk.lastIndexOf(LF)
      if (end >= 0) for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) line++
      held = end < 0 ? held + chunk.length : chunk.length - 1 - end
      if (held > ENDLESS_LINE) done(endlessLine(line))
      else done(null, chunk)
    },
  })
}

const LF = 0x0a
