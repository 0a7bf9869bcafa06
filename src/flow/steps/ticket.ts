import { z } from 'zod'
import { SAMPLE_TICKET } from '../../call/samples.ts'
import { stepType } from '../step.ts'
import { digitByDigit } from './deflect.ts'
import { target } from './fields.ts'

/**
 * Keeps the matter, and with it the place, of callers who cannot be served now: their ticket for the topic, one that is open or a new
 * one, by whose time the next call counts (R35). Its number is told twice, for it is written down; only to callers who have
 * proved who they are, as that there is one tells of an account.
 */
export const ticket = stepType({
  schema: z.strictObject({
    type: z.literal('ticket').describe('Opens a ticket for a verified caller, and tells its number.'),
    told: target.describe('The caller was told the number.'),
    none: target.describe('Nobody is proved, no topic was chosen, or no ticket could be had.'),
  }),
  exits: ({ told, none }) => ({ told, none }),
  prompts: () => [
    { key: 'ticket.number', vars: { ticket: digitByDigit(SAMPLE_TICKET) } },
    { key: 'ticket.again', vars: { ticket: digitByDigit(SAMPLE_TICKET) } },
    'ticket.counts',
  ],
  tells: () => ['ticket.number', 'ticket.again', 'ticket.counts'],
  enter({ call }) {
    if (call.assurance.level !== 2 || call.topic === null) return { kind: 'go', exit: 'none' }
    return { kind: 'ask', question: { kind: 'ticket' } }
  },
  answer(_moment, answer) {
    if (answer.kind !== 'ticket') return { kind: 'go', exit: 'none' }
    const vars = { ticket: digitByDigit(answer.number) }
    const say = [{ key: 'ticket.number', vars }, { key: 'ticket.again', vars }, { key: 'ticket.counts' }]
    return { kind: 'go', exit: 'told', say }
  },
})
