import { z } from 'zod'

/** What Postgres cannot keep (NUL, half of a surrogate pair), and other control characters but for tabs and line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_KEPT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/u

/** Free text of a request, of at most so many letters: only what can be kept as it is, so that no store has to refuse it. */
export function freeText(longest: number): z.ZodString {
  return z
    .string()
    .max(longest)
    .refine((text) => !NOT_KEPT.test(text), 'it has letters that cannot be kept')
}
