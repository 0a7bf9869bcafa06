/**
 * A real Postgres for tests: Debian's binaries, an empty cluster in the system's temporary folder, a unix socket only.
 * It ends with the test process whatever happens to that, because it hangs on a pipe from it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const DEBIAN = '/usr/lib/postgresql'

/**
 * Nothing need survive the machine, and its databases live for seconds. What was committed survives a crash of
 * the server, for tests crash it.
 */
const SETTINGS = [
  'listen_addresses=',
  'log_min_messages=fatal',
  ...['fsync=off', 'full_page_writes=off'],
  ...['autovacuum=off', 'jit=off', 'shared_buffers=32MB'],
]

export interface Cluster {
  /** Of the unix socket that it listens on. */
  folder: string
  /** What `pg_ctl restart -m immediate` does: every connection ends at once, as in a crash. Resolves when it answers again. */
  restartImmediately(): Promise<void>
  /** What `pg_ctl restart -m fast` does: transactions are broken off and sessions ended in order. */
  restartFast(): Promise<void>
  /** Stops all of its processes where they are, as a machine does that hangs; the function given lets them go on. */
  freeze(): () => void
  /** Stops it at once and for good; its files stay until `stop`. */
  halt(): Promise<void>
  stop(): Promise<void>
}

/** Where the newest server's binaries are, or null when this machine has none. */
function findPostgres(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const bins = versions.map((version) => join(DEBIAN, version, 'bin'))
  return bins.find((bin) => existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'initdb'))) ?? null
}

/** Where one of the newest server's programs is, or null when this machine has none. */
export function postgresBinary(name: string): string | null {
  const bin = findPostgres()
  return bin === null ? null : join(bin, name)
}

/** Why there is no real Postgres, or null when there is one. With REQUIRE_REAL=1 the reason is thrown by `startCluster`. */
export function postgresMissing(): string | null {
  return findPostgres() === null ? `no Postgres server below ${DEBIAN}; apt-get install postgresql` : null
}

/** @param folder of a cluster's socket. The URL needs a host, which its parameter replaces. */
export const urlOf = (folder: string, database: string): string =>
  `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`

export async function startCluster(): Promise<Cluster> {
  const bin = findPostgres()
  if (bin === null) throw new Error(`The real Postgres is required here, but there is ${postgresMissing()}`)
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-pg-'))
  const as = ordinaryPerson()
  if (as) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-N', '--locale=C.UTF-8', '-E', 'UTF8'],
    { ...as, cwd: folder, stdio: 'ignore' },
  )
  return serverOver(folder, data)
}

/** A server over the files in `data`, with its socket in `folder`, which goes with it. */
export async function serverOver(folder: string, data: string): Promise<Cluster> {
  const options = { cwd: folder, ...ordinaryPerson() }
  const binary = postgresBinary('postgres') ?? ''
  const launch = (): ChildProcess => {
    const end = 'if read how; then kill -$how $pg; wait $pg; else kill -INT $pg; wait $pg; rm -rf "$PWD"; fi'
    const script = `"$0" "$@" & pg=$!; ${end}`
    const settings = SETTINGS.flatMap((one) => ['-c', one])
    const command = [binary, '-D', data, '-k', folder, ...settings]
    return spawn('/bin/sh', ['-c', script, ...command], { ...options, stdio: ['pipe', 'ignore', 'ignore'] })
  }
  let server = launch()
  await ready(server, folder)
  async function restart(signal: 'QUIT' | 'INT'): Promise<void> {
    await ended(server, `${signal}\n`)
    server = launch()
    await ready(server, folder)
  }
  return {
    folder,
    // SIGQUIT is its immediate shutdown, SIGINT the fast one. https://www.postgresql.org/docs/current/server-shutdown.html
    restartImmediately: () => restart('QUIT'),
    restartFast: () => restart('INT'),
    freeze() {
      const pids = family(server.pid ?? 0)
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      return () => {
        for (const pid of pids) tryKill(pid, 'SIGCONT')
      }
    },
    halt: () => ended(server, 'QUIT\n'),
    async stop() {
      await ended(server, '')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** All processes below this one. */
function family(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/ +/).map(Number) as [number, number])
  const children = pairs.filter(([, parent]) => parent === pid).map(([child]) => child)
  return children.flatMap((child) => [child, ...family(child)])
}

/** What has ended meanwhile needs no signal. */
function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}

/** Postgres refuses to run as root. */
export function ordinaryPerson(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** However long it takes, as long as the server lives. */
async function ready(server: ChildProcess, folder: string): Promise<void> {
  while (true) {
    try {
      const client = new pg.Client({ connectionString: urlOf(folder, 'postgres') })
      await client.connect()
      return await client.end()
    } catch (error) {
      if (server.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** The shell that holds the server ends when its input does; with a line of input it leaves the folder. */
function ended(server: ChildProcess, line: string): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.stdin?.end(line)
  })
}
