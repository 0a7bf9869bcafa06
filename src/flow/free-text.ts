import { z } from 'zod'

/**
 * What Postgres cannot keep (NUL, half of a surrogate pair), and what a screen or a terminal takes for an order: control
 * characters (Unicode category Cc), but for line feeds and tabs.
 */
const NOT_KEPT = /[^\P{Cc}\n\t]|\p{Surrogate}/u

/**
 * Free text of a request, of so many letters: only what can be kept as it is, so that no store has to refuse it. Lines may
 * come as another system ends them. The fault names the first letter that cannot be kept, and never the text.
 */
export function freeText({ shortest = 0, longest }: { shortest?: number; longest: number }) {
  return z
    .string()
    .min(shortest)
    .max(longest)
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .superRefine((text, context) => {
      const [found] = NOT_KEPT.exec(text) ?? []
      if (found === undefined) return
      const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      context.addIssue({ code: 'custom', message: `U+${code} is no letter that can be kept` })
    })
}
