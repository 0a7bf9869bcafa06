/**
 * `npm run crowd`: sixty customers key the right PIN at the same moment, while other processes keep every core busy. All of
 * them must be verified, however long it takes; an embedded server and one on Redis and Postgres, each in its turn. Every
 * webhook comes as Twilio brings it (`CONNECTION_OVERRIDES`): again after 4 s of silence, three times in all.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freshKeys } from '../../src/config/keys.ts'
import { columns } from '../../src/store/import/header.ts'
import { startPostgres } from '../support/postgres.ts'
import { postgresMissing } from '../support/postgres-cluster.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import { ACCOUNT_SID, AUTH_TOKEN, gathered, PUBLIC_BASE_URL } from '../support/signing.ts'
import { BRAND, type Customer, customer, newCall, stepIn, webhook } from './caller.ts'
import { startChild } from './child.ts'
import { type Answer, openConnection } from './connections.ts'

const CALLERS = 60
/** Processes that do nothing but count, for each core: `BUSY=4 npm run crowd` makes a machine that has hardly time for us. */
const BUSY_PER_CORE = Number(process.env.BUSY ?? 2)
/** They end by themselves, should this process not end them (milliseconds). */
const BUSY_MS = 180_000
const DELIVERIES = 3
const PATIENCE_MS = 4_000

const folder = mkdtempSync(join(tmpdir(), 'rufpass-crowd-'))
const closing: (() => Promise<unknown>)[] = []
try {
  const file = writeCustomers(join(folder, 'customers.csv'))
  for (const [name, stores] of await sides()) {
    const env = { ...(await settings(file)), ...stores }
    const rufpass = await startChild('rufpass.js', { env, core: null, profileTo: null })
    const busy = Array.from({ length: availableParallelism() * BUSY_PER_CORE }, keepBusy)
    try {
      const began = performance.now()
      const ends = await Promise.all(Array.from({ length: CALLERS }, (_, n) => call(rufpass.port, customer(n))))
      const count = (end: string): number => ends.filter((each) => each === end).length
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(
        `${name}: ${count('verified')} of ${CALLERS} verified, ${count('general')} in the general queue, ` +
          `${count('lost')} lost, in ${seconds} s`,
      )
      if (count('verified') < CALLERS) process.exitCode = 1
    } finally {
      for (const process of busy) process.kill('SIGKILL')
      await rufpass.stop()
    }
  }
} finally {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true })
}

function keepBusy(): ChildProcess {
  return spawn(process.execPath, ['-e', `for (const end = Date.now() + ${BUSY_MS}; Date.now() < end; );`])
}

/** Ring, topic, number and PIN, as fast as the hotline answers. */
async function call(port: number, { number, pin }: Customer): Promise<'verified' | 'general' | 'lost'> {
  const callId = newCall()
  const entries: Record<string, string>[] = [gathered('1'), gathered(number, '#'), gathered(pin)]
  try {
    let answer = await deliver(port, '/voice/incoming', callId, { CallStatus: 'ringing' })
    for (const entry of entries) {
      if (answer.body.includes('<Enqueue')) break
      answer = await deliver(port, stepIn(answer), callId, entry)
    }
    const queue = /<Enqueue[^>]*>([^<]*)</.exec(answer.body)?.[1]
    return queue === `${BRAND}.credit` ? 'verified' : 'general'
  } catch {
    return 'lost'
  }
}

async function deliver(port: number, path: string, callId: string, more: Record<string, string>): Promise<Answer> {
  for (let times = 0; times < DELIVERIES; times++) {
    const connection = await openConnection(port)
    const late = new AbortController()
    const silence = wait(PATIENCE_MS, null, { signal: late.signal }).catch(() => null)
    const answer = await Promise.race([webhook(connection, path, callId, more), silence])
    late.abort()
    connection.close()
    if (answer !== null) return answer
  }
  throw new Error(`nobody answered ${path}`)
}

async function sides(): Promise<[name: string, stores: Record<string, string>][]> {
  const embedded: [string, Record<string, string>] = ['embedded', { DATABASE_URL: 'memory:' }]
  const missing = postgresMissing() ?? redisMissing()
  if (missing !== null) {
    if (process.env.REQUIRE_REAL === '1') throw new Error(`The real stores are required here, but there is ${missing}`)
    console.log(`Redis and Postgres are left out: ${missing}`)
    return [embedded]
  }
  const postgres = await startPostgres()
  closing.push(postgres.stop)
  const redis = await startRedis()
  closing.push(redis.stop)
  // The same socket, written as a URL that the settings take: those want no user name before an empty host.
  const database = (await postgres.createDatabase({ migrated: true })).replace('//postgres@/', '///')
  return [['Redis and Postgres', { DATABASE_URL: `${database}&user=postgres`, REDIS_URL: redis.url }], embedded]
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
  const lines = Array.from({ length: CALLERS }, (_, n) => {
    const { number, pin } = customer(n)
    const cells: Record<string, string> = { brand: BRAND, customer_number: number, name: 'Crowd', language: 'de', pin }
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
