/** What an agent hears alone, before the caller comes: how sure we are, and about what. Never who: phones stand in open rooms. */
import type { Call } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import type { Hotline } from '../flow/hotline.ts'
import { topicOf } from '../flow/hotline.ts'
import type { Assignment } from '../seams/floor.ts'

/**
 * In the agent's language where the brand has it. `key`: the agent must press a key, so that no voicemail takes the
 * call.
 */
export function whisper(
  hotline: Hotline,
  { assurance }: Call,
  { topic, from }: Assignment,
  wanted: { language: string; key: boolean },
): Spoken[] {
  const keys = [
    ...(from ? ['whisper.passed_on'] : []),
    `whisper.level_${assurance.level}`,
    ...(topicOf(hotline, topic) ? [`topic.${topic}`] : []),
    ...(wanted.key ? ['whisper.press'] : []),
  ]
  return spoken(hotline, keys, wanted.language)
}

/** For an agent who picks up when nobody is there any more. */
export function nobodyThere(hotline: Hotline, language: string): Spoken[] {
  return spoken(hotline, ['whisper.gone'], language)
}

function spoken({ brand, words }: Hotline, keys: readonly string[], wanted: string): Spoken[] {
  const language = brand.languages.find(({ code }) => code === wanted)?.code ?? brand.languages[0]?.code ?? wanted
  return keys.map((key) => words.speak(language, { key }))
}
