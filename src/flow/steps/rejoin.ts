import { z } from 'zod'
import { queueAgain } from '../queue-again.ts'
import { stepType } from '../step.ts'
import { promptKey } from './fields.ts'

/**
 * The end of a PIN check in mid-call: back to the very agent who asked for it, whatever came of it. Should they be gone, the
 * caller goes back to the queue with the place that they had.
 */
export const rejoin = stepType({
  schema: z.strictObject({
    type: z.literal('rejoin').describe('Leads back to the agent who sent the caller here.'),
    prompt: promptKey.optional().describe('What is spoken before.'),
  }),
  exits: () => ({}),
  prompts: (config) => (config.prompt ? [config.prompt] : []),
  enter: ({ call }) => ({ kind: 'ask', question: { kind: 'agent', room: call.talk?.room ?? '' } }),
  answer({ config, call, hotline, at }, answer) {
    const say = config.prompt ? [{ key: config.prompt }] : []
    // A world that cannot be asked is no reason to keep the caller from the agent who waits for them.
    if (answer.kind !== 'agent_gone') return { kind: 'rejoin', say }
    return { kind: 'end', say: [{ key: 'talk.passed_on' }], handOff: queueAgain(hotline, call, null, at) }
  },
})
