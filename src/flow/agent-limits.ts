/** When a queue needs somebody, and the times of an agent with its calls: forms of a brand's file. PURE. */
import { z } from 'zod'

export const threshold = z
  .strictObject({
    waiting: z.int().min(1).max(5000).default(5).describe('When so many wait.'),
    minutes: z.int().min(1).max(240).default(3).describe('When one of them has waited for so many minutes.'),
  })
  .describe('When a queue needs somebody.')
/** In minutes, and in callers who wait. */
export type Threshold = z.infer<typeof threshold>

export const agentTimes = z
  .strictObject({
    ring_seconds: z.int().min(5).max(60).default(20).describe("So long an agent's phone rings."),
    wrap_up_seconds: z
      .int()
      .min(10)
      .max(900)
      .default(120)
      .describe('So long a wrap-up lasts, unless its agent ends it.'),
  })
  .describe('The times of an agent with a call of this queue.')
/** In seconds. */
export type AgentTimes = z.infer<typeof agentTimes>
