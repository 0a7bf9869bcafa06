/** Callers in a queue who have not fetched their next piece of waiting: the network is asked about them. */
import type { Kysely } from 'kysely'
import type { WaitingList } from '../../seams/waiting.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'

const unheard = statement<{ call_id: string }>(
  'place_unheard',
  'SELECT call_id FROM queue_place WHERE seen < $1 ORDER BY call_id = ANY ($3::text[]), seen LIMIT $2',
)

const vouchFor = statement<{ call_id: string }>(
  'place_vouched',
  'UPDATE queue_place SET seen = GREATEST(seen, $2::timestamptz) WHERE call_id = ANY ($1::text[])',
)

export function createUnheard(db: Kysely<Schema>): Pick<WaitingList, 'unheard' | 'vouchFor'> {
  return {
    unheard: async (since, most, last) => (await unheard(db, [since, most, last])).map(({ call_id }) => call_id),
    async vouchFor(callIds, at) {
      await vouchFor(db, [callIds, at])
    },
  }
}
