/** What stands in the proof for whatever the world may say: as long to speak as it can be. */
import type { StoredVerifier } from '../auth/verifier.ts'

/** Letters of a notice in one language: 9 seconds of speech, as for every prompt. */
export const LONGEST_NOTICE = 117

/** Stands for every notice. */
export const SAMPLE_NOTICE = 'This stands for whatever notice is switched on. '.repeat(9).slice(0, LONGEST_NOTICE)

/** Stands for every long wait, in minutes: longer than a brand may call usual. */
export const LONG_WAIT = 147

/** Stands for every ticket. */
export const SAMPLE_TICKET = '8055008055'

/** Stands for every call code in a message. */
export const SAMPLE_CODE = '8055 0080 5500 8055'

/** Stands for the verifier of every new secret that was keyed once. */
export const SAMPLE_ENTRY: StoredVerifier = {
  v: 1,
  params: { m: 0, t: 0, p: 0 },
  salt: 'salt',
  kids: ['key'],
  tag: 'tag',
}
