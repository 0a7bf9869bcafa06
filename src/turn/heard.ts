/**
 * What callers would hear if operators switched something on: the core itself is asked, in a world where it is on. So these
 * are the very words, with what is said before and after them.
 */
import { Secret } from '../auth/secret.ts'
import { type Answer, answersTo, isGood, type Question } from '../call/question.ts'
import type { Reply, Spoken } from '../call/reply.ts'
import type { Input } from '../call/turn.ts'
import { advance, newCall } from '../flow/advance.ts'
import { firstLanguage, languageChoice } from '../flow/brand.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { Notice } from '../seams/notices.ts'
import type { SpecialHours } from '../seams/special-hours.ts'
import { openingAt } from './opening-hours.ts'

/** What a caller in one language hears at the place in question; no lines where the flow never says it. */
export interface HeardIn {
  language: string
  /** BCP 47, of the voice that callers hear. */
  locale: string
  /** `isNew`: what was asked about. */
  lines: (Spoken & { isNew: boolean })[]
}

type World = (question: Question) => Answer | null

/** `others`: the notices that are on besides. */
export function noticeHeard(hotline: Hotline, notice: Omit<Notice, 'since'>, others: readonly Notice[]): HeardIn[] {
  const isSame = (other: Omit<Notice, 'since'>) => other.brand === notice.brand && other.topic === notice.topic
  const all = [notice, ...others.filter((other) => !isSame(other))].filter(({ brand }) => brand === notice.brand)
  const press = hotline.brand.topics.find(({ name }) => name === notice.topic)?.press
  return inEachLanguage(hotline, notice.texts, { keys: press ?? null }, (language) => (question) => {
    if (question.kind !== 'notice') return null
    const text = all.find(({ topic }) => topic === question.topic)?.texts[language]
    return text === undefined ? { kind: 'no_notice' } : { kind: 'notice', text }
  })
}

/** By those who call when it is closed on that day. Throws where the holidays cannot be read. */
export async function hoursHeard(
  hotline: Hotline,
  hours: Omit<SpecialHours, 'since'>,
  others: readonly SpecialHours[],
  calendar: HolidayCalendar,
): Promise<HeardIn[]> {
  const { brand } = hotline
  const special = [{ ...hours, since: '' }, ...others]
  // Noon of a day without hours; else when it closes, or before it opens.
  const ends = hours.hours.map((each) => each.slice(6)).filter((end) => end !== '24:00')
  const times = hours.hours.length === 0 ? ['12:00'] : [...ends, '00:00']
  for (const time of times) {
    const given = await openingAt(brand, special, calendar, { day: hours.day, time })
    if (given.kind === 'closed')
      return inEachLanguage(
        hotline,
        hours.texts,
        { keys: null, today: hours.day },
        () =>
          ({ kind }) =>
            kind === 'open' ? given : null,
      )
  }
  return []
}

function inEachLanguage(
  hotline: Hotline,
  texts: Record<string, string>,
  { keys, today = '2000-01-01' }: { keys: string | null; today?: string },
  worldOf: (language: string) => World,
): HeardIn[] {
  const { brand } = hotline
  return brand.languages.map(({ code: language, locale }) => {
    const said = reply(hotline, { language, keys, today }, worldOf(language))?.say ?? []
    const lines = said.map((spoken) => ({ ...spoken, isNew: Object.values(texts).includes(spoken.text) }))
    return { language, locale, lines }
  })
}

/** Who has chosen nothing hears the first language, and what is offered in the others. */
function reply(
  hotline: Hotline,
  { language, keys, today }: { language: string; keys: string | null; today: string },
  world: World,
): Reply | null {
  const at = `${today}T12:00:00.000Z`
  const settled = language !== firstLanguage(hotline.brand) || languageChoice(hotline.brand) === 'step'
  const call = { ...newCall(hotline, { id: '-', callerNumber: null, today, at }), language, languageSettled: settled }
  const first = follow(hotline, call, { kind: 'ring', at }, world)
  if (keys === null || first?.reply?.next.kind !== 'gather') return first?.reply ?? null
  return follow(hotline, first, { kind: 'digits', digits: new Secret(keys), at }, world)?.reply ?? null
}

/** One input and what follows; all that the world does not say is as on most days. Null where the flow breaks. */
function follow(hotline: Hotline, call: ReturnType<typeof newCall>, input: Input, world: World) {
  try {
    let turn = advance(hotline, call, input)
    while ('ask' in turn) {
      const { ask } = turn
      const usual = answersTo(ask, (by) => ({ ...NOBODY, by })).find((one) => isGood(ask, one))
      const answer = world(ask) ?? usual
      if (!answer) return null
      turn = advance(hotline, turn.call, { kind: 'answer', answer, at: input.at })
    }
    return turn.call
  } catch {
    return null
  }
}

const NOBODY = { subject: '-', ref: null, sims: [], failuresBefore: 0, ticket: null }
