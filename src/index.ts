/**
 * What `import … from 'rufpass'` gives: Rufpass as a part of an Express app, and step types of one's own. Versions follow
 * what is named here; every other file may change at any time.
 */

// The zod that flows are read with, so that there are no two versions of it.
export { z } from 'zod'
export type { Secret } from './auth/secret.ts'
export { ConfigError } from './config/config.ts'
export type { Finding } from './flow/files/finding.ts'
export { FlowError } from './flow/files/finding.ts'
export { queueName } from './flow/hotline.ts'
export type {
  CallView,
  OperatorChanges as Changes,
  OperatorMoment as Moment,
  OperatorMove as Move,
  OperatorStep as StepType,
} from './flow/own-steps/define-step.ts'
export { defineStep, StepTypeError } from './flow/own-steps/define-step.ts'
export type { OperatorSteps as StepTypes } from './flow/own-steps/operator-steps.ts'
export type { Line, PromptUse } from './flow/step.ts'
export { MISSES_PER_VISIT, patience, SILENCES_PER_VISIT } from './flow/step.ts'
export { level, promptKey, target } from './flow/steps/fields.ts'
export { menuMiss, menuSilence, waitForKey } from './flow/steps/menu.ts'
export type { Rufpass, RufpassOptions } from './server/rufpass.ts'
export { createRufpass } from './server/rufpass.ts'
