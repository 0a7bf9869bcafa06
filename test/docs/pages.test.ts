/** Every page leads somewhere: its links, its commands, and what comments say that it says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, it, jest } from '@jest/globals'
import { run } from '../../src/cli/rufpass.ts'

const root = join(import.meta.dirname, '../..')
const pages = ['README.md', 'SECURITY.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** As GitHub makes them of headings. */
const anchorsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

afterEach(() => {
  jest.restoreAllMocks()
})

it.each(pages)('%s links to what is there', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = links
    .filter((link) => !link.startsWith('https://'))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    })
  expect(broken).toEqual([])
})

it('every npm script of a page is one', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const named = pages.flatMap((page) => [...textOf(page).matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name))
  expect(named.filter((name) => !(name in scripts))).toEqual([])
  expect(named.length).toBeGreaterThan(5)
})

it('every command of a page is one', async () => {
  const named = new Set(
    pages.flatMap((page) =>
      [...textOf(page).matchAll(/npx rufpass\s+([a-z]+)(?:\s+([a-z]+))?/g)].map(
        ([, name, sub]) => `${name} ${sub ?? ''}`,
      ),
    ),
  )
  const helpOf = async (...args: string[]): Promise<string> => {
    let help = ''
    const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      help += text
      return true
    })
    await run([...args, '--help'])
    out.mockRestore()
    return help
  }
  const lists = (help: string, name: string): boolean => new RegExp(`^  ${name}\\b`, 'm').test(help)
  const all = await helpOf()
  const unknown: string[] = []
  for (const command of named) {
    const [name = '', sub = ''] = command.split(' ')
    if (!lists(all, name)) unknown.push(command)
    // What follows the name of a command without commands of its own is its argument, or prose.
    const help = await helpOf(name)
    if (sub !== '' && help.includes('Commands:') && !lists(help, sub)) unknown.push(command)
  }
  expect(unknown).toEqual([])
  expect(named.size).toBeGreaterThan(20)
})

it('a page that a comment cites is there', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  )
  const cited = sources.flatMap((file) =>
    [...textOf(join('src', file)).matchAll(/\bdocs\/[a-z-]+\.md/g)].map(([page]) => ({ file, page })),
  )
  expect(cited.filter(({ page }) => !existsSync(join(root, page)))).toEqual([])
  expect(cited.length).toBeGreaterThan(0)
})
