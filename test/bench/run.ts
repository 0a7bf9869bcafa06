/**
 * `npm run bench`: what a turn and a whole call cost in CPU time, as ratios to what the plainest possible server costs.
 * Everything is measured in one run, a round of each kind after the other, on one core for the servers and another for
 * the generator and the stores. `--profile DIR` writes CPU profiles of Rufpass there. `--short` only shows that all of it
 * runs: it ends with 1 when something breaks or a figure is nonsense, whatever the figures are.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { FULL, measure, SHORT } from './measure.ts'
import { EMBEDDED, realStores, settings, writeCustomers } from './prepare.ts'
import { report, reportRatios, type Side, type SideResult } from './report.ts'

const ROUNDS = { real: 5, embedded: 2 }

const isShort = process.argv.includes('--short')
const size = isShort ? SHORT : FULL
const flag = process.argv.indexOf('--profile')
const profileTo = flag < 0 ? null : (process.argv[flag + 1] ?? '.')
const folder = mkdtempSync(join(tmpdir(), 'rufpass-bench-'))
const closing: (() => Promise<unknown>)[] = []
try {
  const serverCore = pinned()
  const customersFile = writeCustomers(join(folder, 'customers.csv'), size.customers)
  const floor = await startChild('floor', { env: {}, core: serverCore, profileTo: null })
  closing.push(floor.stop)
  let met = true
  const results: SideResult[] = []
  for (const side of await sides()) {
    const env = { ...(await settings(customersFile)), ...side.stores }
    const rufpass = await startChild('rufpass', {
      env,
      core: serverCore,
      profileTo: side.isTarget ? profileTo : null,
    })
    try {
      const idle = await rufpass.ask('memory')
      const measured = await measure(floor, rufpass, isShort ? 1 : side.rounds, size)
      results.push({ side, measured })
      met = report(side, measured, size, { idle, busy: await rufpass.ask('memory') }) && met
    } finally {
      await rufpass.stop()
    }
  }
  reportRatios(results, isShort)
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
  const embedded = { name: 'embedded (PGlite, memory)', inTable: 'embedded', stores: EMBEDDED }
  const list: Side[] = [{ ...embedded, rounds: ROUNDS.embedded, isTarget: false }]
  const stores = await realStores(closing)
  if (stores === null) return list
  return [
    { name: 'Redis and Postgres', inTable: 'on Redis and Postgres', stores, rounds: ROUNDS.real, isTarget: !isShort },
    ...list,
  ]
}
