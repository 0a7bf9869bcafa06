import { statSync } from 'node:fs'
import { loadConfig } from '../config/config.ts'
import { fileThatSets, type Sources } from '../config/read-settings.ts'
import type { StepTypes } from '../flow/step.ts'
import { loadStepTypes } from '../hotlines/load-step-types.ts'

/** Where the flows are that a command is about, and the types of their steps. */
export interface FlowsFolder {
  dir: string
  types: StepTypes
}

/** A folder that the command line names, else FLOWS_DIR; in either case with the step types of STEP_TYPES. */
export async function flowsFolder(named?: string): Promise<FlowsFolder> {
  const { flowsDir, stepTypes } = loadConfig()
  return { dir: named ?? flowsDir, types: await stepTypesOf(stepTypes) }
}

/**
 * The step types of a command that looks at a folder, which may be somebody else's. Before it runs, it is told whose code that is where
 * only a `.env` says so: that may have come with the folder.
 * @param file of STEP_TYPES; null for none.
 * @param sources where the settings were read from.
 */
export async function stepTypesOf(file: string | null, sources: Sources = {}): Promise<StepTypes> {
  const setBy = file === null ? null : fileThatSets('STEP_TYPES', sources)
  if (file !== null && setBy !== null)
    process.stderr.write(`Runs the code of ${file}${ownerOf(file)}, as STEP_TYPES of ${setBy} says.\n`)
  return loadStepTypes(file)
}

/** Where it is neither of this user nor of root. */
function ownerOf(file: string): string {
  const owner = statSync(file, { throwIfNoEntry: false })?.uid
  return owner === undefined || owner === 0 || owner === process.getuid?.()
    ? ''
    : ` (of user ${owner}, and not of yours)`
}
