/** A row of the tables of operations. */
import { z } from 'zod'

/** Where nothing is sent, or nothing answered. */
export const nothing = z.strictObject({})

export const row = <In extends z.ZodType, Out extends z.ZodType>(summary: string, input: In, output: Out) => ({
  summary,
  input,
  output,
})
