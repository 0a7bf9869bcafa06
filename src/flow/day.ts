import { z } from 'zod'

/** A calendar day as files name it. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'a date is written "YYYY-MM-DD", in quotes', abort: true })
  .refine(
    (text) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false,
    'there is no such day; correct it',
  )
