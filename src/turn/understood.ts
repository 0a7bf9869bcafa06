/** What every door does with what was sent to it before anything is changed: the same rules, told in the same sentences. */
import type { z } from 'zod'
import { type Fault, inOurWords } from '../flow/fault.ts'

/** What is wrong with what was sent. Nothing was changed. */
export interface NotUnderstood {
  faults: Fault[]
}

/** `actor`: who did it, for history and events. */
export interface Act {
  sent: unknown
  actor: string
  now: Date
}

/** What was sent, in its form and without faults. `what`: its name where no field of it is at fault. */
export function understood<T extends z.ZodType>(
  schema: T,
  sent: unknown,
  { what, faultsOf }: { what: string; faultsOf(read: z.infer<T>): Fault[] },
): z.infer<T> | NotUnderstood {
  const read = schema.safeParse(sent, { error: inOurWords })
  const faults = read.success
    ? faultsOf(read.data)
    : read.error.issues.map(({ path, message }): Fault => {
        const field = path.join('.')
        return { code: 'form', field: field || null, sentence: `${field || what}: ${message}.` }
      })
  return read.success && faults.length === 0 ? read.data : { faults }
}

export function isNotUnderstood(given: object): given is NotUnderstood {
  return 'faults' in given
}
