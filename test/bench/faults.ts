/**
 * `npm run faults`: each fault is really done to a real part while calls are on their way, and a row says what became of them. It
 * ends with 1 where somebody was thrown out or wrongly verified, or a wrong PIN was not counted, or one counted twice.
 *
 * `-- --only postgres,redis` plays those whose names contain one of these; `--calls 24` how many call; `--list` names them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { measured } from '../support/measured.ts'
import { customer } from './caller.ts'
import type { Child } from './child.ts'
import { keyPin, type Made, toPin } from './crowd.ts'
import { type Fault, faults, type Setting } from './fault-list.ts'
import { openSetting } from './fault-setting.ts'
import { writeCustomers } from './prepare.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    calls: { type: 'string', default: '24' },
    list: { type: 'boolean', default: false },
  },
})
const CALLS = Number(values.calls)
/** One in so many keys a wrong PIN. */
const WRONG_EVERY = 4
/** The fault comes so long after the first call, when half of them are on their way, and all have begun after twice that, ms. */
const BEFORE_MS = 3_000
const PAUSE_MS = 400
/** A server that is not well again after so long, ms, is not any more. */
const WELL_MS = 60_000

interface Row {
  name: string
  inFlight: number
  wentOn: number
  person: number
  asked: number
  lost: number
  wrong: number
  triesLost: number
  triesDoubled: number
  slowestMs: number
  isWell: boolean
}

const wanted = faults.filter(({ name }) =>
  values.only.split(',').some((part) => name.toLowerCase().includes(part.toLowerCase())),
)
if (values.list) for (const { name } of faults) console.log(name)
else await play()

async function play(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-faults-'))
  try {
    const file = writeCustomers(join(folder, 'customers.csv'), CALLS)
    const rows: Row[] = []
    for (const fault of wanted) {
      const row = await played(fault, file).catch((error: unknown) => `${fault.name}: not played, ${String(error)}`)
      if (typeof row === 'string') {
        console.log(row)
        process.exitCode = 1
        continue
      }
      rows.push(row)
      const { inFlight, wentOn, person, asked, lost, wrong, triesLost, triesDoubled, slowestMs, isWell } = row
      measured(
        `${CALLS} calls, ${inFlight} of them under way, while ${fault.name}`,
        `${wentOn} went on, ${person} to a person, ${asked} asked again, ${lost} lost, ${wrong} wrongly verified, ` +
          `tries: ${triesLost} lost, ${triesDoubled} doubled; slowest webhook ${(slowestMs / 1000).toFixed(1)} s${isWell ? '' : '; not well afterwards'}`,
      )
      const mayLose = fault.mayLose ?? 0
      if (lost > mayLose || wrong + triesLost + triesDoubled > 0 || !isWell) process.exitCode = 1
    }
    printTable(rows)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function played(fault: Fault, customersFile: string): Promise<Row> {
  const setting = await openSetting(fault, customersFile)
  try {
    const { servers } = setting
    let next = 0
    const alive = (): Child[] => servers.filter((server) => server.isUp())
    const ports = (): number => {
      // As a balancer that does not know yet which of them is gone.
      next += 1
      const server = servers[next % servers.length]
      return (fault.balanced ? alive()[next % alive().length] : server)?.port ?? 0
    }
    let under = 0
    let inFlight = 0
    const calls = Array.from({ length: CALLS }, async (_, n): Promise<Made & { n: number }> => {
      await wait((n / CALLS) * 2 * BEFORE_MS)
      under += 1
      const line = await toPin(ports, customer(n), PAUSE_MS)
      if (!('end' in line)) await wait(PAUSE_MS)
      const made = 'end' in line ? line : await keyPin(ports, line, customer(n), n % WRONG_EVERY !== 0)
      under -= 1
      return { ...made, n }
    })
    await wait(BEFORE_MS)
    inFlight = under
    await fault.act(setting as Setting)
    const made = await Promise.all(calls)
    await fault.mend?.(setting as Setting)
    const isWell = await getsWell(setting.servers, fault)
    const tries = await countedTries(setting.database, made)
    const of = (end: Made['end']): number => made.filter((one) => one.end === end).length
    return {
      name: fault.name,
      inFlight,
      wentOn: of('verified') + made.filter(({ end, n }) => end === 'told wrong' && n % WRONG_EVERY === 0).length,
      person: of('person'),
      asked:
        of('began again') +
        of('asked') +
        made.filter(({ end, n }) => end === 'told wrong' && n % WRONG_EVERY !== 0).length,
      lost: of('thrown out'),
      wrong: of('wrong'),
      ...tries,
      slowestMs: Math.max(...made.map(({ slowestMs }) => slowestMs)),
      isWell,
    }
  } finally {
    await setting.close()
  }
}

/** Whether a caller is verified again, at every server that is there, and none has ended by the fault alone. */
async function getsWell(servers: readonly Child[], fault: Fault): Promise<boolean> {
  if (servers.some((server) => server.isCrashed())) return false
  if (fault.endsAll) return true
  const until = performance.now() + WELL_MS
  for (const server of servers.filter((one) => one.isUp())) {
    for (;;) {
      const line = await toPin(() => server.port, customer(CALLS - 1))
      const made = 'end' in line ? line : await keyPin(() => server.port, line, customer(CALLS - 1))
      if (made.end === 'verified') break
      if (performance.now() > until) return false
      await wait(1_000)
    }
  }
  return true
}

/**
 * Tries against what callers heard. Lost: somebody heard that the PIN was wrong, and it is not counted. Doubled: more is counted
 * than was keyed.
 */
async function countedTries(
  database: string | null,
  made: readonly (Made & { n: number })[],
): Promise<Pick<Row, 'triesLost' | 'triesDoubled'>> {
  if (database === null) return { triesLost: 0, triesDoubled: 0 }
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const { rows } = await client.query<{ number: string; consecutive: number }>(
      `SELECT a.customer_number AS number, s.consecutive FROM account a
       JOIN pin_state s ON s.subject = 'account:' || a.brand || '/' || a.ref`,
    )
    const counted = new Map(rows.map(({ number, consecutive }) => [number, consecutive]))
    // The last one calls again to see whether all is well.
    const known = made
      .filter(({ n }) => n < CALLS - 1)
      .map((one) => ({ ...one, counted: counted.get(customer(one.n).number) ?? 0 }))
    return {
      triesLost: known.filter((one) => one.end === 'told wrong' && one.n % WRONG_EVERY === 0 && one.counted < 1).length,
      triesDoubled: known.filter((one) => one.counted > one.keyed).length,
    }
  } finally {
    await client.end()
  }
}

function printTable(rows: readonly Row[]): void {
  const head = ['fault', 'in flight', 'went on', 'to a person', 'asked again', 'lost', 'wrong', 'tries lost', 'doubled']
  const lines = rows.map((row) => [
    row.name,
    ...[row.inFlight, row.wentOn, row.person, row.asked, row.lost, row.wrong, row.triesLost, row.triesDoubled].map(
      String,
    ),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)))
  console.log(
    `\n${CALLS} calls for each, one in ${WRONG_EVERY} with a wrong PIN, which is told so and counts as gone on.`,
  )
  for (const line of [head, ...lines]) console.log(line.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  '))
}
