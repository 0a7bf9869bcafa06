/**
 * `npm run crowd`: sixty customers key the right PIN at the same moment, while other processes keep every core busy. All of
 * them must be verified, however long it takes; an embedded server and one on Redis and Postgres, each in its turn. Every
 * webhook comes as Twilio brings it (`CONNECTION_OVERRIDES`): again after 4 s of silence, three times in all.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { measured } from '../support/measured.ts'
import { gathered } from '../support/signing.ts'
import { BRAND, type Customer, customer, newCall, stepIn, webhook } from './caller.ts'
import { startChild } from './child.ts'
import { type Answer, openConnection } from './connections.ts'
import { EMBEDDED, realStores, settings, writeCustomers } from './prepare.ts'

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
  const file = writeCustomers(join(folder, 'customers.csv'), CALLERS)
  for (const [name, stores] of await sides()) {
    const env = { ...(await settings(file)), ...stores }
    const rufpass = await startChild('rufpass.js', { env, core: null, profileTo: null })
    const busy = Array.from({ length: availableParallelism() * BUSY_PER_CORE }, keepBusy)
    try {
      const began = performance.now()
      const ends = await Promise.all(Array.from({ length: CALLERS }, (_, n) => call(rufpass.port, customer(n))))
      const count = (end: string): number => ends.filter((each) => each === end).length
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      measured(
        `of ${CALLERS} customers who key at the same moment on a busy machine, ${name}`,
        `${count('verified')} verified, ${count('general')} in the general queue, ${count('lost')} lost, in ${seconds} s`,
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
  const stores = await realStores(closing)
  return [
    ...(stores ? [['Redis and Postgres', stores] as [string, Record<string, string>]] : []),
    ['embedded', EMBEDDED],
  ]
}
