/** The key file of an embedded database: `<directory>.keys`, beside it, so that no copy of the database carries its keys. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { MOST_BYTES, NotWhole, readOpened } from '../seams/whole-file.ts'
import { parseEnvFile } from './env-file.ts'

/** A key file that is missing where it must not be, or open to others. The message says what to do. */
class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

export function keyFileOf(directory: string): string {
  return `${directory.replace(/\/+$/, '')}.keys`
}

/**
 * The KEY=value lines of the file, made with `fresh` if there is none. The second to come reads what the first wrote.
 * `database`: the directory whose verifiers need these keys, or null when they are set elsewhere; if it is in use and
 * the file is gone, fresh keys would make every PIN wrong, so that is refused.
 */
export function readOrMakeKeyFile(
  file: string,
  fresh: () => Record<string, string>,
  database: string | null,
): Record<string, string | undefined> {
  const found = readKeyFile(file)
  if (found) return found
  if (database !== null && existsSync(join(database, 'PG_VERSION')))
    throw new KeyFileError(
      `The database in ${database} is in use, but its key file ${file} is gone, and without it no PIN can be checked. ` +
        'Restore the file, or set PIN_KEYS and SUBJECT_KEY, or move the database away to start afresh.',
    )
  make(file, fresh())
  const made = readKeyFile(file)
  if (!made) throw new KeyFileError(`The key file ${file} vanished while it was being made. Start again.`)
  return made
}

/** Written whole under another name, then linked: the link is atomic and fails if the name is taken (link(2)). */
function make(file: string, values: Record<string, string>): void {
  const directory = dirname(file)
  mkdirSync(directory, { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`)
  const note =
    '# Made by rufpass. Keep it secret and in the backup, apart from the database: without it no PIN works.\n'
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(descriptor, note + lines.join(''))
    fsyncSync(descriptor)
    linkSync(draft, file)
    syncDirectory(directory)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    closeSync(descriptor)
    unlinkSync(draft)
  }
}

/** Null: there is none. @throws KeyFileError when it is not this user's alone. */
export function readKeyFile(file: string): Record<string, string | undefined> | null {
  let descriptor: number
  try {
    // Of a pipe into which nobody writes, opening would wait for ever.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    if (codeOf(error) === 'EACCES')
      throw new KeyFileError(`The key file ${file} belongs to another account. Start as that account, or set the keys.`)
    throw error
  }
  try {
    const open = fstatSync(descriptor).mode & 0o077
    if (open !== 0)
      throw new KeyFileError(
        `The key file ${file} may be read by others (mode ${(fstatSync(descriptor).mode & 0o777).toString(8)}). ` +
          `If nobody untrusted has read it: chmod 600 ${file}`,
      )
    return valuesOf(readOpened(descriptor, MOST_BYTES.settings), file)
  } catch (error) {
    throw error instanceof NotWhole ? new KeyFileError(`The key file ${file} ${error.message}.`) : error
  } finally {
    closeSync(descriptor)
  }
}

function valuesOf(content: Buffer, file: string): Record<string, string | undefined> {
  try {
    return parseEnvFile(content)
  } catch {
    throw new KeyFileError(`The key file ${file} is not in UTF-8: restore it from a backup.`)
  }
}

/** So that the new name survives a power loss too, not only the content. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The code of a system error (`ENOENT`). Asks for the property alone: test runners give Node's errors another `Error`. */
export function codeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null
}
