/** What every operation of the API says of itself, whatever it does: the act that it needs, and what it refuses. */
import { z } from 'zod'
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { actNames } from '../seams/tokens.ts'
import { type GrantedName, granted, type Operation } from './granted.ts'

export const members = { title: z.string(), status: z.int(), detail: z.string() }

/** RFC 9457, with the members that say something here. */
const problem = z.strictObject(members).meta({ id: 'Problem', description: 'RFC 9457' })

/** As above, with what is wrong with which field. */
export const faulty = z
  .strictObject({
    ...members,
    errors: z.array(z.strictObject({ field: z.string(), rule: z.string(), remedy: z.string() })).optional(),
  })
  .meta({ id: 'FaultyProblem', description: 'RFC 9457; `errors` names each field, its rule and the remedy.' })

/** As above, with a word for programs. */
export const coded = z
  .strictObject({ ...members, code: z.string(), act: z.enum(actNames).optional() })
  .meta({ id: 'CodedProblem', description: 'RFC 9457; `act` is what the token is not given.' })

export function refusal(description: string, schema: z.ZodType = problem): ZodOpenApiResponseObject {
  return { description, content: { 'application/problem+json': { schema } } }
}

export const refusals = {
  '401': {
    ...refusal('No bearer token, or a wrong one.'),
    headers: z.object({ 'WWW-Authenticate': z.string().meta({ description: 'RFC 6750' }) }),
  },
  '500': refusal('A context that must not be shown. It has been logged.'),
  '503': refusal('A store does not answer. Try again.'),
} satisfies ZodOpenApiResponsesObject

/** Its name and the act that it needs: OpenAPI 3.1 lists for such a scheme the roles that an operation needs. */
export function of(name: GrantedName) {
  return { operationId: name, security: [{ token: [granted[name].act] }] }
}

export function refusalsOf(name: GrantedName): ZodOpenApiResponsesObject {
  const { act, guessable }: Operation = granted[name]
  return {
    ...refusals,
    '403': refusal(`The token is not given the act \`${act}\`.`, coded),
    ...(guessable && {
      '429': {
        ...refusal('The budget of the token is spent; nothing was looked up.', coded),
        headers: z.object({ 'Retry-After': z.string().meta({ description: 'Seconds until there is some again.' }) }),
      },
    }),
  }
}
