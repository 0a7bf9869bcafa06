import { z } from 'zod'
import type { Visit } from '../../call/call.ts'
import { SAMPLE_TICKET } from '../../call/samples.ts'
import { topicOf } from '../hotline.ts'
import { type Line, MISSES_PER_VISIT, type Moment, type Move, SILENCES_PER_VISIT, stepType } from '../step.ts'
import { present, target } from './fields.ts'
import { waitForKey } from './menu.ts'

/** "All the same, a person." */
const STAY_KEY = '1'

/**
 * Matters that need documents are settled in writing (R39): where to send them, and for verified callers the number of their
 * ticket, twice, for it has to be written down. Others are told no number: that it exists would tell of an
 * account.
 */
export const deflect = stepType({
  schema: z.strictObject({
    type: z
      .literal('deflect')
      .describe('Where the topic is settled in writing: says where to write, and offers a person.'),
    none: target
      .optional()
      .describe('The topic is not settled in writing. Needed where that can happen here, as the check will tell.'),
    stay: target.describe(
      'The caller wants to talk to a person all the same, or pressed the third key that means nothing.',
    ),
    done: target.describe('The second silence: the caller has heard it twice.'),
  }),
  exits: ({ none, stay, done }) => present({ none, stay, done }),
  prompts: (_config, { brand }) =>
    brand.topics.some(({ written }) => written)
      ? ['deflect.where', { key: 'deflect.ticket', vars: { ticket: digitByDigit(SAMPLE_TICKET) } }, 'deflect.stay']
      : [],
  tells: () => ['deflect.where'],
  keys: (_config, { brand }) => [STAY_KEY, brand.person_key],
  enter: (moment) =>
    topicOf(moment.hotline, moment.call.topic)?.written
      ? tell(moment.call, moment.call.visit)
      : { kind: 'go', exit: 'none' },
  digits({ call, hotline: { brand } }, digits) {
    // Callers who remember the menu press its key for a person.
    if (digits.is(STAY_KEY) || digits.is(brand.person_key)) return { kind: 'go', exit: 'stay' }
    const visit = { ...call.visit, misses: call.visit.misses + 1 }
    return visit.misses >= MISSES_PER_VISIT ? { kind: 'go', exit: 'stay' } : tell(call, visit)
  },
  noInput({ call }) {
    const visit = { ...call.visit, silences: call.visit.silences + 1 }
    return visit.silences >= SILENCES_PER_VISIT ? { kind: 'go', exit: 'done' } : tell(call, visit)
  },
  answer: ({ call }, answer) => speak(call.visit, answer.kind === 'ticket' ? answer.number : null),
})

/** The ticket is asked for again each time: its number is kept nowhere but in the reply that is being heard. */
function tell({ assurance }: Moment<unknown>['call'], visit: Visit): Move {
  return assurance.level === 2 ? { kind: 'ask', question: { kind: 'ticket' }, set: { visit } } : speak(visit, null)
}

function speak(visit: Visit, ticket: string | null): Move {
  const number: Line[] = ticket === null ? [] : [{ key: 'deflect.ticket', vars: { ticket: digitByDigit(ticket) } }]
  return waitForKey(visit, [{ key: 'deflect.where' }, ...number, { key: 'deflect.stay' }])
}

/** As people read a number out, so that no voice makes it thousands. */
export function digitByDigit(number: string): string {
  return [...number].join(', ')
}
