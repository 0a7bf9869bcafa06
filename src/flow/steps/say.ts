import { z } from 'zod'
import { stepType } from '../step.ts'
import { promptKey, target } from './fields.ts'

/** Speaks and goes on. What follows is spoken in the same breath, so that a key interrupts all of it. */
export const say = stepType({
  schema: z.strictObject({
    type: z.literal('say').describe('Speaks and goes on.'),
    prompt: promptKey.describe('What is spoken.'),
    next: target.describe('The step that comes next.'),
  }),
  exits: (config) => ({ next: config.next }),
  prompts: (config) => [config.prompt],
  tells: (config) => [config.prompt],
  enter: ({ config }) => ({ kind: 'go', exit: 'next', say: [{ key: config.prompt }] }),
})
