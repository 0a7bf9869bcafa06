/** What a comment cites is there: a page and its heading, a rule, a decision, a threat, a file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { anchorsOf, projectFiles, root, textOf } from './page-text.ts'

/** Its patterns look like citations. */
const SELF = 'test/docs/citations.test.ts'

const files = projectFiles()
const CODE = /^(src|test)\/.*\.(tsx?|mjs)$|^flows\/.*\.yaml$|^(compose\.yaml|Dockerfile|\.env\.example|\.ci\/run)$/
const code = files.filter((file) => CODE.test(file) && file !== SELF)
const comments = new Map(code.map((file) => [file, commentsOf(textOf(file))]))

const schemes = textOf('docs/schemes.md')
const threats = new Set(
  [...textOf('docs/security.md').matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, numbers = '']) => numbers.split(', ')),
)

/** Every match, as `file: what`. A test may cite in its name too: those are looked at as a whole. */
function cited(pattern: RegExp, where: 'comments' | 'text' = 'comments'): { at: string; found: RegExpMatchArray }[] {
  return code.flatMap((file) => {
    const text = where === 'text' ? textOf(file) : (comments.get(file) ?? '')
    return [...text.matchAll(pattern)].map((found) => ({ at: `${file}: ${found[0]}`, found }))
  })
}
const unresolved = (citations: ReturnType<typeof cited>, isThere: (found: RegExpMatchArray) => boolean): string[] =>
  citations.filter(({ found }) => !isThere(found)).map(({ at }) => at)

describe('a comment cites', () => {
  it('rules that docs/schemes.md has', () => {
    const rules = cited(/\bR(\d{1,2})\b/g)
    expect(unresolved(rules, ([, number]) => schemes.includes(`\n| R${number} |`))).toEqual([])
    expect(rules.length).toBeGreaterThan(20)
  })

  it('decisions that docs/schemes.md has', () => {
    const decisions = cited(/\bdecision ([A-Z])\b/g)
    expect(unresolved(decisions, ([, letter]) => schemes.includes(`\n- **${letter}. `))).toEqual([])
    expect(decisions.length).toBeGreaterThan(5)
  })

  it('threats that docs/security.md has, in the names of tests too', () => {
    const named = cited(/\bthreats? (\d+(?:, \d+)*)/g, 'text')
    expect(unresolved(named, ([, numbers = '']) => numbers.split(', ').every((one) => threats.has(one)))).toEqual([])
    const tried = new Set(named.flatMap(({ found }) => found[1]?.split(', ') ?? []))
    expect([...threats].filter((number) => !tried.has(number))).toEqual([])
  })

  it('pages and headings that are there, and no other document', () => {
    const pages = cited(/([\w./-]+\.md)(?:#([\w-]+))?/g)
    const isThere = ([, page = '', anchor]: RegExpMatchArray): boolean =>
      files.includes(page) && (anchor === undefined || anchorsOf(page).includes(anchor))
    expect(unresolved(pages, isThere)).toEqual([])
    expect(pages.length).toBeGreaterThan(5)
  })

  it('headings by their words, in what people are told too', () => {
    const headings = cited(/(docs\/[\w-]+\.md), "([^"]+)"/g, 'text')
    expect(unresolved(headings, ([, page = '', heading]) => textOf(page).includes(`# ${heading}\n`))).toEqual([])
    expect(headings.length).toBeGreaterThan(0)
  })

  it('sections of a standard alone', () => {
    const sections = cited(/([\w.]+ ?[\w.]*),? sections? \d/g)
    expect(unresolved(sections, ([, of = '']) => /^RFC \d+$/.test(of) || /\bRFC \d+$/.test(of))).toEqual([])
  })

  it('files that are there, by their place in the project, in `src` or beside it', () => {
    const paths = cited(/(?<![\w./-])((?:\.\.?\/)*[a-z][\w-]*(?:\/[\w.-]+)+\.(?:tsx?|yaml|json|mjs))\b/g)
    const isThere = ([, path = '']: RegExpMatchArray, file: string): boolean =>
      ['', 'src/', 'test/', 'src/flow/', `${file.split('/').slice(0, -1).join('/')}/`].some((from) =>
        existsSync(join(root, from, path)),
      )
    const broken = paths.filter(({ at, found }) => !isThere(found, at.split(':')[0] ?? '')).map(({ at }) => at)
    expect(broken).toEqual([])
    expect(paths.length).toBeGreaterThan(10)
  })
})

/** The text behind `//`, `#` and in blocks. Good enough: what looks like a comment in a string is looked at as well. */
function commentsOf(text: string): string {
  const found = text.matchAll(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$|^\s*#.*$/gm)
  return [...found].map(([comment]) => comment).join('\n')
}
