import { z } from 'zod'
import { type WaitEnd, waitEnds } from '../../call/call.ts'
import { queueName } from '../hotline.ts'
import { type Line, type Moment, type Move, stepType } from '../step.ts'
import { endsOf } from '../waits.ts'
import { level, present, promptKey, target } from './fields.ts'

const schema = z.strictObject({
  type: z.literal('enqueue').describe("Hands the call to an agents' queue."),
  level: level.describe('What every caller who comes this way must have proved.'),
  queue: z.enum(['topic', 'general']).describe('topic: the queue of the chosen topic. general: without customer data.'),
  prompt: promptKey.optional().describe('What is spoken before waiting begins.'),
  done: target.describe('The talk is over and the caller is still there.'),
  failed: target.describe('The queue is full or does not work.'),
  unserved: target
    .optional()
    .describe('The wait ended without an agent, by the `waits` of the brand. Without it no wait ends here.'),
})

/** Hands the call to an agents' queue with what is known of the caller. */
export const enqueue = stepType({
  schema,
  exits: ({ done, failed, unserved }) => present({ done, failed, unserved }),
  turnsAway: { failed: 'full', unserved: 'waited' },
  prompts: ({ prompt, unserved }, { brand: { waits } }) => [
    ...(prompt ? [prompt] : []),
    ...(unserved ? endsOf(waits).filter(isTold) : []).map((why) => `unserved.${why}`),
    ...(unserved && waits?.key ? [{ key: 'wait.key', vars: { key: 'x' } }, `key.${waits.key.press}`] : []),
  ],
  tells: () => waitEnds.filter(isTold).map((why) => `unserved.${why}`),
  enter: (moment) => wait(moment, moment.config.prompt ? [{ key: moment.config.prompt }] : []),
  returned: (_moment, reason) => ({ kind: 'go', exit: reason === 'failed' ? 'failed' : 'done' }),
  unserved({ config }, why) {
    if (config.unserved === undefined) return null
    return { kind: 'go', exit: 'unserved', say: isTold(why) ? [{ key: `unserved.${why}` }] : [] }
  },
})

function wait({ config, call, at }: Moment<z.infer<typeof schema>>, say: Line[]): Move {
  const queue = queueName(call.brand, config.queue === 'topic' ? call.topic : null)
  return { kind: 'end', say, handOff: { to: { kind: 'queue', queue }, level: config.level, at } }
}

/** Who pressed the key knows why. */
function isTold(why: WaitEnd): boolean {
  return why !== 'key'
}
