import { z } from 'zod'

/**
 * What Postgres cannot keep (NUL, half of a surrogate pair), what a screen or a terminal takes for an order: control
 * characters (Unicode category Cc), but for line feeds and tabs; and what makes a line read otherwise than it is written: embeddings, overrides and
 * isolates of the direction of text. https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
const NOT_KEPT = /[^\P{Cc}\n\t]|\p{Surrogate}|[\u202A-\u202E\u2066-\u2069]/u

/** The first letter that cannot be kept, as a sentence without an end; null: there is none. It quotes nothing else. */
export function notKeptIn(text: string): string | null {
  const [found] = NOT_KEPT.exec(text) ?? []
  if (found === undefined) return null
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `U+${code} is no letter that can be kept`
}

/** Lines as other systems end them. */
export function withPlainEnds(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

/**
 * Free text of a request, of so many letters: only what can be kept as it is, so that no store has to refuse it. Lines may
 * come as another system ends them. The fault names the first letter that cannot be kept, and never the text.
 */
export function freeText({ shortest = 0, longest }: { shortest?: number; longest: number }) {
  return z
    .string()
    .min(shortest)
    .max(longest)
    .transform(withPlainEnds)
    .superRefine((text, context) => {
      const message = notKeptIn(text)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
}
