/** How long speech takes. PURE. What is said is timed by this everywhere: budgets, the longest call, the stand-in's phone. */
import type { Spoken } from './reply.ts'

/**
 * Letters, blanks and marks a second, by language: how fast the neural voices of Amazon Polly read our prompts. Turkish writes
 * each sound, so its letters take longer. `test/call/pace.test.ts` holds every shipped prompt against espeak-ng.
 */
const LETTERS_A_SECOND: Readonly<Record<string, number>> = { tr: 11.5 }
export const USUAL_LETTERS_A_SECOND = 13
/** A digit is a word: "8, 0, 5, 5" is not four letters, and 147 is "hundertsiebenundvierzig". */
export const DIGIT_SECONDS = 0.5

/** Seconds that a text takes to be spoken. */
export function spokenSeconds(text: string, language = ''): number {
  const digits = text.replace(/[^0-9]/g, '').length
  const perSecond = Object.hasOwn(LETTERS_A_SECOND, language) ? LETTERS_A_SECOND[language] : undefined
  return digits * DIGIT_SECONDS + (text.length - digits) / (perSecond ?? USUAL_LETTERS_A_SECOND)
}

/** Seconds of what is said in one breath: between two prompts there is a blank. */
export function secondsOfAll(lines: readonly Pick<Spoken, 'text' | 'language'>[]): number {
  const blanks = Math.max(0, lines.length - 1) / USUAL_LETTERS_A_SECOND
  return lines.reduce((sum, { text, language }) => sum + spokenSeconds(text, language), blanks)
}
