import type { Command } from 'commander'
import type { Figure } from './figure.ts'
import { tableOf } from './table.ts'

interface Choices {
  json?: true
  brand?: string
}

class NoBrand extends Error {
  override readonly name = 'NoBrand'
}

/** Adds `policy` to the program: every figure in force, for auditors and those who wonder why a call went as it did. */
export function registerPolicy(
  program: Command,
  print: (text: string) => void = (text) => void process.stdout.write(`${text}\n`),
): void {
  program
    .command('policy')
    .description('prints every figure in force: tries, locks, times, limits; for all brands, and of each')
    .option('--brand <name>', 'of this brand alone')
    .option('--json', 'as one JSON object; null: there is none')
    .action(async ({ json, brand: wanted }: Choices) => {
      const [{ loadConfig }, { loadHotlines }, { stepTypesOf }, { localDay }, figures] = await Promise.all([
        import('../config/config.ts'),
        import('../hotlines/hotlines.ts'),
        import('./flows-folder.ts'),
        import('../turn/local-day.ts'),
        import('./policy-figures.ts'),
      ])
      const config = loadConfig()
      const { byBrand } = loadHotlines(config.flowsDir, await stepTypesOf(config.stepTypes))
      const names = [...byBrand.keys()].filter((name) => wanted === undefined || name === wanted)
      if (names.length === 0)
        throw new NoBrand(`There is no brand '${wanted}'. Name one of: ${[...byBrand.keys()].join(', ')}.`)
      const now = new Date()
      const everywhere = figures.sharedFigures(config)
      const brands = [...byBrand.values()]
        .filter(({ brand }) => names.includes(brand.name))
        .map(({ brand }) => [brand.name, figures.brandFigures(brand, localDay(now, brand.time_zone))] as const)
      if (json) print(JSON.stringify({ everywhere, brands: Object.fromEntries(brands) }))
      else for (const [title, rows] of [['everywhere', everywhere] as const, ...brands]) print(printed(title, rows))
    })
}

function printed(title: string, rows: readonly Figure[]): string {
  const cells = rows.map(({ name, value, unit, what }) => [`  ${name}`, written(value, unit), what])
  return [title, ...tableOf(cells), ''].join('\n')
}

function written(value: Figure['value'], unit: string | null): string {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.join(', ') || 'none'
  if (typeof value !== 'number') return value
  if (unit === 'ms') return spanOf(value)
  if (unit === 's') return spanOf(value * 1_000)
  if (unit === null) return value.toLocaleString('en')
  return `${value.toLocaleString('en')} ${value === 1 ? oneOf(unit) : unit}`
}

/** tries: try. */
function oneOf(units: string): string {
  return units.replace(/ies$/, 'y').replace(/s$/, '')
}

/** In the largest unit that it has several of. */
function spanOf(ms: number): string {
  const units = [
    [86_400_000, 'days'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const
  const [size, unit] = units.find(([each]) => ms > each && ms % each === 0) ?? [1, 'ms']
  return `${(ms / size).toLocaleString('en')} ${unit}`
}
