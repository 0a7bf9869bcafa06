/** What a brand asks of the PINs of its customers: the form of `pins` in its file. PURE. */
import { z } from 'zod'
import { credentials, issuedKind, PIN_DIGITS } from '../auth/credentials.ts'
import { type PinRule, pinRules } from '../auth/pin-policy.ts'
import type { Advice } from '../call/question.ts'
import { day } from './day.ts'

const ALL: PinRule[] = [...pinRules]

const weak = z
  .strictObject({
    follows: z
      .enum(['nothing', 'hint', 'must_change'])
      .describe(
        'nothing: it is right as any other. hint: after the proof the caller is told to change it. must_change: that, and from `by` on it proves nothing any more.',
      ),
    by: day.optional().describe('With must_change: the first day on which such a PIN proves nothing.'),
  })
  .check(({ value, issues }) => {
    if ((value.follows === 'must_change') === (value.by !== undefined)) return
    const message =
      value.by === undefined
        ? "'must_change' needs the day from which it holds; add by"
        : "only 'must_change' has a day; remove it"
    issues.push({ code: 'custom', input: value, path: [value.by === undefined ? 'follows' : 'by'], message })
  })

const digits = z.int().min(PIN_DIGITS.from).max(PIN_DIGITS.to)

export const pinsSchema = z
  .strictObject({
    digits: digits
      .default(credentials[issuedKind].usualEntry.digits)
      .describe(
        'How many digits a PIN has that is issued or chosen. Other credentials of the brand must not have as many.',
      ),
    still: z
      .array(digits)
      .default([])
      .describe(
        'How many digits those from before may have, which stay valid until they are changed: they count as weak, so `weak` says what follows. Without it they are no PINs any more.',
      ),
    forbid: z
      .array(z.enum(pinRules))
      .default(ALL)
      .describe(
        'What a PIN may not be that is issued, and which imported ones are marked. sequence: 1234, 8901, 4321. repeated: one digit only, or a word on fewer than four keys. birth_date: the own one, in any spelling. birth_year. own_number: part of an own customer, contract or phone number. own_name: part of the own name, in a word on letters. common: among those that strangers try first.',
      ),
    weak: weak
      .default({ follows: 'nothing' })
      .describe('What follows for customers whose PIN is from before and would be refused today.'),
    letters: z
      .enum(['none', 'agents', 'callers'])
      .default('none')
      .describe(
        'Who orders a new one by post for customers who forgot theirs; pins issue --forgotten makes the letters. none: the command pins order alone. agents: at the desk too. callers: these too, by key, where they could not be verified.',
      ),
    letters_a_day: z
      .int()
      .min(1)
      .max(100_000)
      .default(200)
      .describe(
        'So many orders by key are taken within 24 hours, for whatever numbers, also such as nobody has; then callers are sent to an agent with it, and the log warns. Each may cost a letter and a message.',
      ),
    first_use: z
      .boolean()
      .default(false)
      .describe(
        'Whether `pins issue --first-use` gives codes that are good to set a PIN with, and for nothing else. For breaches only: else a random PIN by post is safer than the one that a customer then chooses. Switched off, codes that are out are worth nothing.',
      ),
  })
  .check(({ value: { digits, still }, issues }) => {
    for (const [index, each] of still.entries()) {
      const isTwice = still.indexOf(each) < index
      if (each !== digits && !isTwice) continue
      const message = isTwice
        ? `${each} is there twice; remove one`
        : `${each} is 'digits', so new ones have it; remove it`
      issues.push({ code: 'custom', input: each, path: ['still', index], message })
    }
  })
  .describe('What the PINs of its customers must be.')
export type Pins = z.infer<typeof pinsSchema>

/** What becomes of a right PIN that is weak, on a local day of the brand, YYYY-MM-DD. */
export function adviceOn({ pins: { weak } }: { pins: Pins }, today: string): Advice {
  if (weak.follows === 'nothing') return null
  return weak.by !== undefined && today >= weak.by ? 'change_first' : 'change_soon'
}
