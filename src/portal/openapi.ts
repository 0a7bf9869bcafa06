/** The OpenAPI 3.1 document of the portal API, out of the table that its routes are made of. */
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi'
import { basePathOf } from '../http/base-path.ts'
import { openapiOptions } from '../http/openapi-options.ts'
import { notTaken } from './forms.ts'
import { type PortalOperation, portalOperations } from './operations.ts'

const problem = z
  .strictObject({ title: z.string(), status: z.int(), detail: z.string(), code: z.string() })
  .meta({ id: 'Problem', description: 'RFC 9457, with a word for programs.' })

const refusal = (description: string, schema: z.ZodType = problem): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/problem+json': { schema } },
})

const notTakenProblem = problem.extend(notTaken).meta({ id: 'NotTakenProblem', description: 'RFC 9457' })

function responsesOf({
  output,
  input,
  changes,
  looksUp,
  refusals: own,
}: PortalOperation): ZodOpenApiOperationObject['responses'] {
  const refusals = {
    ...own,
    ...(changes && { too_many: { status: 429, says: 'So often a day and no more for one customer.' } }),
    ...(looksUp && { not_offered: { status: 409, says: 'The brand shows no PIN to its customers.' } }),
  }
  const all = Object.entries(refusals)
  const statuses = [...new Set(all.map(([, { status }]) => status))]
  const told = (status: number): string =>
    all.flatMap(([code, each]) => (each.status === status ? [`\`${code}\`: ${each.says}`] : [])).join(' ')
  return {
    '200': { description: 'Done, or as told.', content: { 'application/json': { schema: output } } },
    ...(input && { '400': refusal('`not_understood`: an order that is not in form. The token was not spent.') }),
    '401': {
      ...refusal(
        '`missing`, `invalid`, `stale` (log in again), `weak` (log in with more), `spent` (something was changed with it before).',
      ),
      headers: z.object({ 'WWW-Authenticate': z.string().meta({ description: 'RFC 6750, RFC 9470' }) }),
    },
    '404': refusal('`no_customer`: the brand has no such customer.'),
    '503': refusal('A store does not answer, or `no_keys`: those of the portal. Try again with another token.'),
    ...Object.fromEntries(
      statuses.map((status) => [
        String(status),
        refusal(
          `${told(status)}${status === 404 ? ' `no_customer`: the brand has no such customer.' : ''}`,
          status === 422 ? notTakenProblem : problem,
        ),
      ]),
    ),
  }
}

/** @param looksUp whether this process shows a PIN. */
export function portalDocument(publicBaseUrl: string, looksUp: boolean): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const [operationId, operation] of Object.entries<PortalOperation>(portalOperations)) {
    const { method, path, changes, summary, input } = operation
    if (operation.looksUp && !looksUp) continue
    const at = path.replaceAll(/:(\w+)/g, '{$1}')
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
    paths[at] = {
      ...paths[at],
      [method]: {
        operationId,
        summary,
        description: changes ? 'Spends the token.' : 'Leaves the token as it is.',
        ...(names.length > 0 && {
          requestParams: { path: z.strictObject(Object.fromEntries(names.map((name) => [name, z.string()]))) },
        }),
        ...(input && { requestBody: { required: true, content: { 'application/json': { schema: input } } } }),
        responses: responsesOf(operation),
      },
    }
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Rufpass: the portal',
        version: '1',
        description: "What a customer sees and changes of their own, through the operator's portal or app.",
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: basePathOf(publicBaseUrl) || '/' }],
      security: [{ token: [] }],
      paths,
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'Made by the portal for one customer: `iss`, `aud`, `exp`, `brand`, `sub` (the customer number), `auth_time` at most five minutes ago, `acr`, and a `jti` of its own.',
          },
        },
      },
    },
    openapiOptions,
  )
}
