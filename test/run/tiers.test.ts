/** What the tiers promise, and that no test measures the machine. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { COUNTED, FAST, LIMITS, REST } from './tiers.mjs'

const root = join(import.meta.dirname, '../..')

/** What starts a server or a process, opens a store, or talks to one. */
const DEAR = [
  ...['pg', 'ioredis', '@electric-sql/pglite', 'playwright-core', 'supertest', 'node:child_process', 'node:http'],
  ...['src/server/', 'src/store/database.ts', 'src/store/pool.ts', 'src/live/redis.ts'],
]

const sources = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => join('test', path))
const tests = sources.filter((path) => path.endsWith('.test.ts'))
const text = (path: string): string => readFileSync(join(root, path), 'utf8')

/** A whole import or export; what it takes are types alone, or its module is run. */
const IMPORT = /^(?:import|export)\s+(type\s)?(?:([^'"]*?)\sfrom\s+)?'([^']+)'/gm
const known = new Map<string, string[]>()

/** The modules that a file runs, as packages or as paths below the root. */
function importsOf(path: string): string[] {
  const before = known.get(path)
  if (before) return before
  const run = [...text(path).matchAll(IMPORT)].flatMap(([, isType, names, from = '']) => {
    const named = /^\{([^}]*)\}$/s.exec(names?.trim() ?? '')?.[1]?.split(',') ?? ['all']
    if (isType || named.every((name) => /^\s*(type\s|$)/.test(name))) return []
    return [from.startsWith('.') ? relative(root, resolve(root, dirname(path), from)) : from]
  })
  known.set(path, run)
  return run
}

/** The way from a test to the first dear thing, or null. */
function wayToDear(path: string, seen = new Set<string>()): string[] | null {
  if (DEAR.some((dear) => path === dear || (dear.endsWith('/') && path.startsWith(dear)))) return [path]
  if (seen.has(path) || !path.endsWith('.ts')) return null
  seen.add(path)
  for (const next of importsOf(path)) {
    const way = wayToDear(next, seen)
    if (way) return [path, ...way]
  }
  return null
}

describe('the tiers', () => {
  it('name tests that there are', () => {
    const named = [...FAST, ...REST, ...COUNTED]
    expect(named.filter((beginning) => !tests.some((path) => path.startsWith(beginning)))).toEqual([])
  })

  it('have no server and no store in the fast one', () => {
    const fast = tests.filter((path) => FAST.some((beginning) => path.startsWith(beginning)))
    expect(fast.length).toBeGreaterThan(25)
    expect(fast.flatMap((path) => wayToDear(path)?.join(' > ') ?? [])).toEqual([])
  })

  it('play on the embedded store somewhere what may be played on either', () => {
    const onBoth = tests.filter((path) => /^ *describe(?:Stores|Embedded)\(/m.test(text(path)))
    expect(onBoth.length).toBeGreaterThan(20)
    expect(onBoth.filter((path) => ![...REST, ...COUNTED].some((beginning) => path.startsWith(beginning)))).toEqual([])
  })

  it('cost at most what the page promises', () => {
    const promised = text('docs/contributing.md').matchAll(/^\| `npm (?:run )?test(?::(\w+))?` \|[^|]*\| (\d+) \|$/gm)
    const limits = [...promised].map(([, name = 'ordinary', seconds]) => [name, Number(seconds)])
    expect(Object.fromEntries(limits)).toEqual(LIMITS)
  })

  it('would see one', () => {
    expect(wayToDear('test/turn/deliveries.test.ts')?.at(-1)).toMatch(/^node:|^src\/server\/|^pg$/)
  })
})

/** The end of a test or a hook that gives it a limit: behind its brace, or on a line of its own. */
const LIMIT =
  /^ *\}, [^)/\n]*(?:\d{4}|\d_\d|_MS\b|SLOW)[^)/\n]*\)$|^ *(?:\d[\d_]{3,}|[A-Z_]*(?:_MS|SLOW)),\n *\)$|jest\.setTimeout\(/gm

it('no test and no hook has a time limit of its own', () => {
  expect('}, 120_000)\n'.match(LIMIT)).toHaveLength(1)
  const withTests = sources.filter((path) => text(path).includes("from '@jest/globals'"))
  const limited = withTests.filter((path) => !path.endsWith('tiers.test.ts') && text(path).match(LIMIT))
  expect(limited).toEqual([])
})
