import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { commandOf, measures } from './measures.ts'
import { figuresIn, inOrder, type Row, readPage, withFigures, writePage } from './page.ts'

const root = join(import.meta.dirname, '../..')
const yesterday = { commit: 'aaaaaaaaaa', day: '2026-11-28', machine: 'an old machine, 2 cores' }
const today = { commit: 'bbbbbbbbbb+', day: '2026-11-29', machine: 'a new machine, 8 cores' }
const before: Row[] = [
  { what: 'turns', figure: '1.5 times', command: 'npm run bench', ...yesterday },
  { what: 'calls', figure: '2.5 times', command: 'npm run bench', ...yesterday },
  { what: 'mutants', figure: '0 of 7', command: 'npm run mutants', ...yesterday },
]

it('leaves a row that was not run as it was: its figure, commit, day and machine', () => {
  const after = withFigures(before, 'npm run bench', [{ what: 'turns', figure: '1.4 times' }], today)
  const page = writePage(inOrder(after, ['npm run bench', 'npm run mutants']))
  expect(readPage(page)).toEqual([
    { what: 'turns', figure: '1.4 times', command: 'npm run bench', ...today },
    { what: 'mutants', figure: '0 of 7', command: 'npm run mutants', ...yesterday },
  ])
  expect(page).toContain('- B: an old machine, 2 cores')
})

it('reads figures out of anything that a command prints', () => {
  const printed = 'PASS test/a\n| what | 1 of 2 |\n  | in a test | 3 s |\n| | |\n| a | b | c |\n'
  expect(figuresIn(printed)).toEqual([
    { what: 'what', figure: '1 of 2' },
    { what: 'in a test', figure: '3 s' },
  ])
})

it('no figure of the page stands there by hand, or by a command that prints none', () => {
  const page = readFileSync(join(root, 'docs/measured.md'), 'utf8')
  const commands = Object.entries(measures).map(([name, measure]) => commandOf(name, measure))
  expect(writePage(inOrder(readPage(page), commands))).toBe(page)
})

it('reads what a tier of the tests says that it has cost', () => {
  const { fast } = measures
  const told = '\nAll files: 27 CPU s; the largest process: 610 MB.\n\nfast: 29 CPU s (tests 29).\n'
  expect(fast && 'read' in fast ? fast.read('', told).map(({ figure }) => figure) : []).toEqual(['29', '610'])
})
