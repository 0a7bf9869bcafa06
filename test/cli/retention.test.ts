/** `rufpass retention`: what it prints of how long things are kept, and the daily turn of a server. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { registerRetention } from '../../src/cli/retention.ts'
import type { KeptTable, Retention, RetentionRun } from '../../src/seams/retention.ts'
import { retainDaily } from '../../src/server/daily-retention.ts'

const tables: KeptTable[] = [
  { table: 'account', days: null, rows: 1_200, bytes: 5_000, oldest: null, due: 0 },
  { table: 'event', days: 90, rows: 52_000, bytes: 12_345_678, oldest: '2026-08-01T10:00:00Z', due: 100_000 },
]
const done: RetentionRun = {
  began: '2026-11-30T01:00:00.000Z',
  ended: '2026-11-30T01:00:07.500Z',
  counts: [{ table: 'event', removed: 12_000 }],
}

beforeEach(() => {
  process.exitCode = 0
})
afterEach(() => {
  process.exitCode = 0
})

async function printed(retention: Partial<Retention>, ...options: string[]) {
  const written: string[] = []
  let isClosed = false
  const tools = {
    retention: { status: async () => tables, last: async () => null, run: async () => null, ...retention },
    async close() {
      isClosed = true
    },
  }
  const program = new Command()
  registerRetention(program, async () => tools, { write: (text: string) => written.push(text) })
  await program.parseAsync(['retention', ...options], { from: 'user' })
  expect(isClosed).toBe(true)
  return { out: written.join(''), code: process.exitCode }
}

it('shows each table with its days, its size, the oldest row and how many go next', async () => {
  expect(await printed({ last: async () => done })).toEqual({
    out: [
      'table    days  rows, about      kB  oldest              go next',
      'account     -        1,200       5  -                         -',
      'event      90       52,000  12,057  2026-08-01  100,000 or more',
      'Last: 2026-11-30T01:00:00.000Z to 2026-11-30T01:00:07.500Z: 12,000 rows were removed.',
      '  event: 12,000',
      '',
    ].join('\n'),
    code: 0,
  })
  expect((await printed({})).out).toContain('No server has taken anything away yet')
  expect(JSON.parse((await printed({}, '--json')).out)).toEqual({ tables, last: null })
})

it('takes away now, and says where another is at it or it goes on', async () => {
  const asked: unknown[] = []
  const run: Retention['run'] = async (how) => {
    asked.push(how)
    return done
  }
  expect(await printed({ run }, '--now')).toMatchObject({ out: expect.stringContaining('12,000 rows'), code: 0 })
  expect(asked).toEqual([{ again: true }])
  const goesOn = async () => ({ ...done, ended: null })
  expect((await printed({ run: goesOn }, '--now')).out).toContain('It goes on since 2026-11-30T01:00:00.000Z')
  expect(await printed({}, '--now')).toEqual({ out: 'Another run is at it. Nothing was done by this one.\n', code: 1 })
})

it('a server tells its log of a run and of its progress, and nothing where it is not its turn', async () => {
  const lines: unknown[] = []
  const log = {
    info: (fields: object, message: string) => void lines.push([fields, message]),
    error: (fields: object, message: string) => void lines.push([Object.keys(fields), message]),
  }
  await retainDaily({ retention: { run: async () => null }, log })
  expect(lines).toEqual([])
  const run: Retention['run'] = async (how) => {
    for (let step = 0; step < 24; step++) how?.told?.({ table: 'event', removed: 500 })
    return done
  }
  await retainDaily({ retention: { run }, log })
  expect(lines).toEqual([
    [{ count: 10_000 }, expect.stringContaining('being removed')],
    [{ count: 12_000, ms: 7_500 }, expect.stringContaining('is removed')],
  ])
  lines.length = 0
  const broken = () => Promise.reject(new AggregateError([new Error('one'), new Error('two')], 'not all'))
  await retainDaily({ retention: { run: broken }, log })
  expect(lines).toEqual(Array(2).fill([['err', 'count'], expect.stringContaining('could not all be removed')]))
})
