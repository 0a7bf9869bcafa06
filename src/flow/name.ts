import { z } from 'zod'

/** What brands, topics and channels are called, in files and in orders. */
export const name = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'a name is small letters, digits and underscores')
