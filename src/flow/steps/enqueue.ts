import { z } from 'zod'
import { queueName } from '../hotline.ts'
import { type Line, type Moment, type Move, stepType } from '../step.ts'
import { level, promptKey, target } from './fields.ts'

const schema = z.strictObject({
  type: z.literal('enqueue').describe("Hands the call to an agents' queue."),
  level: level.describe('What every caller who comes this way must have proved.'),
  queue: z.enum(['topic', 'general']).describe('topic: the queue of the chosen topic. general: without customer data.'),
  prompt: promptKey.optional().describe('What is spoken before waiting begins.'),
  done: target.describe('The talk is over and the caller is still there.'),
  failed: target.describe('The queue is full or does not work.'),
})

/** Hands the call to an agents' queue with what is known of the caller. */
export const enqueue = stepType({
  schema,
  exits: ({ done, failed }) => ({ done, failed }),
  turnsAway: { failed: 'full' },
  prompts: (config) => (config.prompt ? [config.prompt] : []),
  enter: (moment) => wait(moment, moment.config.prompt ? [{ key: moment.config.prompt }] : []),
  returned: (_moment, reason) => ({ kind: 'go', exit: reason === 'failed' ? 'failed' : 'done' }),
})

function wait({ config, call, at }: Moment<z.infer<typeof schema>>, say: Line[]): Move {
  const queue = queueName(call.brand, config.queue === 'topic' ? call.topic : null)
  return { kind: 'end', say, handOff: { to: { kind: 'queue', queue }, level: config.level, at } }
}
