/** What docs/security.md says that Redis holds is all that it holds: a name that is new there has to be judged. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

const [, section = ''] = /^## What Redis holds\n(.*?)^## /ms.exec(readFileSync('docs/security.md', 'utf8')) ?? []
const rows = section.split('\n').filter((line) => line.startsWith('|'))
const named = new Set(
  rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name)),
)
const source = readdirSync('src/live').map((file) => readFileSync(`src/live/${file}`, 'utf8'))

it('has a row for every key and channel', () => {
  const keys = source.flatMap((text) => [...text.matchAll(/rufpass:[a-z]+/g)].map(([key]) => key))
  expect(new Set(keys).size).toBeGreaterThanOrEqual(3)
  const shown = [...named].join(' ')
  expect([...new Set(keys)].filter((key) => !shown.includes(key))).toEqual([])
})

it('has a row for every field of a call', () => {
  const fields = source.flatMap((text) =>
    [...text.matchAll(/redis\.call\('H(?:M?GET|SET|DEL)', KEYS\[1\], ([^)]*)\)/g)].flatMap(([, given = '']) =>
      [...given.matchAll(/'([a-z]+)'/g)].map(([, field]) => field),
    ),
  )
  expect([...new Set(fields)].sort()).toEqual([
    'amended',
    'answered',
    'awaited',
    'call',
    'claim',
    'ended',
    'lease',
    'saved',
  ])
  expect([...new Set(fields)].filter((field) => !named.has(field))).toEqual([])
})
