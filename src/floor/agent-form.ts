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

/** What can be taken: names of brands, of topics and of languages; and our own called numbers (E.164), on which no agent sits. */
export type Served = Readonly<Record<'brands' | 'topics' | 'languages' | 'numbers', readonly string[]>>

/** The first thing that an agent cannot have, as a sentence; null when there is none. */
export function strangeOf(
  taken: { readonly [Kind in 'brands' | 'topics' | 'languages']?: readonly string[] | undefined } & {
    readonly phone?: string | undefined
  },
  served: Served,
): string | null {
  const own = taken.phone === undefined ? null : hotlineRung(taken.phone, served)
  if (own !== null)
    return `--phone: ${own} is a number of our own hotlines: the hotline would call itself. Name the agent's own telephone.`
  for (const kind of ['brands', 'topics', 'languages'] as const) {
    const strange = taken[kind]?.find((each) => !served[kind].includes(each))
    if (strange !== undefined)
      return `--${kind}: the flows have no '${strange}'. Name some of: ${served[kind].join(', ')}; or all.`
  }
  return null
}

/** Which of our own numbers a phone leads to: as it stands, or at the domain by which Twilio brings calls to us. */
function hotlineRung(phone: string, { numbers }: Served): string | null {
  const [, user, host = ''] = /^sips?:([^@;]+)(?:;[^@]*)?@([^;:?]+)/.exec(phone) ?? []
  if (user === undefined) return numbers.includes(phone) ? phone : null
  if (!/\.sip(\.[a-z0-9-]+)*\.twilio\.com$/i.test(host)) return null
  const digits = user.replace(/^\+|^00/, '')
  return numbers.find((number) => number.slice(1) === digits) ?? null
}
