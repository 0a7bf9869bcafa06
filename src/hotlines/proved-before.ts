/**
 * Remembers that flows were proved, so that the next start need not prove them again. A proof is a function of the flows
 * and of the code that proves and plays them, and of nothing else; so what is remembered is the hash of all of them,
 * and only a proof that found nothing. It is kept in the build beside that code: who can write there can change the proof
 * itself. `rufpass flows check` keeps what it proved, and asks nothing of it.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { StepTypes } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'

/** What a memory is of. */
export interface Proved {
  flowsDir: string
  types: StepTypes
}

/** Take it before the flows are read: what has changed since counts for nothing. */
export interface ProvedBefore {
  /** Whether these very flows were proved by this very code, and are still as they were when this was taken. */
  isKnown(): boolean
  /** Keeps that they are. Where nothing can be written, the next start proves again. */
  keep(): void
}

/** As many sets of flows as one build remembers; the oldest gives way. */
const MOST_KEPT = 8

/**
 * @param build where the code was built to. Run from its sources, or from a folder that does not say which packages it was
 * installed with, nothing is remembered; nor with step types of an operator's own, which may be made of anything.
 */
export function provedBefore(of: Proved, build: string = dirname(dirname(import.meta.dirname))): ProvedBefore {
  const packages = installedBeside(build)
  if (basename(build) !== 'dist' || packages === null || of.types !== ownStepTypes) {
    return { isKnown: () => false, keep: () => {} }
  }
  const file = join(build, 'proved')
  const hashNow = (): string | null => {
    const hash = createHash('sha256').update(JSON.stringify(process.versions))
    try {
      hash.update(readFileSync(packages))
      addFiles(hash, join(build, 'src'), /\.js$/)
      addFiles(hash, of.flowsDir, /\.yaml$/)
    } catch {
      // The code that reads the flows will say what cannot be read.
      return null
    }
    return hash.digest('hex')
  }
  const mine = hashNow()
  return {
    isKnown: () => mine !== null && linesOf(file).includes(mine) && hashNow() === mine,
    keep() {
      const kept = linesOf(file).filter((hash) => hash !== mine)
      if (mine === null || hashNow() !== mine) return
      try {
        writeFileSync(file, [mine, ...kept].slice(0, MOST_KEPT).join('\n'))
      } catch {
        // An image, or an installation of another user's, cannot be written to.
      }
    },
  }
}

/** None where there is no such file, or none that this user may read. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** The file in which npm notes what it has installed, each package with the hash of its content. */
function installedBeside(build: string): string | null {
  for (let folder = dirname(build); ; folder = dirname(folder)) {
    const modules = basename(folder) === 'node_modules' ? folder : join(folder, 'node_modules')
    const file = join(modules, '.package-lock.json')
    if (existsSync(file)) return file
    if (dirname(folder) === folder) return null
  }
}

function addFiles(hash: ReturnType<typeof createHash>, folder: string, named: RegExp): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => named.test(name))
  for (const name of files.sort()) {
    const content = readFileSync(join(folder, name))
    hash.update(`${name} ${content.length}\n`).update(content)
  }
}
