import { z } from 'zod'
import { phaseOn, pinIsShown } from '../brand.ts'
import { topicOf } from '../hotline.ts'
import { stepType } from '../step.ts'
import { offerFor, offers } from '../waits.ts'
import { present, target } from './fields.ts'

const facts = {
  needs: ['needs_0', 'needs_1', 'needs_2'],
  phase: ['voluntary', 'announced', 'mandatory'],
  pin_shown: ['yes', 'no'],
  written: ['yes', 'no'],
  sets: ['yes', 'no'],
  unserved: offers,
} as const

/**
 * Goes one of several ways by a fact of brand, day or topic. There is no branch on whether an account was found, and
 * there must never be one: found or not found may not show.
 */
export const branch = stepType({
  schema: z
    .strictObject({
      type: z.literal('branch').describe('Goes one of several ways by a fact of brand, day or topic.'),
      on: z
        .enum(['needs', 'phase', 'pin_shown', 'written', 'sets', 'unserved'])
        .describe(
          'needs: what the topic needs. phase: roll-out phase. pin_shown: whether the PIN can be looked up yet. written: whether the topic is settled in writing. sets: whether callers set a new secret themselves. unserved: what the `waits` of the brand offer to callers whose wait ended.',
        ),
      needs_0: target.optional().describe('on needs: the topic needs nothing.'),
      needs_1: target.optional().describe('on needs: the topic needs a keyed number.'),
      needs_2: target.optional().describe('on needs: the topic needs a right secret.'),
      voluntary: target.optional().describe('on phase: the PIN is voluntary.'),
      announced: target.optional().describe('on phase: the PIN is announced, and not mandatory yet.'),
      mandatory: target.optional().describe('on phase: nothing is served without the PIN.'),
      yes: target
        .optional()
        .describe(
          'on pin_shown: the PIN can be looked up where the words say. on written: callers write. on sets: callers set a new secret.',
        ),
      call_later: target.optional().describe('on unserved: they are told when to call.'),
      ticket: target.optional().describe('on unserved: a ticket keeps their place.'),
      transfer: target.optional().describe('on unserved: to a number of the brand.'),
      no: target
        .optional()
        .describe('on pin_shown: it cannot be looked up yet. on written: callers talk. on sets: they do not.'),
    })
    .check(({ value, issues }) => {
      const wanted: readonly string[] = facts[value.on]
      for (const field of Object.keys(value)) {
        if (field !== 'type' && field !== 'on' && !wanted.includes(field)) {
          issues.push({
            code: 'custom',
            input: value,
            path: [field],
            message: `a branch on '${value.on}' has no '${field}'; remove it`,
          })
        }
      }
    }),
  exits: ({ type: _type, on: _on, ...exits }) => present(exits),
  prompts: () => [],
  enter({ config, call, hotline }) {
    switch (config.on) {
      case 'needs':
        return { kind: 'go', exit: `needs_${topicOf(hotline, call.topic)?.needs ?? 0}` }
      case 'phase':
        return { kind: 'go', exit: phaseOn(hotline.brand, call.today) }
      case 'pin_shown':
        return { kind: 'go', exit: pinIsShown(hotline.brand, call.today) ? 'yes' : 'no' }
      case 'unserved':
        return { kind: 'go', exit: offerFor(hotline.brand.waits, call.waitEnd) }
      case 'sets':
        return { kind: 'go', exit: topicOf(hotline, call.topic)?.sets ? 'yes' : 'no' }
      case 'written':
        return { kind: 'go', exit: topicOf(hotline, call.topic)?.written ? 'yes' : 'no' }
    }
  },
})
