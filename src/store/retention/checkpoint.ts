/** Up to where the record of events may be cut: what is behind a signed checkpoint, once there are any. */
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** @returns the last id that may go; null: nothing holds events back, as there are no checkpoints. */
export type EventsBehind = (db: Kysely<Schema>) => Promise<number | null>

export const noCheckpoints: EventsBehind = async () => null
