/** When a wait in a queue ends without an agent, and what then: the form of `waits` in a brand's file. PURE. */
import { z } from 'zod'
import type { WaitEnd } from '../call/call.ts'

/** What is offered then; the flow has an exit for each, on a `branch` on `unserved`. */
export const offers = ['call_later', 'ticket', 'transfer'] as const
export type Offer = (typeof offers)[number]

const WHAT =
  'call_later: callers are told when to call. ticket: who has proved who they are gets a ticket that keeps the place for the next call. transfer: to a number of the brand.'
const exit = z.enum(offers).describe(`What then. ${WHAT}`)

export const waitsSchema = z
  .strictObject({
    longest: z
      .strictObject({ minutes: z.int().min(5).max(240).describe('So many minutes in one queue.'), exit })
      .describe('The longest that anybody waits.'),
    nobody: z
      .strictObject({ minutes: z.int().min(1).max(60).describe('For so many minutes.'), exit })
      .describe('No agent is there who takes this caller.'),
    closing: z
      .strictObject({
        exit: z.enum(['serve', ...offers]).describe(`serve: who was let in is served, closed or not. ${WHAT}`),
      })
      .default({ exit: 'serve' })
      .describe('Closing time comes while a caller waits.'),
    key: z
      .strictObject({
        press: z
          .string()
          .regex(/^[0-9]$/, 'a key is one digit, in quotes')
          .describe('The key.'),
        exit,
      })
      .optional()
      .describe('A key that leads out of the queue; callers are told of it where they are told their place.'),
  })
  .describe('How every wait ends that no agent has ended. Each has an exit of its own in the flow.')
export type Waits = z.infer<typeof waitsSchema>

/** What the brand's file offers to callers whose wait ended so. */
export function offerFor(waits: Waits | undefined, why: WaitEnd | null): Offer {
  const exit = why === null ? undefined : waits?.[why]?.exit
  return exit === undefined || exit === 'serve' ? 'call_later' : exit
}

/** The ends that waits of this brand can have. */
export function endsOf(waits: Waits | undefined): WaitEnd[] {
  if (!waits) return []
  const { closing, key } = waits
  return [
    'longest',
    'nobody',
    ...(closing.exit === 'serve' ? [] : ['closing' as const]),
    ...(key ? ['key' as const] : []),
  ]
}
