import type { Spoken } from '../call/reply.ts'
import { SAMPLE_NOTICE } from '../call/samples.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Line } from '../flow/step.ts'

/**
 * The hotline that the exploration runs: it says which prompt it would speak, with which variables, instead of the words.
 * So nothing is formatted a hundred thousand times, and two prompts of the same words stay apart. `looked` tells whether
 * a date of the brand was asked for since it was last set to false; `dates` are those in force.
 */
export interface Mute {
  hotline: Hotline
  looked: boolean
  dates: Pick<Hotline['brand'], 'roll_out' | 'pin_shown_from'>
  /** The prompt behind what this hotline says. */
  keyOf(spoken: Spoken): string
  /** What callers hear where this hotline says a text. */
  aloud(spoken: Spoken): Spoken
}

export function mute(original: Hotline): Mute {
  const lines = new Map<string, Line>()
  // One object for each text and language, which hundreds of thousands of replies share.
  const said = new Map<string, Map<string, Spoken>>()
  const speak = (language: string, line: Line): Spoken => {
    const spokenIn = line.language ?? language
    const text = line.vars === undefined ? line.key : `${line.key} ${JSON.stringify(line.vars)}`
    const known = said.get(spokenIn)?.get(text)
    if (known) return known
    lines.set(text, { key: line.key, ...(line.vars === undefined ? {} : { vars: line.vars }) })
    const spoken = Object.freeze({ text, language: spokenIn })
    const ofLanguage = said.get(spokenIn) ?? new Map<string, Spoken>()
    said.set(spokenIn, ofLanguage.set(text, spoken))
    return spoken
  }
  const brand = Object.defineProperties(
    { ...original.brand },
    {
      roll_out: { get: () => looking().roll_out },
      pin_shown_from: { get: () => looking().pin_shown_from },
    },
  )
  const made: Mute = {
    hotline: { ...original, brand, words: { ...original.words, speak } },
    looked: false,
    dates: original.brand,
    keyOf: ({ text }) => lines.get(text)?.key ?? text,
    aloud: (spoken) => {
      if (spoken.text === SAMPLE_NOTICE) return spoken
      const line = lines.get(spoken.text)
      if (!line) throw new Error(`nothing said '${spoken.text}'`)
      return original.words.speak(spoken.language, line)
    },
  }
  const looking = (): Mute['dates'] => {
    made.looked = true
    return made.dates
  }
  return made
}
