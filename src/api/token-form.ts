/** What may be kept of a token: one form for every door that adds one. */
import { z } from 'zod'
import { type Served, strangeOf } from '../floor/agent-form.ts'
import { actNames, FIRST_TOKEN } from '../seams/tokens.ts'

export const tokenName = z
  .string()
  .regex(
    /^[a-z][a-z0-9.-]{0,31}$/,
    'a name is small letters, digits, dots and dashes, begins with a letter, and has at most 32',
  )

/** More than any system asks, and far below what the column holds. */
const MOST = 1_000_000
const requests = z.int().min(1).max(MOST)

export const tokenForm = z.strictObject({
  name: tokenName,
  brands: z.array(z.string().min(1).max(64)).min(1),
  acts: z.array(z.enum(actNames)).min(1),
  budget: z.strictObject({
    perHour: requests,
    perDay: requests,
  }),
})

/** The first thing that a token cannot have, as a sentence; null when there is none. */
export function strangeToken({ name, brands }: z.output<typeof tokenForm>, served: Served): string | null {
  if (name === FIRST_TOKEN) return `'${FIRST_TOKEN}' is what API_TOKEN of the settings is called. Choose another name.`
  return strangeOf({ brands }, served)
}

/** Why a token is not revoked, as a sentence. */
export function notRevoked(name: string): string {
  return name === FIRST_TOKEN
    ? `'${FIRST_TOKEN}' is API_TOKEN of the settings: give that another value there, and restart every server.`
    : `There is no token '${name}' that holds. Those there are: npx rufpass tokens list`
}
