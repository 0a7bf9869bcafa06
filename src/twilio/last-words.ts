/** What a brand says when nothing of ours works any more, in each of its languages: the caller's own is not known then. */
import type { Hotline } from '../flow/hotline.ts'
import type { LastWords } from './static-fallback.ts'
import type { Voices } from './twiml.ts'

export function lastWords({ brand, words }: Hotline): LastWords {
  const inAll = (key: string) => brand.languages.map(({ code }) => words.speak(code, { key }))
  return { sorry: inAll('apology'), goodbye: inAll('goodbye'), voices: voicesOf(brand) }
}

function voicesOf({ languages }: Hotline['brand']): Voices {
  return Object.fromEntries(languages.map(({ code, voice, locale }) => [code, { voice, locale }]))
}
