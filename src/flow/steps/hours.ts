import { z } from 'zod'
import { type Answer, weekdays } from '../../call/question.ts'
import type { Spoken } from '../../call/reply.ts'
import { firstLanguage } from '../brand.ts'
import { topicOf } from '../hotline.ts'
import { type Line, type Moment, type PromptUse, stepType } from '../step.ts'
import { present, target } from './fields.ts'

type Opens = Extract<Answer<'open'>, { kind: 'closed' }>['opens']

const SENTENCES = ['hours.closed', 'hours.opens_today', 'hours.opens_tomorrow', 'hours.opens_on'] as const
const TIME = { from: 'time', hour: 8, minute: 30, minutes: '30', twelve: 8, half: 'am' }

/**
 * Goes on where people can be reached now; else says why not, where operators have said it, and when they can be, in every
 * language that the caller may want. A brand without `hours` is open but for the days that operators set apart.
 *
 * The answer stays in the call, and callers who come by a second such step were let in already (decision H). Two ask again: a
 * topic with hours of its own, which win, and callers who have waited and are told when to call.
 */
export const hours = stepType({
  schema: z.strictObject({
    type: z.literal('hours').describe('Goes on while the brand is open; else says when it opens.'),
    about: z
      .enum(['brand', 'topic'])
      .default('brand')
      .describe('brand: its hours. topic: those of the chosen topic where it has hours of its own.'),
    open: target.describe('It is open, or was when this call was let in.'),
    some: target
      .optional()
      .describe(
        'The brand is closed, and a topic with hours of its own is open. Without it they hear that it is closed.',
      ),
    closed: target.describe('It is closed, and the caller was told until when.'),
  }),
  exits: ({ open, some, closed }) => present({ open, some, closed }),
  turnsAway: { closed: 'closed' },
  prompts: (): (string | PromptUse)[] => [
    'hours.closed',
    { key: 'hours.opens_today', vars: TIME },
    { key: 'hours.opens_tomorrow', vars: TIME },
    { key: 'hours.opens_on', vars: { ...TIME, day: 'x' } },
    ...weekdays.map((day) => `day.${day}`),
  ],
  // Each sentence by itself: nobody listens to those of the other language.
  tells: () => [...SENTENCES],
  enter(moment) {
    const { config, call, hotline } = moment
    const topic = config.about === 'topic' && topicOf(hotline, call.topic)?.hours ? call.topic : null
    if (topic === null && call.open === 'yes' && call.handOff === null) return { kind: 'go', exit: 'open' }
    const others = config.some !== undefined && hotline.brand.topics.some(({ hours }) => hours !== undefined)
    return { kind: 'ask', question: { kind: 'open', topic, others, languages: languagesOpen(moment) } }
  },
  answer(moment, answer) {
    const { handOff, open: before } = moment.call
    // Who was handed off was let in, whatever the clock says by now.
    const set = { open: handOff === null ? (answer.kind === 'open' ? ('yes' as const) : ('no' as const)) : before }
    if (answer.kind !== 'closed') return { kind: 'go', exit: answer.kind === 'some' ? 'some' : 'open', set }
    const { opens, because } = answer
    const say = languagesOpen(moment).flatMap((language): (Line | Spoken)[] => [
      { key: 'hours.closed', language },
      ...(because[language] === undefined ? [] : [{ text: because[language], language }]),
      ...whenOpen(opens).map((line): Line => ({ ...line, language })),
    ])
    return { kind: 'go', exit: 'closed', say, set }
  },
})

/** The call's own once it was settled or changed, or a topic was chosen; before that nobody knows, so all of the brand's. */
function languagesOpen({ call, hotline: { brand } }: Moment<unknown>): string[] {
  const isOpen =
    call.handOff === null && !call.languageSettled && call.topic === null && call.language === firstLanguage(brand)
  return isOpen ? brand.languages.map(({ code }) => code) : [call.language]
}

function whenOpen(opens: Opens): Line[] {
  if (opens === null) return []
  const { day, time } = opens
  const [hour, minute] = time.split(':').map(Number) as [number, number]
  const vars = {
    // Nobody says of a day that it opens at midnight.
    from: time === '00:00' ? 'day' : 'time',
    hour,
    minute,
    // As clocks of twelve hours say it.
    minutes: time.slice(3),
    twelve: hour % 12 === 0 ? 12 : hour % 12,
    half: hour < 12 ? 'am' : 'pm',
  }
  if (day === 'today' || day === 'tomorrow') return [{ key: `hours.opens_${day}`, vars }]
  return [{ key: 'hours.opens_on', vars: { ...vars, day: { prompt: `day.${day}` } } }]
}
