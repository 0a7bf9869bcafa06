/** Fields that step types share. */
import { z } from 'zod'

/** The name of a step, as an exit's target. */
export const target = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'a step name is small letters, digits and underscores, and begins with a letter')
  .meta({ id: 'target', description: 'Name of the step that comes next.' })

export const promptKey = z
  .string()
  .regex(/^[a-z][a-z0-9_.]*$/, 'a prompt is named by its key')
  .meta({ id: 'prompt', description: 'Key of a prompt.' })

export const level = z
  .union([z.literal(0), z.literal(1), z.literal(2)])
  .meta({ id: 'level', description: 'What callers must have proved: 0 nothing, 1 identified, 2 verified.' })

/** The exits that a step has: those that the flow file gives a target. */
export function present(exits: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(exits).filter((exit): exit is [string, string] => exit[1] !== undefined))
}
