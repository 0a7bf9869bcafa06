import { expect, it } from '@jest/globals'
import { demoCustomers } from '../../src/store/demo-cast.ts'
import { commandsOfOneProcess } from '../support/command.ts'

const rufpass = commandsOfOneProcess()

it('lists every demo customer once, with number and PIN, below what a call of theirs shows', async () => {
  const { code, out } = await rufpass(['demo'])
  expect(code).toBe(0)
  const customers = demoCustomers()
  for (const { brand, customerNumber, pin, name } of customers)
    expect(out).toMatch(new RegExp(`^    ${brand} .*${customerNumber} .* ${pin ?? '-'} +${name}$`, 'm'))
  expect(out.match(/^ {4}\S/gm)).toHaveLength(customers.length + 1)
  expect(out.match(/^ {2}\S.*/gm)).toHaveLength(7)
  const group = (name: string): string =>
    out
      .slice(0, out.indexOf(name))
      .match(/^ {2}\S.*/gm)
      ?.at(-1) ?? ''
  expect([group('Walter Hamm'), group('Max Gruber')]).toEqual(['  Locked: only a new PIN helps', '  Two SIM cards'])
})

it('lists them for programs too', async () => {
  const { out } = await rufpass(['demo', '--json'])
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(demoCustomers())
})
