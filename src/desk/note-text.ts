/** The form of a note: long enough for any call, and nothing in it that a store, a screen or a terminal takes for an order. */
import { z } from 'zod'

/** As long as the store keeps of a note. */
export const LONGEST_NOTE = 2_000

/** Control characters (Unicode category Cc), and halves of a character, but for line feeds and tabs. */
const UNKEPT = /[^\P{Cc}\n\t]|\p{Surrogate}/u

/** Lines may come as a terminal or another system ends them. */
export const noteText = z
  .string()
  .max(LONGEST_NOTE)
  .transform((text) => text.replaceAll('\r\n', '\n'))
  .superRefine((text, context) => {
    const [found] = UNKEPT.exec(text) ?? []
    if (found === undefined) return
    const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    context.addIssue({ code: 'custom', message: `U+${code} is a control character, which no note keeps` })
  })
