/** Step types of an operator's own, out of the module that the setting STEP_TYPES names. */
import { existsSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { StepTypeError } from '../flow/own-steps/define-step.ts'
import { type OperatorSteps, withOperatorSteps } from '../flow/own-steps/operator-steps.ts'
import type { StepTypes } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'

/**
 * The step types of Rufpass with those that the module exports by default. `file`: its absolute path, null for none.
 * Throws `StepTypeError` when it is not there, breaks while it is loaded, or exports something else.
 */
export async function loadStepTypes(file: string | null): Promise<StepTypes> {
  if (file === null) return ownStepTypes
  if (!existsSync(file)) throw new StepTypeError(`STEP_TYPES names ${file}, which is not there; correct or unset it.`)
  // A pipe or a device would be read for ever.
  const stats = statSync(file)
  if (!stats.isFile() && !stats.isDirectory())
    throw new StepTypeError(`STEP_TYPES names ${file}, which is no ordinary file; correct or unset it.`)
  const module = await imported(file)
  if (module.default === undefined)
    throw new StepTypeError(`${file} exports no step types; end it with: export default [myStep]`)
  try {
    return withOperatorSteps(module.default as OperatorSteps)
  } catch (error) {
    if (!(error instanceof StepTypeError)) throw error
    throw new StepTypeError(`${file}: ${error.message}`, { cause: error })
  }
}

async function imported(file: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    // Asks for the property alone: test runners give modules another `Error`.
    const why = String((error as { message?: unknown } | null)?.message ?? error)
    const remedy = /Cannot find (package|module) 'rufpass'/.test(why) ? '; install it there first: npm install' : ''
    throw new StepTypeError(`${file} cannot be loaded: ${why}${remedy}`, { cause: error })
  }
}
