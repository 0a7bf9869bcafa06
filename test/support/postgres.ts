/**
 * A real Postgres for tests: Debian's binaries, an empty cluster in the system's temporary folder, a unix socket only.
 * It ends with the test process whatever happens to that, because it hangs on a pipe from it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../src/store/database.ts'

const DEBIAN = '/usr/lib/postgresql'
const READY_MS = 20_000

export interface TestPostgres {
  /** Makes a database and returns its URL. `migrated` ones are copied from a template. */
  createDatabase(options: { migrated: boolean }): Promise<string>
  /** The unix socket that it listens on. */
  socket: string
  /** What `pg_ctl restart -m immediate` does: every connection ends at once, as in a crash. Resolves when it answers again. */
  restartImmediately(): Promise<void>
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

/** Why there is no real Postgres, or null when there is one. With REQUIRE_REAL=1 the reason is thrown by `startPostgres`. */
export function postgresMissing(): string | null {
  return findPostgres() === null ? `no Postgres server below ${DEBIAN}; apt-get install postgresql` : null
}

export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgres()
  if (bin === null) throw new Error(`The real Postgres is required here, but there is ${postgresMissing()}`)
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-pg-'))
  const as = ordinaryPerson()
  if (as) chownSync(dir, as.uid, as.gid)
  const options = { cwd: dir, ...as }
  const data = join(dir, 'data')
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-N', '--locale=C.UTF-8', '-E', 'UTF8'],
    { ...options, stdio: 'ignore' },
  )
  const launch = (): ChildProcess => {
    const end = 'if read crash; then kill -QUIT $pg; wait $pg; else kill -INT $pg; wait $pg; rm -rf "$PWD"; fi'
    const script = `"$0" "$@" & pg=$!; ${end}`
    const settings = ['listen_addresses=', 'fsync=off', 'log_min_messages=fatal'].flatMap((one) => ['-c', one])
    const command = [join(bin, 'postgres'), '-D', data, '-k', dir, ...settings]
    return spawn('/bin/sh', ['-c', script, ...command], { ...options, stdio: ['pipe', 'ignore', 'ignore'] })
  }
  let server = launch()
  const url = (database: string): string => `postgres://postgres@/${database}?host=${encodeURIComponent(dir)}`
  await ready(url('postgres'))

  let made = 0
  let template: Promise<string> | null = null
  async function create(from: string | null): Promise<string> {
    const name = `test_${++made}`
    await once(url('postgres'), `CREATE DATABASE ${name}${from ? ` TEMPLATE ${from}` : ''}`)
    return name
  }
  async function makeTemplate(): Promise<string> {
    const name = await create(null)
    const database = await openDatabase(url(name))
    await database.close()
    return name
  }
  return {
    async createDatabase({ migrated }) {
      if (!migrated) return url(await create(null))
      template ??= makeTemplate()
      return url(await create(await template))
    },
    socket: join(dir, '.s.PGSQL.5432'),
    async restartImmediately() {
      // SIGQUIT is its immediate shutdown. https://www.postgresql.org/docs/current/server-shutdown.html
      await ended(server, 'crash\n')
      server = launch()
      await ready(url('postgres'))
    },
    stop: () => ended(server, ''),
  }
}

/** Postgres refuses to run as root. */
function ordinaryPerson(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function ready(url: string): Promise<void> {
  const until = Date.now() + READY_MS
  while (true) {
    try {
      return await once(url, 'SELECT 1')
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
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
