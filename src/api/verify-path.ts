/** The check for other channels, as the API describes it. */
import { z } from 'zod'
import type { ZodOpenApiPathItemObject } from 'zod-openapi'
import { credentialKinds } from '../auth/credentials.ts'
import { resting } from '../context/call-context.ts'
import { verificationOrder } from '../flow/verification.ts'
import { coded, of, refusal, refusalsOf } from './described.ts'

export const verificationAnswer = z
  .strictObject({
    verified: z
      .boolean()
      .meta({ description: 'False tells nothing else: wrong, locked, unknown and none set up are one.' }),
    level: z.literal([0, 1, 2]).meta({ description: 'As calls have it: 2 is proved, 0 is not.' }),
    method: z.enum(credentialKinds).nullable().meta({ description: 'The kind of secret that was right.' }),
    resting: resting.meta({
      description:
        'Actions of the brand that nobody does until then, verified or not: the PIN was changed a short time ago.',
    }),
  })
  .meta({ id: 'VerificationAnswer' })

export function verifyPath(): ZodOpenApiPathItemObject {
  return {
    post: {
      ...of('verifyCustomer'),
      summary: 'Checks a secret that a customer told to another channel',
      description:
        'The same check as by telephone: each time spends a try of the account, wrong ones lock it at every door, and a right one takes them back. Never send a secret again by yourself: have the customer tell it again, under another id.',
      requestBody: { required: true, content: { 'application/json': { schema: verificationOrder } } },
      responses: {
        '200': {
          description: 'Whether it proves the customer.',
          content: { 'application/json': { schema: verificationAnswer } },
        },
        '400': refusal('An order that is not in form; no try was spent.'),
        '409': refusal('This id had come before, and nothing was compared: `repeated`.', coded),
        ...refusalsOf('verifyCustomer'),
      },
    },
  }
}
