import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { PinPolicy, PinRule } from '../auth/pin-policy.ts'
import { type Attacker, units } from '../lab/attacker.ts'
import type { PolicySetting } from '../lab/compared.ts'
import type { Played } from '../lab/lab.ts'
import { LabError } from '../lab/lab-error.ts'
import type { Population } from '../lab/populations.ts'
import { type Column, comparedTable, written } from './lab-table.ts'
import { tableOf } from './table.ts'

interface Choices {
  brand?: string
  attacker?: string[]
  pins?: string[]
  forbid?: string[]
  accounts: number
  seed: number
  charts?: string
  details?: true
  json?: true
}

/** What one policy for PINs is worth, with the brands that have it. */
interface Report {
  brands: string[]
  digits: number
  forbid: readonly PinRule[]
  /** PINs that are left to be issued. */
  allowed: number
  rows: Played[]
  /** The same attacks on other policies. */
  compared: Column[]
  broken: string[]
}

/** Adds `lab` to the program: attackers, played against the lock and the rules for PINs of a brand. */
export function registerLab(
  program: Command,
  print: (text: string) => void = (text) => void process.stdout.write(`${text}\n`),
): void {
  program
    .command('lab')
    .description(
      'plays attackers against the lock, the limits by line and the rules for PINs, and reckons beside it what they win; ends with 1 where a policy lets through what none may',
    )
    .option('--brand <name>', 'the rules of this brand alone')
    .option('--attacker <names>', 'these alone, with commas', listed)
    .option('--pins <names>', 'random: issued ones; leaked, heat: chosen, by either source; with commas', listed)
    .option('--forbid <rules>', 'other rules than those of the brand, with commas; none: any PIN is taken', listed)
    .option('--accounts <number>', 'so many are played; four times as many halve the error', whole, 2_000)
    .option('--seed <number>', 'another chance', whole, 1)
    .option('--charts <folder>', 'draw the pictures of docs/lab.md into this folder, from the first policy')
    .option('--details', 'what was reckoned and what was played, of this policy alone')
    .option('--json', 'as one JSON array')
    .action(async (choices: Choices) => {
      const [
        { attackers, playLab },
        { brokenGates, parted },
        { populationNames, populationOf, CHOSEN_DIGITS },
        { others },
        lockout,
        { lineLimits },
        rules,
      ] = await Promise.all([
        import('../lab/lab.ts'),
        import('../lab/gates.ts'),
        import('../lab/populations.ts'),
        import('../lab/compared.ts'),
        import('../auth/lockout.ts'),
        import('../auth/caller-limits.ts'),
        import('../auth/pin-policy.ts'),
      ])
      const chosen = pickedOf(attackers, choices.attacker, 'attacker', ({ name }) => name)
      const names = pickedOf(populationNames, choices.pins, 'population', (name) => name)
      const forbid = choices.forbid && forbidden(choices.forbid, rules.pinRules)
      const played = (await policies(choices.brand, forbid)).map(({ brands, policy, digits }) => {
        const setting: PolicySetting = {
          lock: lockout.lockPolicy,
          limits: lineLimits,
          triesPerCall: lockout.TRIES_PER_CALL,
          policy,
          accounts: choices.accounts,
        }
        const fitting = names.filter((name) => name === 'random' || digits === CHOSEN_DIGITS)
        const populationsOf = (each: PolicySetting): Population[] =>
          fitting.map((name) => populationOf(name, each.policy))
        const populations = populationsOf(setting)
        const rows = playLab(chosen, populations, setting, choices.seed)
        const beside = choices.details ? [] : others
        const compared = beside.map(({ name, about, of }): Column => {
          const other = of({ ...setting, accounts: Math.min(setting.accounts, BESIDE) })
          return { name, about, rows: playLab(chosen, populationsOf(other), other, choices.seed) }
        })
        const allowed = populationOf('random', policy).sums.length
        const report: Report = {
          brands,
          digits,
          forbid: policy.forbid,
          allowed,
          rows,
          compared,
          broken: [
            ...brokenGates(rows, populations),
            ...compared.flatMap(({ name, rows: others }) => parted(others).map((sentence) => `${name}: ${sentence}`)),
          ],
        }
        return { report, setting, populations }
      })
      const reports = played.map(({ report }) => report)
      print(choices.json ? JSON.stringify(reports) : [...reports.map(printed), legend(chosen, reports)].join('\n'))
      const [first] = played
      if (choices.charts !== undefined && first) await draw(choices.charts, first)
      if (reports.some(({ broken }) => broken.length > 0)) process.exitCode = 1
    })
}

/** Of the policies beside what is reckoned is told: so many accounts are played, to see that it is not far off. */
const BESIDE = 250

interface BrandsOfPolicy {
  brands: string[]
  policy: PinPolicy
  digits: number
}

/** The policies of the brands that take PINs, each once. */
async function policies(wanted: string | undefined, forbid: PinRule[] | undefined): Promise<BrandsOfPolicy[]> {
  const [{ loadConfig }, { loadHotlines }, { stepTypesOf }, { policyOf }] = await Promise.all([
    import('../config/config.ts'),
    import('../hotlines/hotlines.ts'),
    import('./flows-folder.ts'),
    import('../auth/pin-policy.ts'),
  ])
  const config = loadConfig()
  const { byBrand } = loadHotlines(config.flowsDir, await stepTypesOf(config.stepTypes))
  const all = [...byBrand.values()].map(({ brand }) => brand)
  const brands = pickedOf(all, wanted === undefined ? undefined : [wanted], 'brand', ({ name }) => name)
  const found = new Map<string, BrandsOfPolicy>()
  for (const brand of brands.filter(({ credentials }) => credentials.includes('pin'))) {
    const policy = { ...policyOf(brand, 'pin'), ...(forbid && { forbid }) }
    const digits = brand.pins.digits
    const key = JSON.stringify([digits, [...policy.forbid].sort()])
    found.set(key, { brands: [...(found.get(key)?.brands ?? []), brand.name], policy, digits })
  }
  if (found.size === 0) throw new LabError(`The brand '${wanted}' takes no PINs, and the lab plays nothing else yet.`)
  return [...found.values()]
}

function printed({ brands, digits, forbid, allowed, rows, compared, broken }: Report): string {
  const here = { name: 'as here', about: 'the policy of these brands', rows }
  return [
    `${brands.join(', ')}: PINs of ${digits} digits, ${allowed.toLocaleString('en')} allowed; forbidden: ${forbid.join(', ') || 'none'}`,
    ...(compared.length > 0 ? comparedTable([here, ...compared]) : detailed(rows)),
    ...broken.map((sentence) => `  NOT ALLOWED: ${sentence}`),
    '',
  ].join('\n')
}

function detailed(rows: readonly Played[]): string[] {
  const cells = rows.map((row) => [
    row.attacker,
    row.population ?? 'any',
    row.how,
    row.figure,
    written(row.closed),
    written(row.simulated),
    row.error === 0 ? 'exact' : `± ${written(row.error)}`,
  ])
  const titles = ['attacker', 'PINs', 'how', 'what', 'reckoned', 'played', 'by chance']
  return tableOf([titles, ...cells], (column) => column > 3).map((line) => `  ${line}`)
}

/** What the words of the tables mean. */
function legend(attackers: readonly Attacker[], reports: readonly Report[]): string {
  const figures = new Set(reports.flatMap(({ rows }) => rows.map(({ figure }) => figure)))
  const isTold = reports.some(({ compared }) => compared.length > 0)
  return tableOf([
    ...attackers.map(({ name, about }) => [name, about]),
    // Where policies are compared, the table says it itself.
    ...(isTold ? [] : [...figures].map((figure) => [figure, units[figure]])),
  ]).join('\n')
}

async function draw(
  folder: string,
  { report, setting, populations }: { report: Report; setting: PolicySetting; populations: Population[] },
): Promise<void> {
  const { guessesChart, keptOutChart, sprayChart } = await import('../lab/charts.ts')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'lab-guesses.svg'), guessesChart(setting))
  writeFileSync(join(folder, 'lab-spray.svg'), sprayChart(report.rows, populations, setting))
  writeFileSync(join(folder, 'lab-kept-out.svg'), keptOutChart(report.rows, populations, setting))
}

function pickedOf<T>(all: readonly T[], wanted: string[] | undefined, what: string, name: (one: T) => string): T[] {
  const missing = wanted?.find((each) => !all.some((one) => name(one) === each))
  if (missing !== undefined)
    throw new LabError(`There is no ${what} '${missing}'. Name one of: ${all.map(name).join(', ')}.`)
  return all.filter((one) => wanted?.includes(name(one)) ?? true)
}

function forbidden(wanted: string[], rules: readonly PinRule[]): PinRule[] {
  return wanted.join() === 'none' ? [] : pickedOf(rules, wanted, 'rule', (rule) => rule)
}

function listed(text: string): string[] {
  return text.split(',')
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 to 9,999,999.')
  return Number(text)
}
