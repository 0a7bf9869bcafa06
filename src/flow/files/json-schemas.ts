import { z } from 'zod'
import { brandSchema } from '../brand.ts'
import { catalogueSchema } from '../prompt.ts'
import type { StepTypes } from '../step.ts'
import { target } from '../steps/fields.ts'
import { ownStepTypes } from '../steps/index.ts'

/** The whole of a flow file, for editors. `parseFlow` reads it in two passes instead, to name the place of a mistake. */
function flowSchema(types: StepTypes): z.ZodType {
  const [first, ...others] = Object.values(types).map(({ schema }) => schema)
  return z
    .strictObject({
      start: target.describe('The step that every call begins with.'),
      steps: z
        .record(target, z.discriminatedUnion('type', [first as z.ZodObject<{ type: z.ZodLiteral }>, ...(others as [])]))
        .describe('The steps by name.'),
    })
    .describe('A flow of Rufpass: the order of a call.')
}

/**
 * JSON Schemas (draft 2020-12) by file name, written beside the flows so that editors complete and check them. What a
 * schema of that kind cannot say, such as the exits that a branch needs, is told by `flows check` and at start.
 */
export function jsonSchemas(types: StepTypes = ownStepTypes): Record<string, object> {
  return {
    'flow.schema.json': z.toJSONSchema(flowSchema(types), { io: 'input' }),
    'brand.schema.json': z.toJSONSchema(brandSchema, { io: 'input' }),
    'prompts.schema.json': z.toJSONSchema(catalogueSchema, { io: 'input' }),
  }
}
