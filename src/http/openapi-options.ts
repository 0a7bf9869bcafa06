/** How zod schemas become the OpenAPI documents of this server. */
import type { CreateDocumentOptions } from 'zod-openapi'

export const openapiOptions: CreateDocumentOptions = {
  // zod writes a pattern of 300 characters beside `format: date-time`, which says the same.
  override: ({ jsonSchema }) => {
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  },
}
