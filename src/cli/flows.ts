import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { jsonSchemas } from '../flow/files/json-schemas.ts'
import type { StepTypes } from '../flow/step.ts'
import { paintFor } from '../log/paint.ts'
import { MOST_BYTES, readWhole } from '../seams/whole-file.ts'
import { registerBreak } from './flows-break.ts'
import { printBudget } from './flows-budget.ts'
import { registerCheck } from './flows-check.ts'
import { flowsFolder } from './flows-folder.ts'
import { registerGraph } from './flows-graph.ts'

type Print = (text: string) => void
type Choices = { dir?: string }

const print: Print = (text) => process.stdout.write(`${text}\n`)

/** Adds `flows` with its commands to the program. A failure sets the exit code to 1. */
export function registerFlows(program: Command): void {
  const flows = program.command('flows').description('the flows, brands and prompts that calls follow')
  const dirOption = ['--dir <folder>', 'folder with flows, brands and prompts (default: FLOWS_DIR)'] as const
  registerCheck(flows, print)
  registerBreak(flows, print)
  registerGraph(flows, print)
  flows
    .command('budget')
    .option(...dirOption)
    .option('--json', 'for programs: everything as one JSON object')
    .description('how long callers of each brand and language are on the way to an agent who knows them')
    .action(async ({ json, ...choices }: Choices & { json?: true }) => {
      const { dir, types } = await flowsFolder(choices.dir)
      const paint = paintFor(process.stdout)
      finish(printBudget(dir, new Date(), print, { types, paint, ...(json ? { json } : {}) }))
    })
  flows
    .command('schema')
    .option(...dirOption)
    .option('--check', 'write nothing; fail if a schema file is not up to date')
    .description('writes the JSON Schemas by which editors complete and check the files')
    .action(async ({ check, ...choices }: Choices & { check?: boolean }) => {
      const { dir, types } = await flowsFolder(choices.dir)
      finish(check ? checkSchemas(dir, print, types) : writeSchemas(dir, print, types))
    })
}

/** Writes the schema files into `dir`. */
export function writeSchemas(dir: string, out: Print, types?: StepTypes): boolean {
  for (const [name, schema] of Object.entries(jsonSchemas(types))) {
    writeFileSync(join(dir, name), fileOf(schema))
    out(`${join(dir, name)} written`)
  }
  return true
}

/** Whether the schema files in `dir` are those of this version. */
export function checkSchemas(dir: string, out: Print, types?: StepTypes): boolean {
  const old = Object.entries(jsonSchemas(types)).filter(
    ([name, schema]) => readIfThere(join(dir, name)) !== fileOf(schema),
  )
  for (const [name] of old) out(`${join(dir, name)} is not up to date; write it with: npx rufpass flows schema`)
  return old.length === 0
}

function fileOf(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}

function readIfThere(file: string): string | null {
  try {
    return readWhole(file, MOST_BYTES.text).toString('utf8')
  } catch {
    return null
  }
}

function finish(ok: boolean): void {
  if (!ok) process.exitCode = 1
}
