import { z } from 'zod'
import { stepType } from '../step.ts'
import { promptKey } from './fields.ts'

/** Says goodbye and ends the call. */
export const hangUp = stepType({
  schema: z.strictObject({
    type: z.literal('hang_up').describe('Ends the call.'),
    prompt: promptKey.optional().describe('What is spoken before.'),
  }),
  exits: () => ({}),
  prompts: (config) => (config.prompt ? [config.prompt] : []),
  enter: ({ config }) => ({ kind: 'end', say: config.prompt ? [{ key: config.prompt }] : [], handOff: null }),
})
