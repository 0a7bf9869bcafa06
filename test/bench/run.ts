/**
 * `npm run bench`: what a turn and a whole call cost in CPU time, as ratios to what the plainest possible server costs.
 * Everything is measured in one run, a round of each kind after the other, on one core for the servers and another for
 * the generator and the stores. `--profile DIR` writes CPU profiles of Rufpass there.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshKeys } from '../../src/keys.ts'
import { columns } from '../../src/store/import/header.ts'
import { postgresMissing, startPostgres } from '../support/postgres.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import { ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL } from '../support/signing.ts'
import { BRAND, customer, TURNS_OF_A_CALL } from './caller.ts'
import { startChild } from './child.ts'
import { shown, spreadOf } from './figures.ts'
import { AT_ONCE, CUSTOMERS, type Measured, measure } from './measure.ts'

/** What issue 2 sets, on Redis and Postgres. */
const TARGETS = { turn: 1.4, call: 1.15 }
const ROUNDS = { real: 5, embedded: 2 }

interface Side {
  name: string
  stores: Record<string, string>
  rounds: number
  isTarget: boolean
}

const flag = process.argv.indexOf('--profile')
const profileTo = flag < 0 ? null : (process.argv[flag + 1] ?? '.')
const folder = mkdtempSync(join(tmpdir(), 'rufpass-bench-'))
const closing: (() => Promise<unknown>)[] = []
try {
  const serverCore = pinned()
  const customersFile = writeCustomers(join(folder, 'customers.csv'))
  const floor = await startChild('floor.js', { env: {}, core: serverCore, profileTo: null })
  closing.push(floor.stop)
  let met = true
  for (const side of await sides()) {
    const env = { ...(await settings(customersFile)), ...side.stores }
    const rufpass = await startChild('rufpass.js', {
      env,
      core: serverCore,
      profileTo: side.isTarget ? profileTo : null,
    })
    try {
      const idle = await rufpass.ask('memory')
      const measured = await measure(floor, rufpass, side.rounds)
      met = report(side, measured, { idle, busy: await rufpass.ask('memory') }) && met
    } finally {
      await rufpass.stop()
    }
  }
  process.exitCode = met ? 0 : 1
} finally {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true })
}

/** The core for the servers, after this process and all it starts later has gone to another; null where that cannot be. */
function pinned(): number | null {
  try {
    if (availableParallelism() < 2) throw new Error('one core')
    execFileSync('taskset', ['-a', '-c', '-p', '1', `${process.pid}`], { stdio: 'ignore' })
    console.log('Servers on core 0; the generator and the stores on core 1.')
    return 0
  } catch {
    console.log('Nothing is pinned to a core (no taskset, or one core only): expect a wider spread.')
    return null
  }
}

async function sides(): Promise<Side[]> {
  const embedded = { name: 'embedded (PGlite, memory)', stores: { DATABASE_URL: 'memory:' } }
  const list: Side[] = [{ ...embedded, rounds: ROUNDS.embedded, isTarget: false }]
  const missing = postgresMissing() ?? redisMissing()
  if (missing !== null) {
    if (process.env.REQUIRE_REAL === '1') throw new Error(`The real stores are required here, but there is ${missing}`)
    console.log(`Redis and Postgres are not measured: ${missing}`)
    return list
  }
  const postgres = await startPostgres()
  closing.push(postgres.stop)
  const redis = await startRedis()
  closing.push(redis.stop)
  // The same socket, written as a URL that the settings take: those want no user name before an empty host.
  const database = (await postgres.createDatabase({ migrated: true })).replace('//postgres@/', '///')
  const stores = { DATABASE_URL: `${database}&user=postgres`, REDIS_URL: redis.url }
  return [{ name: 'Redis and Postgres', stores, rounds: ROUNDS.real, isTarget: true }, ...list]
}

async function settings(customersFile: string): Promise<Record<string, string>> {
  return {
    ...freshKeys(),
    PORT: String(await freePort()),
    PUBLIC_BASE_URL,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    BENCH_CUSTOMERS: customersFile,
  }
}

function writeCustomers(file: string): string {
  const lines = Array.from({ length: CUSTOMERS }, (_, n) => {
    const { number, pin } = customer(n)
    const cells: Record<string, string> = { brand: BRAND, customer_number: number, name: 'Bench', language: 'de', pin }
    return columns.map((column) => cells[column] ?? '').join(',')
  })
  writeFileSync(file, [columns.join(','), ...lines, ''].join('\n'))
  return file
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Prints one side. Returns whether it keeps the targets that count for it. */
function report(side: Side, m: Measured, memory: { idle: number; busy: number }): boolean {
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
  const sum = spreadOf(m.floor).median * TURNS_OF_A_CALL + spreadOf(m.verify).median
  const rows: [string, string, string][] = [
    ['', 'CPU µs, median (least to most)', 'ratio'],
    ['(a) floor, document built each time', shown(m.floor, 0), '1'],
    ['    floor, document built once', shown(m.floorKept, 0), ''],
    ['(b) keypad turn', shown(m.turn, 0), `${shown(m.turnRatio, 2)}${against(side, TARGETS.turn)}`],
    ['    against the document built once', '', shown(m.turnRatioKept, 2)],
    ['    one argon2id verify', shown(m.verify, 0), ''],
    [
      `(c) whole call, ${TURNS_OF_A_CALL} turns`,
      shown(m.call, 0),
      `${shown(m.callRatio, 2)}${against(side, TARGETS.call)}`,
    ],
    [`    ${TURNS_OF_A_CALL} × (a) + verify`, sum.toFixed(0), ''],
    ['    against the document built once', '', shown(m.callRatioKept, 2)],
    ['    a plain call at the same pace', shown(m.plainCall, 0), shown(m.plainCallRatio, 2)],
  ]
  console.log(`\n${side.name}: ${m.turn.length} rounds, ${AT_ONCE} calls at once`)
  for (const [what, cpu, ratio] of rows) console.log(`${what.padEnd(40)}${cpu.padEnd(34)}${ratio}`)
  console.log(
    `documents ${m.bytes.floor.toFixed(0)} and ${m.bytes.turn.toFixed(0)} bytes; ` +
      `${m.rate.floor.toFixed(0)} and ${m.rate.turn.toFixed(0)} answers/s; memory ${mb(memory.idle)} idle, ${mb(memory.busy)} after`,
  )
  const kept = spreadOf(m.turnRatio).median <= TARGETS.turn && spreadOf(m.callRatio).median <= TARGETS.call
  if (m.overloaded > 0) console.log(`${m.overloaded} rounds thrown away: the machine was too busy with other things.`)
  if (side.isTarget) console.log(kept ? 'Both targets are met.' : 'A target is missed.')
  return kept || !side.isTarget
}

function against({ isTarget }: Side, target: number): string {
  return isTarget ? `, at most ${target}` : ''
}
