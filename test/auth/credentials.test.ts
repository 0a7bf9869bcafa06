import { expect, it } from '@jest/globals'
import { credentialKinds, credentials } from '../../src/auth/credentials.ts'
import { columns } from '../../src/store/import/columns.ts'

const rows = credentialKinds.map((kind) => credentials[kind])

it('has no two kinds with as many digits: the length of an entry tells which was keyed', () => {
  expect(new Set(rows.map(({ digits }) => digits)).size).toBe(rows.length)
})

it('gives every kind a column of its own, in the spelling of the others', () => {
  const own = rows.map(({ column }) => column)
  expect(columns.filter((column) => own.some((name) => name === column))).toHaveLength(new Set(own).size)
  expect(new Set(own).size).toBe(rows.length)
  expect(columns.filter((column) => !/^[a-z]+(_[a-z]+)*$/.test(column))).toEqual([])
})
