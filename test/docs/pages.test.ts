/** Every page leads somewhere: its links, the files that it names, and its commands with their options. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { run } from '../../src/cli/rufpass.ts'
import { anchorsOf, pages, root, textOf } from './page-text.ts'

/** The lines of a page, with those joined that a backslash breaks. */
const linesOf = (page: string): string[] =>
  textOf(page)
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')

it.each(pages)('%s links to what is there', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = links
    .filter((link) => !/^https?:\/\//.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    })
  expect(broken).toEqual([])
})

it.each(pages)('%s names files that are there', (page) => {
  const named = [...textOf(page).matchAll(/`((?:\.?[a-z][\w-]*\/)+[\w.-]*)`/g)].map(([, path = '']) => path)
  // By their place in the project, or in the folder that the page speaks of.
  const isThere = (path: string): boolean => ['', 'src', 'flows'].some((from) => existsSync(join(root, from, path)))
  // What a person or a build makes.
  const own = (path: string): boolean => /^(?:my-|our-|\.rufpass\/|dist\/)/.test(path)
  expect(named.filter((path) => !isThere(path) && !own(path) && !isRoute(path))).toEqual([])
})

it.each(pages)('%s has no figure that was measured or computed: those are in docs/measured.md', (page) => {
  if (page === 'docs/measured.md') return
  const figures = /\d ?%|\d (?:times|of \d)|\b\d+(?:\.\d+)? (?:ms\b.*median|CPU)|\bmeasured\b[^.]*\d/g
  const found = textOf(page).match(figures) ?? []
  expect(found).toEqual([])
})

it('the README can be read in five minutes', () => {
  expect(statSync(join(root, 'README.md')).size).toBeLessThanOrEqual(8_000)
})

it('the page on architecture has every folder of the code, and no other', () => {
  const rows = [...textOf('docs/architecture.md').matchAll(/^\| `src\/(\w+)` \|/gm)].map(([, name = '']) => name)
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  expect(rows.toSorted()).toEqual(folders.toSorted())
})

it('every npm command of a page is one', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const own = new Set(['ci', 'install', 'sbom', 'pack'])
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/(?<=^|[`&(;] ?)npm (run [\w:-]+|[a-z]+)/gm)].map(([, words = '']) => words),
  )
  const isOne = (words: string): boolean => own.has(words) || words.replace(/^run /, '') in scripts
  expect(named.filter((words) => !isOne(words))).toEqual([])
  expect(named.length).toBeGreaterThan(10)
})

it('every test, folder of tests and measure that a page names is there', () => {
  const paths = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm run test:unit -- ([^`|]+)/g)].flatMap(([, words = '']) =>
      words.split(/\s+/).filter((word) => word.startsWith('test/')),
    ),
  )
  expect(paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.test.ts`)))).toEqual(
    [],
  )
  expect(paths.length).toBeGreaterThan(2)
})

describe('every rufpass command of a page', () => {
  const help = new Map<string, Promise<string>>()
  const helpOf = (...args: string[]): Promise<string> => {
    const key = args.join(' ')
    if (!help.has(key)) help.set(key, printed([...args, '--help']))
    return help.get(key) as Promise<string>
  }
  const lists = (text: string, name: string): boolean => new RegExp(`^  (?:-\\w, )?${name}\\b`, 'm').test(text)
  const commands = pages.flatMap((page) =>
    linesOf(page).flatMap((line) =>
      [...line.matchAll(/npx rufpass ([a-z][^`#|]*)/g)].map(([, words = '']) => ({ page, words: words.trim() })),
    ),
  )

  it('is one, with options that it has', async () => {
    const all = await helpOf()
    const unknown: string[] = []
    for (const { page, words } of commands) {
      const [name = '', sub = ''] = words.split(/\s+/)
      if (!lists(all, name)) unknown.push(`${page}: ${name}`)
      // What follows the name of a command without commands of its own is its argument, or prose.
      const hasOwn = (await helpOf(name)).includes('Commands:') && /^[a-z]/.test(sub)
      if (hasOwn && !lists(await helpOf(name), sub)) unknown.push(`${page}: ${name} ${sub}`)
      const text = await helpOf(...(hasOwn ? [name, sub] : [name]))
      for (const [option] of words.matchAll(/--[a-z-]+/g))
        if (option !== '--help' && !lists(text, option)) unknown.push(`${page}: ${name} ${sub} ${option}`)
    }
    expect(unknown).toEqual([])
    expect(new Set(commands.map(({ words }) => words)).size).toBeGreaterThan(20)
  })
})

async function printed(args: string[]): Promise<string> {
  let text = ''
  const { write } = process.stdout
  process.stdout.write = (more: string | Uint8Array) => {
    text += more
    return true
  }
  try {
    await run(args)
  } finally {
    process.stdout.write = write
  }
  return text
}

/** Addresses of the server stand in the same form as folders. */
function isRoute(path: string): boolean {
  return /^(?:api|health|voice|desk|phone)\//.test(path)
}
