/**
 * `npm run bench:import`: lines a second of `accounts import` against plain COPY of the same rows into the same tables, the most memory
 * that the import takes, and how many cores the hashing of PINs has. `-- --lines 10000` takes one size instead of three.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openDatabase } from '../../src/store/database.ts'
import { startCluster, urlOf } from '../support/postgres-cluster.ts'
import type { Done, Job } from './import-child.ts'
import { writeCustomers } from './import-file.ts'

const SIZES = [10_000, 100_000, 1_000_000]
/** Lines with a PIN and nothing else. */
const HASHED = 2_000
/** What an import writes, in an order in which each refers only to those before it. */
const TABLES = ['account', 'contract', 'sim', 'identifier', 'contact'] as const

const { values } = parseArgs({ options: { lines: { type: 'string' } } })
const sizes = values.lines?.split(',').map(Number) ?? SIZES
const folder = mkdtempSync(join(tmpdir(), 'rufpass-bench-'))
const cluster = await startCluster()
try {
  for (const [index, lines] of sizes.entries()) await compare(lines, index)
  await hashing()
} finally {
  await cluster.stop()
  rmSync(folder, { recursive: true })
}

async function compare(lines: number, index: number): Promise<void> {
  const file = join(folder, 'customers.csv')
  await writeCustomers(file, lines, { pins: false })
  const imported = await emptyStore(`imported_${index}`)
  const done = await measured(() => run({ url: imported, file }))
  const copied = await copy(imported, await emptyStore(`copied_${index}`))
  const again = await measured(() => run({ url: imported, file }))
  const cost = done.result.cpuMs + done.serverMs
  const what = `${lines.toLocaleString('en')} lines without PINs`
  row(
    `import of ${what}, CPU time against plain COPY of the same rows`,
    `${(cost / copied.serverMs).toFixed(2)} times (of it Postgres ${(done.serverMs / copied.serverMs).toFixed(2)}), ${perLine(cost, lines)} and ${perLine(copied.serverMs, lines)} µs a line; by the clock ${(done.result.ms / copied.result.ms).toFixed(2)} times, ${speed(done.result.ms, lines)} and ${speed(copied.result.ms, lines)} lines/s, ${copied.result.rows} rows`,
  )
  row(
    `the same ${what} once more`,
    `${perLine(again.result.cpuMs + again.serverMs, lines)} µs a line, ${speed(again.result.ms, lines)} lines/s`,
  )
  row(`most memory of the import of ${what}`, `${done.result.megabytes} MB, once more ${again.result.megabytes} MB`)
}

function perLine(ms: number, lines: number): string {
  return Math.round((ms * 1000) / lines).toLocaleString('en')
}

function speed(ms: number, lines: number): string {
  return Math.round((lines / ms) * 1000).toLocaleString('en')
}

/** With the CPU milliseconds of the server's connections that it used and closed. */
async function measured<T>(work: () => Promise<T>): Promise<{ result: T; serverMs: number }> {
  await allClosed()
  const before = serverCpuMs()
  const result = await work()
  await allClosed()
  return { result, serverMs: serverCpuMs() - before }
}

/** Of the connections that have ended: the server's main process has reaped them. Linux counts in hundredths of a second. */
function serverCpuMs(): number {
  const pid = readFileSync(join(cluster.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * 10
}

async function allClosed(): Promise<void> {
  const others = `SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`
  while ((await asked(urlOf(cluster.folder, 'postgres'), others)) > 0) await wait(50)
  await wait(200)
}

async function hashing(): Promise<void> {
  const file = join(folder, 'pins.csv')
  await writeCustomers(file, HASHED, { pins: true })
  const done = await run({ url: await emptyStore('hashed'), file })
  const cores = (done.cpuMs / done.ms).toFixed(2)
  row(
    `import of ${HASHED.toLocaleString('en')} lines with PINs`,
    `${Math.round((HASHED / done.ms) * 1000)} lines/s on ${cores} of ${done.cores} cores, ${(done.ms / done.bareMs).toFixed(2)} times the time of the hashes alone`,
  )
}

function row(what: string, figure: string): void {
  console.log(`| ${what} | ${figure} |`)
}

async function emptyStore(name: string): Promise<string> {
  await asked(urlOf(cluster.folder, 'postgres'), `CREATE DATABASE ${name}`)
  const url = urlOf(cluster.folder, name)
  await (await openDatabase(url)).close()
  return url
}

/** The rows of one store into the other, by the server itself; what is measured is the writing. */
async function copy(from: string, to: string) {
  const pathOf = (table: string): string => join(cluster.folder, `${table}.copy`)
  for (const table of TABLES) await asked(from, `COPY ${table} TO '${pathOf(table)}'`)
  return measured(async () => {
    const began = performance.now()
    let rows = 0
    for (const table of TABLES) rows += await asked(to, `COPY ${table} FROM '${pathOf(table)}'`)
    return { ms: performance.now() - began, rows: rows.toLocaleString('en') }
  })
}

async function asked(url: string, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rowCount ?? 0
  } finally {
    await client.end()
  }
}

/** In a process of its own, whose memory and time are that of the import alone. */
async function run(job: Job): Promise<Done> {
  const child: ChildProcess = fork(new URL('./import-child.ts', import.meta.url), [JSON.stringify(job)])
  const [[answer]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [[Done], unknown]
  return answer
}
