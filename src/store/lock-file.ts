/** The lock on an embedded database directory: PGlite takes none, and two writers lose committed rows without an error. */
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** How long a process may be busy taking over a dead holder's lock before the next one stops waiting for it. */
const TAKEOVER_MS = 10_000

/** Another process has the database open. `pid` is its process id, on the machine `host`. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse'
  readonly pid: number
  readonly host: string

  constructor(file: string, holder: Holder) {
    const who = `process ${holder.pid}${holder.host === hostname() ? '' : ` on the machine '${holder.host}'`}`
    super(
      `The embedded database is already open in ${who}. Stop that process first, or set DATABASE_URL to a Postgres ` +
        `server, which several processes may share. If you are sure that it no longer runs, delete ${file}`,
    )
    this.pid = holder.pid
    this.host = holder.host
  }
}

/** `started` tells a process from a later one with the same id (in a container every start is process 1). */
interface Holder {
  pid: number
  host: string
  started: string
}

/**
 * Takes the lock and returns how to give it back.
 * @throws {StoreInUse} when a living process holds it, or one on another machine, about which nothing can be known.
 */
export function takeLock(file: string): () => void {
  const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
  try {
    // A link appears whole or not at all, so nobody ever reads a lock that is still being written.
    if (!tryLink(draft, file)) {
      const holder = read(file)
      if (holder && isAlive(holder)) throw new StoreInUse(file, holder)
      takeOver(file, draft)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    const holder = read(file)
    if (holder && holder.pid === mine.pid && holder.started === mine.started) rmSync(file, { force: true })
  }
}

/** Who has a database open, as far as can be told from here; null: nobody. Takes nothing. */
export function holderOf(file: string): Pick<Holder, 'pid' | 'host'> | null {
  const holder = read(file)
  return holder && isAlive(holder) ? holder : null
}

/** Replaces a dead holder's lock. Only one process at a time may look again and remove, else one removes the other's. */
function takeOver(file: string, draft: string): void {
  const guard = `${file}.takeover`
  if (!tryLink(draft, guard)) {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    const busy = read(guard)
    if (busy && age < TAKEOVER_MS && isAlive(busy)) throw new StoreInUse(file, busy)
    rmSync(guard, { force: true })
    if (!tryLink(draft, guard)) throw new StoreInUse(file, read(guard) ?? unknownHolder())
  }
  try {
    const holder = read(file)
    if (holder && isAlive(holder)) throw new StoreInUse(file, holder)
    rmSync(file, { force: true })
    if (!tryLink(draft, file)) throw new StoreInUse(file, read(file) ?? unknownHolder())
  } finally {
    rmSync(guard, { force: true })
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Null when there is none or it says nothing that could be a holder. */
function read(file: string): Holder | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, started: started ?? '' } : null
  } catch {
    return null
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if (codeOf(error) !== 'EPERM') return false
  }
  return startOf(holder.pid) === holder.started
}

/** When a process began, in the kernel's own count (proc_pid_stat(5), field 22); '' where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may itself contain spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function unknownHolder(): Holder {
  return { pid: 0, host: hostname(), started: '' }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
