import { z } from 'zod'
import { BrokenFlow } from '../broken-flow.ts'
import { stepType } from '../step.ts'
import { level, promptKey, target } from './fields.ts'

/** Dials a number of the brand's configuration; never one that a caller keyed. */
export const transfer = stepType({
  schema: z.strictObject({
    type: z.literal('transfer').describe('Dials a number of the brand.'),
    level: level.describe('What every caller who comes this way must have proved.'),
    to: z.string().describe('Name of a number in the "transfers" of the brand.'),
    prompt: promptKey.optional().describe('What is spoken before.'),
    done: target.describe('The talk is over and the caller is still there.'),
    failed: target.describe('Nobody answered.'),
  }),
  exits: ({ done, failed }) => ({ done, failed }),
  prompts: (config) => (config.prompt ? [config.prompt] : []),
  enter({ config, call, hotline, at }) {
    const transfer = hotline.brand.transfers[config.to]
    if (transfer === undefined) {
      const message = `brand '${hotline.brand.name}' has no transfer number '${config.to}'`
      throw new BrokenFlow('no_queue', call.step, message)
    }
    return {
      kind: 'end',
      say: config.prompt ? [{ key: config.prompt }] : [],
      handOff: { to: { kind: 'number', number: transfer.number }, level: config.level, at },
    }
  },
  returned: (_moment, reason) => ({ kind: 'go', exit: reason === 'failed' ? 'failed' : 'done' }),
})
