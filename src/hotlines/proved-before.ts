/**
 * Remembers that flows were proved, so that the next start need not prove them again. A proof is a function of the flows
 * and of the code that proves and plays them, and of nothing else; so what is remembered is the hash of all of them,
 * and only a proof that found nothing. It is kept in the build beside that code: who can write there can change the proof
 * itself. `rufpass flows check` keeps what it proved, and asks nothing of it.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { StepTypes } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { MOST_BYTES, readWhole } from '../seams/whole-file.ts'
import { filesOf } from './read-files.ts'

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
 * A memory beside a build, of the code that is there now: who makes it must be what was loaded from there. When another
 * build has taken its place, the code in memory and that on disk are two, and it knows and keeps nothing any more.
 *
 * @param build where the code was built to. Run from its sources, or from a folder that does not say which packages it was
 * installed with, nothing is remembered; nor with step types of an operator's own, which may be made of anything.
 */
export function memoryIn(build: string): (of: Proved) => ProvedBefore {
  const loaded = codeIn(build)
  const file = join(build, 'proved')
  return ({ flowsDir, types }) => {
    if (loaded === null || types !== ownStepTypes) return { isKnown: () => false, keep: () => {} }
    const mine = withFlows(loaded, flowsDir)
    const isStill = (): boolean => mine !== null && codeIn(build) === loaded && withFlows(loaded, flowsDir) === mine
    return {
      isKnown: () => mine !== null && linesOf(file).includes(mine) && isStill(),
      keep() {
        const kept = linesOf(file).filter((hash) => hash !== mine)
        if (!isStill()) return
        try {
          writeFileSync(file, [mine, ...kept].slice(0, MOST_KEPT).join('\n'))
        } catch {
          // An image, or an installation of another user's, cannot be written to.
        }
      },
    }
  }
}

/** The memory of the code that runs. */
export const provedBefore = memoryIn(dirname(dirname(import.meta.dirname)))

/** The hash of a build, of the packages beside it and of what runs them; null where nothing is to be remembered. */
function codeIn(build: string): string | null {
  const packages = installedBeside(build)
  if (basename(build) !== 'dist' || packages === null) return null
  const src = join(build, 'src')
  return hashOf(JSON.stringify(process.versions), build, () => [
    packages,
    ...readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .sort()
      .map((name) => join(src, name)),
  ])
}

function withFlows(code: string, flowsDir: string): string | null {
  return hashOf(code, flowsDir, () => filesOf(flowsDir))
}

/** Of files by their places below a folder, which may be moved. Null where they cannot be read: who needs them will say so. */
function hashOf(before: string, folder: string, files: () => string[]): string | null {
  const hash = createHash('sha256').update(before)
  try {
    for (const file of files()) {
      const content = readWhole(file, MOST_BYTES.list)
      hash.update(`${relative(folder, file)} ${content.length}\n`).update(content)
    }
  } catch {
    return null
  }
  return hash.digest('hex')
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
