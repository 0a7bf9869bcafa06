/**
 * `npm run figures`: runs every command that prints figures, or those named (`-- --only bench,budget`), and puts what they
 * print into docs/measured.md with this commit, day and machine. It writes after each, so that one may be stopped.
 */
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { postgresBinary } from '../support/postgres-cluster.ts'
import { commandOf, type Measure, measures } from './measures.ts'
import { type Circumstances, type Figure, inOrder, readPage, withFigures, writePage } from './page.ts'

const PAGE = 'docs/measured.md'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only?.split(',') ?? Object.keys(measures)
const unknown = wanted.filter((name) => !(name in measures))
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}; --only knows ${Object.keys(measures).join(', ')}`)
  process.exit(1)
}
const when: Circumstances = { commit: commit(), day: new Date().toISOString().slice(0, 10), machine: machine() }
for (const [name, measure] of Object.entries(measures)) {
  if (!wanted.includes(name)) continue
  const command = commandOf(name, measure)
  console.error(`\n== ${command}`)
  const figures = await figuresOf(measure)
  if (figures.length === 0) throw new Error(`${command} printed no figure`)
  const rows = withFigures(readPage(readFileSync(PAGE, 'utf8')), command, figures, when)
  writeFileSync(
    PAGE,
    writePage(
      inOrder(
        rows,
        Object.entries(measures).map(([key, each]) => commandOf(key, each)),
      ),
    ),
  )
}

async function figuresOf(measure: Measure): Promise<Figure[]> {
  if ('compute' in measure) return measure.compute()
  const { code, printed, told } = await outputOf(measure.command)
  if (code !== 0 && !measure.ends?.includes(code ?? -1)) throw new Error(`${measure.command} ended with ${code}`)
  return measure.read(printed, told)
}

/** People see both while it runs. */
function outputOf(command: string): Promise<{ code: number | null; printed: string; told: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { printed: '', told: '' }
    for (const [stream, name] of [
      [child.stdout, 'printed'],
      [child.stderr, 'told'],
    ] as const)
      stream.setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
        process.stderr.write(text)
      })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...output }))
  })
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', '.', `:!${PAGE}`)
  return `${git('rev-parse', '--short=10', 'HEAD')}${changed === '' ? '' : '+'}`
}

function machine(): string {
  const version = (command: string | null): string => {
    try {
      return /\d+(\.\d+)+/.exec(execFileSync(command ?? '', ['--version'], { encoding: 'utf8' }))?.[0] ?? 'unknown'
    } catch {
      return 'missing'
    }
  }
  const [postgres, redis] = [version(postgresBinary('postgres')), version('redis-server')]
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${memory}; Node ${process.versions.node}, Postgres ${postgres}, Redis ${redis}`
}
