/** `rufpass policy`: every figure in force, each read where it stands. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { callsAtOnce, lineLimits } from '../../src/auth/caller-limits.ts'
import * as lockout from '../../src/auth/lockout.ts'
import { pinRules } from '../../src/auth/pin-policy.ts'
import { LINES_OF_A_CUSTOMER, servicePools } from '../../src/auth/service-limits.ts'
import type { Figure } from '../../src/cli/figure.ts'
import { keepings } from '../../src/seams/retention.ts'
import { flowsDir, shipped } from '../flow/shipped.ts'
import { commandsOfOneProcess } from '../support/command.ts'

const rufpass = commandsOfOneProcess()

interface Printed {
  everywhere: Figure[]
  brands: Record<string, Figure[]>
}
async function policy(settings: Record<string, string> = {}): Promise<Printed> {
  const { code, out, err } = await rufpass(['policy', '--json'], { FLOWS_DIR: flowsDir, ...settings })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}
const valuesOf = (figures: readonly Figure[] = []): Record<string, Figure['value']> =>
  Object.fromEntries(figures.map(({ name, value }) => [name, value]))

it('has every figure of the lock, and each once', async () => {
  const { everywhere, brands } = await policy()
  const { softLocks, ...figures } = lockout
  const printed = valuesOf(everywhere)
  const locks = Object.entries(printed).flatMap(([name, value]) => (/^(lock|call)\./.test(name) ? [value] : []))
  const wanted = [
    ...Object.values(figures).filter((figure) => typeof figure === 'number'),
    ...softLocks.flatMap(({ after, forMs }) => [after, forMs]),
  ]
  expect(wanted.length).toBeGreaterThan(9)
  expect(wanted.filter((value) => !locks.includes(value))).toEqual([])
  for (const list of [everywhere, ...Object.values(brands)])
    expect(Object.keys(valuesOf(list))).toHaveLength(list.length)
})

it('has the days that things are kept, as they are set', async () => {
  const printed = valuesOf((await policy({ KEEP_RECORD_DAYS: '120' })).everywhere)
  expect(printed).toMatchObject({ 'keep.record': 120, 'keep.messages': keepings.messages.usual, 'keep.tries': 365 })
  expect(Object.keys(printed).filter((name) => name.startsWith('keep.'))).toHaveLength(Object.keys(keepings).length + 1)
})

it('has the figures of every kind of line, and what they cost', async () => {
  const { everywhere, brands } = await policy()
  const printed = valuesOf(everywhere)
  for (const [kind, { failures, accounts, costs }] of Object.entries(lineLimits)) {
    expect(printed[`line.${kind}.failures`]).toBe(failures.most)
    expect(printed[`line.${kind}.failures.window`]).toBe(failures.withinMs)
    expect(printed[`line.${kind}.accounts`]).toBe(accounts.most)
    expect(printed[`line.${kind}.accounts.window`]).toBe(accounts.withinMs)
    expect(printed[`line.${kind}.costs`]).toBe(costs)
  }
  for (const [kind, { most, costs }] of Object.entries(callsAtOnce))
    expect([printed[`line.${kind}.calls`], printed[`line.${kind}.calls.costs`]]).toEqual([most, costs])
  for (const [kind, { least, forEachProved, withinMs, costs }] of Object.entries(servicePools)) {
    const of = (what: string) => printed[`line.service.${kind}.${what}`]
    expect([of('least'), of('for_each_proved'), of('window'), of('costs')]).toEqual([
      least,
      forEachProved,
      withinMs,
      costs,
    ])
  }
  expect(printed['line.service.known.of_a_customer']).toBe(LINES_OF_A_CUSTOMER)
  expect(valuesOf(brands.rheinnetz)['line.shared']).toEqual([])
})

it('has the figures of every brand, as its file says', async () => {
  const { brands } = await policy()
  expect(Object.keys(brands).sort()).toEqual([...shipped.keys()].sort())
  expect(valuesOf(brands.fuldanetz)).toMatchObject({
    'pin.digits': 4,
    'pins.forbid': pinRules,
    'pin.changed.rests': ['change_tariff', 'change_address'],
    'pins.weak': 'must_change',
    'pins.weak.by': '2027-03-01',
  })
  expect(valuesOf(brands.sternmobil)).toMatchObject({
    tail: 60,
    'erase.after': 14,
    'wait.longest': 45,
    'queue.bill.ring': 20,
  })
  expect(valuesOf(brands.alpenfunk)).toMatchObject({ 'puk.digits': 8, 'puk.own_limit': 10, 'puk.rest': 72 })
})

it('goes by settings and brand files of today', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'policy-'))
  cpSync(flowsDir, dir, { recursive: true })
  const file = join(dir, 'brands', 'sternmobil.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('own_line: true', 'keying_minutes: 11\nown_line: true'))
  const { everywhere, brands } = await policy({ FLOWS_DIR: dir, WEBHOOK_DEADLINE_MS: '5000' })
  expect(valuesOf(brands.sternmobil)['call.keying']).toBe(11)
  expect(valuesOf(everywhere)).toMatchObject({ 'webhook.deadline': 5_000, 'webhook.listens': 6_000 })
})

it('prints them for people, or of one brand, and knows no other', async () => {
  const all = await rufpass(['policy', '--brand', 'kassemobil'], { FLOWS_DIR: flowsDir })
  expect(all.out).toMatch(/^everywhere\n/)
  expect(all.out).toMatch(/^ {2}lock\.soft\.1\.for +15 min +how long that lasts$/m)
  expect(all.out).toMatch(/^ {2}desk\.wrong\.elsewhere\.window +24 h +in this time$/m)
  expect(all.out).toMatch(/^ {2}spray\.tries +1 try +secrets/m)
  expect(all.out).toMatch(/^ {2}call\.tries +3 tries +secrets/m)
  expect(all.out).toMatch(/^kassemobil\n/m)
  expect(all.out).not.toMatch(/^rheinnetz$/m)
  const none = await rufpass(['policy', '--brand', 'nowhere'], { FLOWS_DIR: flowsDir })
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^There is no brand 'nowhere'\. Name one of: /)])
})

it.each(['policy', 'line', 'spray', 'desk'])('has no figure of its own: %s', (name) => {
  const code = readFileSync(`src/cli/${name}-figures.ts`, 'utf8').replace(
    /'[^']*'|`[^`]*`|"[^"]*"|\/\*[\s\S]*?\*\//g,
    '',
  )
  expect(code.match(/\b\d[\d_]*\b/g) ?? []).toEqual([])
})
