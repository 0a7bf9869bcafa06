import { z } from 'zod'
import { LONG_WAIT } from '../../call/samples.ts'
import { queueName } from '../hotline.ts'
import { stepType } from '../step.ts'
import { target } from './fields.ts'

/** Tells of a long wait before anything is keyed for it (R40). Asks nothing where the brand's file says nothing of `queues`. */
export const backlog = stepType({
  schema: z.strictObject({
    type: z.literal('backlog').describe('Goes on by how many wait; a long wait is told, with its minutes.'),
    queue: z
      .enum(['topic', 'general'])
      .describe('topic: the queue of the chosen topic. general: without customer data.'),
    free: target.describe('The wait is as usual, or not known.'),
    long: target.describe('It is longer than the brand counts as usual, and the caller was told.'),
    full: target.describe('As many wait as the brand lets in.'),
  }),
  exits: ({ free, long, full }) => ({ free, long, full }),
  prompts: (_config, { brand }) =>
    brand.queues === undefined ? [] : [{ key: 'backlog.long', vars: { minutes: LONG_WAIT } }],
  turnsAway: { full: 'full' },
  tells: () => ['backlog.long'],
  enter({ config, call, hotline: { brand } }) {
    if (brand.queues === undefined) return { kind: 'go', exit: 'free' }
    const queue = queueName(brand.name, config.queue === 'topic' ? call.topic : null)
    return { kind: 'ask', question: { kind: 'backlog', queue } }
  },
  answer(_moment, answer) {
    switch (answer.kind) {
      case 'full':
        return { kind: 'go', exit: 'full' }
      case 'long':
        return { kind: 'go', exit: 'long', say: [{ key: 'backlog.long', vars: { minutes: answer.minutes } }] }
      default:
        return { kind: 'go', exit: 'free' }
    }
  },
})
