import { loadConfig } from '../config/config.ts'
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
  return { dir: named ?? flowsDir, types: await loadStepTypes(stepTypes) }
}
