/** Why somebody does something, in their words, for the record. PURE. */
import { z } from 'zod'
import { CALL_CODE_DIGITS } from '../auth/call-code.ts'
import { type Credential, credentials } from '../auth/credentials.ts'

const LONGEST_REASON = 200
/** Of a word nobody writes the keys, and what is written of it looks like any other. */
const digitsOnly = Object.values<Credential>(credentials).flatMap(({ usualEntry }) =>
  'digits' in usualEntry ? [usualEntry.digits] : [],
)
const secretLengths = [...new Set([...digitsOnly, CALL_CODE_DIGITS])]
/** What could be a PIN or a PUK: the record is kept as long as the account, and no digit of one is to be in it. */
const LIKE_A_SECRET = new RegExp(secretLengths.map((digits) => `(?<![0-9])[0-9]{${digits}}(?![0-9])`).join('|'))

export const reason = z
  .string('it is needed: why this is done, for the record')
  .trim()
  .min(3, 'it says why, in 3 letters or more')
  .max(LONGEST_REASON, `it has at most ${LONGEST_REASON} letters`)
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u, 'it is one line of letters, digits and punctuation')
  .refine((text) => !LIKE_A_SECRET.test(text), {
    params: { rule: 'no_secret' },
    error: `it has a number of ${secretLengths.join(' or ')} digits, which could be a secret; write a day as 27.11. and name no other`,
  })
  .meta({ description: 'Why it is done. It stays on record as long as the account, so name no person in it.' })
