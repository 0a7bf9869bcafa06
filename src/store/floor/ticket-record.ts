/** The record of what is done with tickets and notes. */
import type { Transaction } from 'kysely'
import type { DurableEvent } from '../../seams/events.ts'
import type { TicketAct } from '../../seams/matters.ts'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'

export async function record(
  trx: Transaction<Schema>,
  facts: DurableEvent['facts'],
  { brand, ref, callId, actor }: TicketAct & { brand: string; ref: string | null },
  kind: 'ticket' | 'note' = 'ticket',
): Promise<void> {
  await createEventLog(trx).append({ kind, callId, brand, ref, actor, facts })
}
