/**
 * `npm run load`: 60, 128 and 200 customers key the right PIN at the same moment; then 500 calls are open at once and key it within
 * 20 s, one in twenty of them a wrong one. An embedded server, and one on Redis and Postgres, each in its turn. Nobody may be
 * thrown out or wrongly verified, and no webhook may take longer than 10 s; it ends with 1 otherwise, or where not all are verified.
 *
 * `-- --at-once 60,128` others at once (none: an empty list), `--open 500 --seconds 20`, `--busy 2` processes on each core that take
 * time from it, `--sides embedded,real`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { measured } from '../support/measured.ts'
import { customer } from './caller.ts'
import { type Child, startChild } from './child.ts'
import { keepBusy, keyPin, type Made, makeCall, toPin } from './crowd.ts'
import { EMBEDDED, realStores, settings, writeCustomers } from './prepare.ts'

const { values } = parseArgs({
  options: {
    'at-once': { type: 'string', default: '60,128,200' },
    open: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    busy: { type: 'string', default: '0' },
    sides: { type: 'string', default: 'real,embedded' },
  },
})
const atOnce = values['at-once'].split(',').filter(Boolean).map(Number)
const open = Number(values.open)
const seconds = Number(values.seconds)
const busyPerCore = Number(values.busy)
/** No webhook may take longer, ms: Twilio itself gives up after 15 s, and callers long before. */
const MOST_MS = 10_000
const BUSY_MS = 600_000
/** One in so many of the open calls keys a wrong PIN. */
const WRONG_EVERY = 20

const folder = mkdtempSync(join(tmpdir(), 'rufpass-load-'))
const closing: (() => Promise<unknown>)[] = []
try {
  const file = writeCustomers(join(folder, 'customers.csv'), Math.max(open, ...atOnce, 1))
  for (const [name, stores] of await sides()) {
    const env = { ...(await settings(file)), ...stores }
    const rufpass = await startChild('rufpass', { env, core: null, profileTo: null })
    const ports = () => rufpass.port
    const rest = busyPerCore > 0 ? keepBusy(busyPerCore, BUSY_MS) : () => {}
    try {
      for (const count of atOnce)
        await scenario(name, `${count} calls at once`, rufpass, count, () =>
          Promise.all(Array.from({ length: count }, (_, n) => makeCall(ports, customer(n)))),
        )
      if (open > 0)
        await scenario(name, `${open} open calls that key within ${seconds} s`, rufpass, open, () => openCalls(ports))
    } finally {
      rest()
      await rufpass.stop()
    }
  }
} finally {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true })
}

/** All at the PIN first; then each keys at a moment of its own, evenly over the time. */
async function openCalls(ports: () => number): Promise<Made[]> {
  const lines = await Promise.all(
    Array.from({ length: open }, async (_, n) => {
      await wait((n / open) * 1000 * (seconds / 2))
      return toPin(ports, customer(n))
    }),
  )
  return Promise.all(
    lines.map(async (line, n) => {
      await wait((n / open) * 1000 * seconds)
      return 'end' in line ? line : keyPin(ports, line, customer(n), n % WRONG_EVERY !== 0)
    }),
  )
}

async function scenario(
  stores: string,
  what: string,
  server: Child,
  count: number,
  calls: () => Promise<Made[]>,
): Promise<void> {
  await server.ask('loopDelay')
  const own = monitorEventLoopDelay({ resolution: 10 })
  own.enable()
  const began = performance.now()
  const made = await calls()
  const took = (performance.now() - began) / 1000
  own.disable()
  const delays = { p99: await server.ask('loopDelay'), most: await server.ask('longestDelay') }
  const of = (end: Made['end']): number => made.filter((each) => each.end === end).length
  const slowest = Math.max(...made.map(({ slowestMs }) => slowestMs))
  const fellBack = made.filter((each) => each.fellBack).length
  const held = made.filter(({ holds }) => holds > 0).length
  const load = busyPerCore > 0 ? `, ${busyPerCore} other processes on each core` : ''
  const wrongPins = of('told wrong') > 0 ? `, ${of('told wrong')} asked again for a PIN that was wrong` : ''
  measured(
    `${what}, ${stores}${load}`,
    `${of('verified')} verified${wrongPins}, ${of('person')} to a person (${fellBack} by the fallback), ${of('thrown out')} thrown out, ${of('wrong')} wrong, ` +
      `${held} asked to hold on; ${(count / took).toFixed(1)} calls/s, slowest webhook ${(slowest / 1000).toFixed(1)} s, ` +
      `event loop delay ${delays.p99.toFixed(0)} ms (99 %), ${delays.most.toFixed(0)} ms at most (of the callers' process ${(own.percentile(99) / 1e6).toFixed(0)} and ${(own.max / 1e6).toFixed(0)})`,
  )
  const expected = what.includes('open') ? count - Math.ceil(count / WRONG_EVERY) : count
  if (of('thrown out') + of('wrong') > 0 || slowest > MOST_MS || of('verified') < expected) process.exitCode = 1
}

async function sides(): Promise<[name: string, stores: Record<string, string>][]> {
  const wanted = values.sides.split(',')
  const stores = wanted.includes('real') ? await realStores(closing) : null
  return [
    ...(stores ? [['on Redis and Postgres', stores] as [string, Record<string, string>]] : []),
    ...(wanted.includes('embedded') ? [['embedded', EMBEDDED] as [string, Record<string, string>]] : []),
  ]
}
