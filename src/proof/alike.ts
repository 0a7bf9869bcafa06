import { changeableKinds } from '../auth/credentials.ts'
import type { Hotline } from '../flow/hotline.ts'
import { isOffered } from '../flow/second-lock.ts'
import { ownStepTypes } from '../flow/steps/index.ts'

/** Step types that look at dates, languages, topics, hours or limits of a brand. */
const DATED = ['branch', 'language', 'topic', 'hours', 'notice', 'backlog', 'deflect', 'enqueue', 'transfer']

/** At least one, and all of them alike. */
export type Group = [Hotline, ...Hotline[]]

/**
 * PIN checks of brands that a call cannot tell apart: the same flow, numbers, secrets, what follows from these, keys and languages. Words decide nothing, and
 * dates only where a step asks for them; with step types of an operator's own, which may look at more, each brand is alone.
 */
export function alike(hotlines: readonly Hotline[]): Group[] {
  const groups = new Map<string, Group>()
  for (const hotline of hotlines) {
    const { brand, flow } = hotline
    const asksForDates = [...flow.steps.values()].some(({ type }) => DATED.includes(type))
    const { identifiers, credentials, own_line, call_codes, tail, country_code, person_key, language_key } = brand
    const { letters, first_use, weak } = brand.pins
    const languages = brand.languages.map(({ code }) => code)
    const traits = {
      identifiers,
      credentials,
      own_line,
      call_codes,
      pins: { letters, first_use, weak: weak.follows },
      changes: changeableKinds.filter((kind) => isOffered(brand, kind)),
      tail,
      country_code,
      person_key,
      language_key,
      languages,
    }
    const isAlone = flow.types !== ownStepTypes || asksForDates
    const key = JSON.stringify([flow.name, isAlone ? brand.name : traits])
    const group = groups.get(key)
    if (group) group.push(hotline)
    else groups.set(key, [hotline])
  }
  return [...groups.values()]
}
