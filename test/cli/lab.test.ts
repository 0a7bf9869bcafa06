/** `rufpass lab`: which policies it plays, what it prints, and that it draws. */
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { flowsDir, shipped } from '../flow/shipped.ts'
import { commandsOfOneProcess } from '../support/command.ts'

const rufpass = commandsOfOneProcess()
const lab = (...args: string[]) => rufpass(['lab', '--accounts', '500', ...args], { FLOWS_DIR: flowsDir })

interface Printed {
  brands: string[]
  digits: number
  forbid: string[]
  allowed: number
  rows: { attacker: string; population: string | null; closed: number; simulated: number }[]
  compared: { name: string; rows: unknown[] }[]
}

it('plays the policy of every brand that takes PINs, each once', async () => {
  const { code, out, err } = await lab('--attacker', 'guesser', '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const reports: Printed[] = JSON.parse(out)
  const withPins = [...shipped.values()].filter(({ brand }) => brand.credentials.includes('pin'))
  expect(reports.flatMap(({ brands }) => brands).sort()).toEqual(withPins.map(({ brand }) => brand.name).sort())
  const policies = new Set(reports.map(({ digits, forbid }) => JSON.stringify([digits, forbid.toSorted()])))
  expect(policies.size).toBe(reports.length)
  for (const { rows, allowed } of reports)
    expect(rows.find(({ population }) => population === 'random')?.closed).toBeCloseTo((7 / allowed) * 10_000, 6)
  for (const { compared } of reports)
    expect(compared.map(({ name }) => name)).toEqual(['published', 'any PIN', 'lock alone'])
})

it('plays other rules, these attackers and populations alone, and prints what was reckoned and played', async () => {
  const { code, out } = await lab(
    '--brand',
    'sternmobil',
    '--forbid',
    'none',
    '--pins',
    'leaked',
    '--attacker',
    'patient',
    '--details',
  )
  expect(code).toBe(0)
  expect(out).toMatch(/^sternmobil: PINs of 4 digits, 10,000 allowed; forbidden: none$/m)
  expect(out).toMatch(/^ {2}patient +leaked +a year +accounts opened +[\d,.]+ +[\d,.]+ +± [\d.]+$/m)
  expect(out).not.toMatch(/random|heat|vandal/)
})

it('sets the policy beside the published rules, none, and the lock alone, in one table', async () => {
  const { code, out } = await lab('--brand', 'sternmobil', '--attacker', 'patient,vandal')
  expect(code).toBe(0)
  expect(out).toMatch(/^ +as here +published +any PIN +lock alone$/m)
  expect(out).toMatch(/^accounts opened, of 10,000 accounts\n {2}patient, a year, issued PINs +15\.7 +14 +14 +22\.4\n/m)
  expect(out).toMatch(/^ {2}patient, a year, chosen PINs( +[\d,.]+ to [\d,.]+){4}$/m)
  expect(out).toMatch(/^owners on file kept out, .*\n {2}vandal, one account, a day +0 +0 +0 +10,000\n/m)
  expect(out).toMatch(/^callers sent to a person, /m)
  expect(out).toMatch(/^accounts locked, in a day\n {2}vandal, one number, a day +5 +5 +5 +1,440\n/m)
  expect(out).toMatch(/^lock alone +as here, but nothing is counted by line/m)
})

it.each([
  [['--brand', 'nowhere'], "There is no brand 'nowhere'. Name one of: "],
  [['--attacker', 'wizard'], "There is no attacker 'wizard'. Name one of: guesser, "],
  [['--pins', 'all'], "There is no population 'all'. Name one of: random, leaked, heat."],
  [['--forbid', 'short'], "There is no rule 'short'. Name one of: sequence, "],
])('says what there is instead of %j', async (args, words) => {
  const { code, err } = await lab(...args)
  expect([code, err]).toEqual([1, expect.stringContaining(words)])
})

it('draws its pictures', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  const { code } = await lab('--brand', 'sternmobil', '--attacker', 'insider', '--charts', folder)
  expect(code).toBe(0)
  expect(readdirSync(folder).sort()).toEqual(['lab-guesses.svg', 'lab-kept-out.svg', 'lab-spray.svg'])
})
