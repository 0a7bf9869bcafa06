/** Files that are read as a whole, and so have an end: ordinary ones, of a size that there is a reason for. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** So many bytes are read of one at most, by what it is. */
export const MOST_BYTES = {
  /** Settings, keys, key sets, certificates. */
  settings: 1_048_576,
  /** Flows, brands, prompts, transcripts, schemas: a hundred times those that are shipped. */
  text: 8_388_608,
  /** Numbers or ids of a line each: a million letters. */
  list: 67_108_864,
} as const

/** `pipe`: something that may never end, or never begin. `too_large`: more than may be. */
export type WhyNotWhole = 'pipe' | 'too_large'

/** The message is a sentence without its subject and its end. */
export class NotWhole extends Error {
  override readonly name = 'NotWhole'
  readonly why: WhyNotWhole

  constructor(why: WhyNotWhole, most: number) {
    super(
      why === 'pipe'
        ? 'is no ordinary file but a pipe or a device, which may have no end: name a file'
        : `is larger than ${most / 1_048_576} MB, which is more than it can need: name the right file`,
    )
    this.why = why
  }
}

/**
 * The bytes of a file.
 * @throws {NotWhole} before more than `most` is read; whatever the file system throws.
 */
export function readWhole(file: string, most: number): Buffer {
  // Without O_NONBLOCK a pipe into which nobody writes would be waited for here, for ever. open(2)
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return readOpened(descriptor, most)
  } finally {
    closeSync(descriptor)
  }
}

/** The same of one that is open, without closing it. */
export function readOpened(descriptor: number, most: number): Buffer {
  const stats = fstatSync(descriptor)
  if (!stats.isFile() && !stats.isDirectory()) throw new NotWhole('pipe', most)
  // One in /proc says that it is empty, and another may grow meanwhile: what is there counts, and not what it says.
  const parts: Buffer[] = []
  let size = 0
  for (;;) {
    const part = Buffer.alloc(Math.max(4_096, Math.min(stats.size, most) + 1 - size))
    const read = readSync(descriptor, part, 0, part.length, null)
    if (read === 0) return Buffer.concat(parts)
    size += read
    if (size > most) throw new NotWhole('too_large', most)
    parts.push(part.subarray(0, read))
  }
}
