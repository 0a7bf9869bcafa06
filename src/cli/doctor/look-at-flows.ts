/** Reads and proves the flows as a start does. It runs the code of STEP_TYPES, as a start does, and keeps no memory of the proof. */
import type { Config } from '../../config/config.ts'
import type { Sources } from '../../config/read-settings.ts'
import { type Finding, FlowError, isUnsafe } from '../../flow/files/finding.ts'
import { type Hotlines, loadHotlines } from '../../hotlines/hotlines.ts'
import { provedBefore } from '../../hotlines/proved-before.ts'
import { prove } from '../../proof/check.ts'
import { stepTypesOf } from '../flows-folder.ts'

export interface FlowsSeen {
  /** Absolute. */
  folder: string
  /** Null: they cannot be read. */
  hotlines: Hotlines | null
  unsafe: readonly Finding[]
  /** What is wrong and may be served. */
  doubtful: readonly Finding[]
}

/** @throws StepTypeError where the step types cannot be used. */
export async function lookAtFlows(
  { flowsDir: folder, stepTypes }: Pick<Config, 'flowsDir' | 'stepTypes'>,
  sources: Sources,
): Promise<FlowsSeen> {
  const types = await stepTypesOf(stepTypes, sources)
  const before = provedBefore({ flowsDir: folder, types })
  let hotlines: Hotlines
  try {
    hotlines = loadHotlines(folder, types)
  } catch (error) {
    if (error instanceof FlowError) return { folder, hotlines: null, unsafe: error.findings, doubtful: [] }
    throw error
  }
  const findings = before.isKnown() ? [] : prove(hotlines.byBrand.values(), hotlines).findings
  return {
    folder,
    hotlines,
    unsafe: findings.filter(isUnsafe),
    doubtful: findings.filter((finding) => !isUnsafe(finding)),
  }
}
