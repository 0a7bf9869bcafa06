/** What may be kept of an agent: one form for every door that adds or changes one. */
import { z } from 'zod'
import { agentName, roles } from './view.ts'

const names = z.array(z.string().min(1).max(64))

export const agentFields = z.strictObject({
  displayName: z.string().regex(/^(?! )[^\p{Cc}]{1,80}(?<! )$/u, 'a display name has 1 to 80 characters'),
  role: z.enum(roles),
  phone: z
    .string()
    .regex(
      /^(\+[1-9][0-9]{6,14}|sips?:[^\s@]{1,64}@[^\s@]{1,128}|client:[a-zA-Z0-9._-]{1,64})$/,
      'a phone is like +493023125460, sip:mara@pbx.example.com or client:mara',
    ),
  brands: names,
  topics: names,
  languages: names,
})

export const agentForm = agentFields.extend({ name: agentName })

/** What can be taken: names of brands, of topics and of languages. */
export type Served = Readonly<Record<'brands' | 'topics' | 'languages', readonly string[]>>

/** The first name that there is not, as a sentence; null when all are there. */
export function strangeName(
  taken: { readonly [Kind in keyof Served]?: readonly string[] | undefined },
  served: Served,
): string | null {
  for (const kind of ['brands', 'topics', 'languages'] as const) {
    const strange = taken[kind]?.find((each) => !served[kind].includes(each))
    if (strange !== undefined)
      return `--${kind}: the flows have no '${strange}'. Name some of: ${served[kind].join(', ')}; or all.`
  }
  return null
}
