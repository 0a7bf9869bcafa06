/** The files of a flows folder, as text. What is missing or cannot be read is told once, with what to do. */
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Finding, FlowError } from '../flow/files/finding.ts'
import { collectFindings } from '../flow/files/source.ts'
import { MOST_BYTES, NotWhole, readWhole } from '../seams/whole-file.ts'

/** Where brands and prompts are, below the flows. */
const WITHIN = ['brands', 'prompts'] as const

/** The folders whose YAML files are read, each file there and none elsewhere. */
export function foldersOf(dir: string): { flows: string; brands: string; prompts: string } {
  return { flows: dir, brands: join(dir, 'brands'), prompts: join(dir, 'prompts') }
}

/** Every file that is read of a flows folder. Throws where a folder cannot be read. */
export function filesOf(dir: string): string[] {
  return Object.values(foldersOf(dir)).flatMap(yamlFiles)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Throws `FlowError` with one finding if the folder, or one within it, is not there. */
export function refuseNoFolder(dir: string): void {
  const refuse = (file: string, what: string): never => {
    const message = `${what}; name a folder with flows, brands and prompts, or set FLOWS_DIR to it: rufpass init makes one`
    throw new FlowError([{ code: 'name', file, line: 1, column: 1, message }])
  }
  if (!isFolder(dir)) refuse(dir, 'there is no such folder')
  const [missing, ...others] = WITHIN.filter((name) => !isFolder(join(dir, name)))
  if (missing === undefined) return
  if (others.length > 0) refuse(dir, 'there are no brands and no prompts in this folder')
  refuse(join(dir, missing), `there is no folder with the ${missing} here`)
}

/** Reads every YAML file of a folder; what cannot be read is among the findings. */
export function readAll<T>(
  dir: string,
  read: (name: string, text: string, file: string) => T,
): { read: T[]; findings: Finding[] } {
  const done: T[] = []
  const findings = collectFindings([
    () => {
      const readOne = (file: string) => (): void => void done.push(read(basename(file, '.yaml'), textOf(file), file))
      const inside = collectFindings(yamlFiles(dir).map(readOne))
      if (inside.length > 0) throw new FlowError(inside)
    },
  ])
  return { read: done, findings }
}

function yamlFiles(dir: string): string[] {
  let names: string[]
  try {
    // Editors keep files of their own beside those that are edited; their names begin with a dot.
    names = readdirSync(dir, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isSymbolicLink()))
      .map(({ name }) => name)
      .filter((name) => !isFolder(join(dir, name)))
      .sort()
  } catch {
    const message = 'this folder cannot be read; correct its rights'
    throw new FlowError([{ code: 'name', file: dir, line: 1, column: 1, message }])
  }
  const misnamed = names.filter((name) => name.endsWith('.yml'))
  if (misnamed.length > 0) {
    const message = 'a file whose name ends with .yml is not read; write .yaml'
    throw new FlowError(misnamed.map((name) => ({ code: 'name', file: join(dir, name), line: 1, column: 1, message })))
  }
  return names.filter((name) => name.endsWith('.yaml')).map((name) => join(dir, name))
}

/** Callers would hear what a file in another encoding makes of an umlaut. */
function textOf(file: string): string {
  const complain = (code: 'yaml' | 'name', message: string): FlowError =>
    new FlowError([{ code, file, line: 1, column: 1, message }])
  let bytes: Buffer
  try {
    bytes = readWhole(file, MOST_BYTES.text)
  } catch (error) {
    if (error instanceof NotWhole) throw complain('name', `this ${error.message}`)
    throw complain('name', 'the file cannot be read; correct its rights, or remove it')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw complain('yaml', 'the file is not in UTF-8; save it as UTF-8, and correct the umlauts')
  }
}
