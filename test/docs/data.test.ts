/** docs/data.md names every table and every column of the store, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { type KeepingName, keepings, leastOf, usualDays } from '../../src/seams/retention.ts'
import type { Database } from '../../src/store/database.ts'
import { fates } from '../../src/store/retention/tables.ts'
import { openAnyStore } from '../support/any-store.ts'
import { textOf } from './page-text.ts'

const cells = textOf('docs/data.md')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
const namesIn = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
/** Rows of tables of the store: the name, its columns, …, days. */
const rows = cells
  .filter(([first = '', second = '']) => /^`[a-z_]+`$/.test(first) && second.startsWith('`'))
  .map(([table = '', columns, , ground, days]) => ({
    table: namesIn(table)[0] ?? '',
    columns: namesIn(columns),
    ground,
    days,
  }))

describe('the page of what is kept', () => {
  let store: Database
  beforeAll(async () => {
    store = await openAnyStore()
  })
  afterAll(() => store?.close())

  it('has every column of every table once, and no other', async () => {
    const { rows: columns } = await sql<{ it: string }>`
      SELECT table_name || '.' || column_name AS it FROM information_schema.columns
      WHERE table_schema = current_schema() ORDER BY 1`.execute(store.db)
    const named = rows.flatMap(({ table, columns: own }) => own.map((column) => `${table}.${column}`))
    expect(named.toSorted()).toEqual(columns.map(({ it: column }) => column).toSorted())
  })
})

it('says of each group on which ground and for how long', () => {
  expect(rows.length).toBeGreaterThan(Object.keys(fates).length)
  const articles = /^(?:of no person|6\(1\)\([bcf]\))/
  expect(rows.filter(({ ground = '', days = '' }) => !articles.test(ground) || days === '')).toEqual([])
})

it('says the days that are kept without a setting', () => {
  const wrong = Object.entries(fates).flatMap(([table, fate]) => {
    if (!('days' in fate)) return []
    const own = rows.filter((row) => row.table === table).map(({ days = '' }) => days)
    if (table === 'sim') return []
    const said =
      typeof fate.days === 'number'
        ? new RegExp(`^${fate.days}\\b`)
        : new RegExp(`^\`KEEP_${fate.days.toUpperCase()}_DAYS\` \\(${usualDays()[fate.days]}\\)|^the same`)
    return own.some((days) => said.test(days)) ? [] : [table]
  })
  expect(wrong).toEqual([])
})

it('has the settings with their bounds, and the rule of the lower one', () => {
  const settings = (Object.keys(keepings) as KeepingName[]).map((name) => [
    `\`KEEP_${name.toUpperCase()}_DAYS\``,
    ...[keepings[name].usual, leastOf(name).days, keepings[name].most].map(String),
    leastOf(name).what,
  ])
  expect(cells.filter(([first = '']) => /^`KEEP_/.test(first))).toEqual(settings)
})
