import { z } from 'zod'
import type { Visit } from '../../call/call.ts'
import { SAMPLE_TICKET } from '../../call/samples.ts'
import { topicOf } from '../hotline.ts'
import { type Line, MISSES_PER_VISIT, type Moment, type Move, stepType } from '../step.ts'
import { present, target } from './fields.ts'
import { waitForKey } from './menu.ts'

/** So often it is told to somebody who says nothing; then they know it. */
const TELLINGS = 2

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
      ? [
          'deflect.where',
          { key: 'deflect.ticket', vars: { ticket: digitByDigit(SAMPLE_TICKET) } },
          { key: 'deflect.stay', vars: { key: 'x' } },
          `key.${brand.person_key}`,
        ]
      : [],
  // Each by itself: the address, and the number that is written down.
  tells: () => ['deflect.where', 'deflect.ticket'],
  keys: (_config, { brand }) => [brand.person_key],
  enter: (moment) =>
    topicOf(moment.hotline, moment.call.topic)?.written
      ? tell(moment, moment.call.visit)
      : { kind: 'go', exit: 'none' },
  digits(moment, digits) {
    const { call, hotline } = moment
    if (digits.is(hotline.brand.person_key)) return { kind: 'go', exit: 'stay' }
    const visit = { ...call.visit, misses: call.visit.misses + 1, silences: 0 }
    return visit.misses >= MISSES_PER_VISIT ? { kind: 'go', exit: 'stay' } : tell(moment, visit)
  },
  outOfTime: () => ({ kind: 'go', exit: 'stay' }),
  noInput(moment) {
    const visit = { ...moment.call.visit, silences: moment.call.visit.silences + 1 }
    return visit.silences >= TELLINGS ? { kind: 'go', exit: 'done' } : tell(moment, visit)
  },
  answer: (moment, answer) => speak(moment, moment.call.visit, answer.kind === 'ticket' ? answer.number : null),
})

/** The ticket is asked for again each time: its number is kept nowhere but in the reply that is being heard. */
function tell(moment: Moment<unknown>, visit: Visit): Move {
  const isProved = moment.call.assurance.level === 2
  return isProved ? { kind: 'ask', question: { kind: 'ticket' }, set: { visit } } : speak(moment, visit, null)
}

function speak({ hotline: { brand } }: Moment<unknown>, visit: Visit, ticket: string | null): Move {
  const number: Line[] = ticket === null ? [] : [{ key: 'deflect.ticket', vars: { ticket: digitByDigit(ticket) } }]
  return waitForKey(visit, [
    { key: 'deflect.where' },
    ...number,
    { key: 'deflect.stay', vars: { key: { prompt: `key.${brand.person_key}` } } },
  ])
}

/** As people read a number out, so that no voice makes it thousands. */
export function digitByDigit(number: string): string {
  return [...number].join(', ')
}
