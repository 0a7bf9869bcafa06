/** What an agent hears alone, before the caller comes: how sure we are, and about what. Never who: phones stand in open rooms. */
import type { Call } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import { firstLanguage } from '../flow/brand.ts'
import type { Hotline } from '../flow/hotline.ts'
import { topicOf } from '../flow/hotline.ts'
import type { Assignment } from '../seams/floor.ts'

/**
 * In the first of the agent's languages that the brand has. `key`: the agent must press a key, so that no voicemail takes the
 * call.
 */
export function whisper(
  hotline: Hotline,
  { assurance }: Call,
  { topic, from }: Assignment,
  wanted: { languages: readonly string[]; key: boolean },
): Spoken[] {
  const keys = [
    ...(from ? ['whisper.passed_on'] : []),
    `whisper.level_${assurance.level}`,
    ...(topicOf(hotline, topic) ? [`topic.${topic}`] : []),
    ...(wanted.key ? ['whisper.press'] : []),
  ]
  return spoken(hotline, keys, wanted.languages)
}

/** For an agent who picks up when nobody is there any more. */
export function nobodyThere(hotline: Hotline, languages: readonly string[]): Spoken[] {
  return spoken(hotline, ['whisper.gone'], languages)
}

function spoken({ brand, words }: Hotline, keys: readonly string[], wanted: readonly string[]): Spoken[] {
  const language = wanted.find((code) => brand.languages.some((each) => each.code === code)) ?? firstLanguage(brand)
  return keys.map((key) => words.speak(language, { key }))
}
