/** A command finds the server that has the embedded store, on whatever port it listens. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { addressTold, tellAddress } from '../../src/server/running-address.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'address-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const config = () => ({ database: { kind: 'directory' as const, path: join(folder, 'db') } })
const address = {
  url: 'http://127.0.0.1:4310',
  publicBaseUrl: 'https://voice.example.com/hotline',
  operatorKey: 'k'.repeat(43),
}

it('is told while the server serves, and not after', () => {
  const forget = tellAddress(config(), address)
  expect(addressTold(config(), process.pid)).toMatchObject(address)
  forget()
  expect(addressTold(config(), process.pid)).toBeNull()
})

it('is not that of another process, which a killed server may have left, nor what is no address', () => {
  tellAddress(config(), address)
  expect(addressTold(config(), process.pid + 1)).toBeNull()
  writeFileSync(join(folder, 'db.address'), '{"pid":')
  expect(addressTold(config(), process.pid)).toBeNull()
})

it('is told of no store that others can open themselves', () => {
  tellAddress({ database: { kind: 'memory' } }, address)()
  expect(addressTold({ database: { kind: 'memory' } }, process.pid)).toBeNull()
})
