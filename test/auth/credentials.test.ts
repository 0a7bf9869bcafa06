import { expect, it } from '@jest/globals'
import {
  alikeOf,
  type Credential,
  type CredentialKind,
  credentialKinds,
  credentials,
} from '../../src/auth/credentials.ts'
import { columns } from '../../src/store/import/columns.ts'

const usual = (kind: CredentialKind) => credentials[kind].usualEntry
const rows = credentialKinds.map((kind) => credentials[kind])

it('tells kinds of digits apart by their number, whatever a brand accepts', () => {
  const digits = Object.values<Credential>(credentials).flatMap(({ usualEntry }) =>
    'digits' in usualEntry ? [usualEntry.digits] : [],
  )
  expect(new Set(digits).size).toBe(digits.length)
})

it('compares ranges of lengths: a PUK has as many keys as some words, and a PIN has not', () => {
  expect(alikeOf(['pin', 'puk', 'word'], usual)).toEqual(['puk', 'word'])
  expect(alikeOf(['pin', 'word'], usual)).toBeNull()
})

it('gives every kind a column of its own, in the spelling of the others', () => {
  const own = rows.map(({ column }) => column)
  expect(columns.filter((column) => own.some((name) => name === column))).toHaveLength(new Set(own).size)
  expect(new Set(own).size).toBe(rows.length)
  expect(columns.filter((column) => !/^[a-z]+(_[a-z]+)*$/.test(column))).toEqual([])
})
