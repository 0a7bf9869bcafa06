import { statSync } from 'node:fs'
import { loadConfig } from '../config/config.ts'
import { fileThatSets } from '../config/read-settings.ts'
import type { StepTypes } from '../flow/step.ts'
import { loadStepTypes } from '../hotlines/load-step-types.ts'

/** Where the flows are that a command is about, and the types of their steps. */
export interface FlowsFolder {
  dir: string
  types: StepTypes
}

/**
 * A folder that the command line names, else FLOWS_DIR; in either case with the step types of STEP_TYPES.
 * @param tell hears whose code that is, before it runs, where only a `.env` says so: that may have come with the folder.
 */
export async function flowsFolder(named?: string, tell: (line: string) => void = () => {}): Promise<FlowsFolder> {
  const { flowsDir, stepTypes } = loadConfig()
  const file = fileThatSets('STEP_TYPES')
  if (stepTypes !== null && file !== null)
    tell(`Runs the code of ${stepTypes}${ownerOf(stepTypes)}, as STEP_TYPES of ${file} says.`)
  return { dir: named ?? flowsDir, types: await loadStepTypes(stepTypes) }
}

/** Where it is neither of this user nor of root. */
function ownerOf(file: string): string {
  const owner = statSync(file, { throwIfNoEntry: false })?.uid
  return owner === undefined || owner === 0 || owner === process.getuid?.()
    ? ''
    : ` (of user ${owner}, and not of yours)`
}
