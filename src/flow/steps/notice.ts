import { z } from 'zod'
import { stepType } from '../step.ts'
import { target } from './fields.ts'

/** Speaks what operators switched on for the time being, and nothing otherwise. The words are theirs and no prompt. */
export const notice = stepType({
  schema: z.strictObject({
    type: z.literal('notice').describe('Speaks the notice that is switched on, if there is one, and goes on.'),
    about: z
      .enum(['brand', 'topic'])
      .describe('brand: for all callers of the brand. topic: for those with this topic.'),
    next: target.describe('The step that comes next.'),
  }),
  exits: ({ next }) => ({ next }),
  prompts: () => [],
  enter({ config, call }) {
    if (config.about === 'topic' && call.topic === null) return { kind: 'go', exit: 'next' }
    return { kind: 'ask', question: { kind: 'notice', topic: config.about === 'topic' ? call.topic : null } }
  },
  answer({ call }, answer) {
    const text = answer.kind === 'notice' ? answer.text : null
    return { kind: 'go', exit: 'next', say: text === null ? [] : [{ text, language: call.language }] }
  },
})
