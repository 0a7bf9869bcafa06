/** How much of it there is. */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import type { Figure } from './page.ts'

export function sizes(): Figure[] {
  const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')
  const modules = tracked.filter((file) => /^src\/.*\.tsx?$/.test(file))
  const lengths = modules.map((file) => readFileSync(file, 'utf8').split('\n').length - 1)
  const folders = new Set(
    modules.map((file) => file.split('/').slice(0, 2).join('/')).filter((path) => !/\.ts$/.test(path)),
  )
  const count = (pattern: RegExp): string => tracked.filter((file) => pattern.test(file)).length.toLocaleString('en')
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object }
  return [
    { what: 'bytes of README.md', figure: statSync('README.md').size.toLocaleString('en') },
    {
      what: 'modules in `src`',
      figure: `${modules.length} in ${folders.size} folders and ${loose(modules)} beside them`,
    },
    { what: 'lines of a module in `src`, median and most', figure: `${median(lengths)} and ${Math.max(...lengths)}` },
    { what: 'test files', figure: count(/^test\/.*\.test\.ts$/) },
    { what: 'transcripts of calls that are played', figure: count(/^test\/transcripts\/.*\.txt$/) },
    { what: 'packages that a server needs', figure: String(Object.keys(dependencies).length) },
  ]
}

function loose(modules: readonly string[]): number {
  return modules.filter((file) => /^src\/[^/]+$/.test(file)).length
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
