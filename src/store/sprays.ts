/** Attacks over many accounts, each with its events in one transaction, and what is usual of each hour. */
import { type Kysely, sql, type Transaction } from 'kysely'
import { sprayRule } from '../auth/spray.ts'
import type { DurableEvent } from '../seams/events.ts'
import type { Spray, SprayStore } from '../seams/sprays.ts'
import { createEventLog } from './events.ts'
import type { Schema } from './schema.ts'

/** Who begins one by figures, and ends one that nothing prolonged. */
const SERVER = 'server'
/** In events: the whole service. */
const NO_BRAND = '-'

export function createSprays(db: Kysely<Schema>): SprayStore {
  const lapse: SprayStore['lapse'] = async (at) => {
    const { rows } = await sql<{ brand: string }>`
      WITH over AS (UPDATE spray SET ended = until WHERE ended IS NULL AND until <= ${at} RETURNING brand)
      INSERT INTO event (kind, call_id, brand, ref, actor, facts)
      SELECT 'spray', '-', coalesce(brand, ${NO_BRAND}), NULL, ${SERVER}, '{"act": "end", "why": "calm"}' FROM over
      RETURNING brand`.execute(db)
    return rows.map(({ brand }) => ({ brand: brand === NO_BRAND ? null : brand }))
  }
  return {
    async current(at) {
      const rows = await db
        .selectFrom('spray')
        .selectAll()
        .where('ended', 'is', null)
        .where('until', '>', at)
        .orderBy('id')
        .execute()
      return rows.map(({ brand, since, until, actor, is_ordered: isOrdered }): Spray => {
        return { brand, since: since.toISOString(), until: until.toISOString(), actor, isOrdered }
      })
    },
    async resting(at) {
      return db.selectFrom('spray').select('brand').distinct().where('rests_until', '>', at).execute()
    },
    async begin({ brand, until }, { actor, because }, at) {
      // One that is over and not recorded yet is in the way of the next.
      await lapse(at)
      return db.transaction().execute(async (trx) => {
        const isOrdered = 'reason' in because
        const taken = isOrdered
          ? sql`DO UPDATE SET until = excluded.until, actor = excluded.actor, is_ordered = true`
          : sql`DO NOTHING`
        const { rows } = await sql`
          INSERT INTO spray (brand, since, until, actor, is_ordered) VALUES (${brand}, ${at}, ${until}, ${actor}, ${isOrdered})
          ON CONFLICT (coalesce(brand, '')) WHERE ended IS NULL ${taken} RETURNING id`.execute(trx)
        if (rows.length === 0) return false
        const why = isOrdered ? { why: 'order', reason: because.reason } : { why: 'figures', ...figuresOf(because) }
        await note(trx, brand, actor, { act: 'begin', until: until.toISOString(), ...why })
        return true
      })
    },
    async prolong(brand, until) {
      await sql`
        UPDATE spray SET until = greatest(until, ${until}) WHERE ended IS NULL AND brand IS NOT DISTINCT FROM ${brand}`.execute(
        db,
      )
    },
    end(brand, { actor, reason, restsUntil }, at) {
      return db.transaction().execute(async (trx) => {
        const { numAffectedRows = 0n } = await sql`
          UPDATE spray SET ended = ${at}, rests_until = ${restsUntil}
          WHERE ended IS NULL AND until > ${at} AND brand IS NOT DISTINCT FROM ${brand}`.execute(trx)
        if (numAffectedRows === 0n) return false
        await note(trx, brand, actor, { act: 'end', why: 'order', reason })
        return true
      })
    },
    lapse,
    async notePeak({ brand, day, hour }, failures) {
      await sql`
        INSERT INTO failure_peak (brand, day, hour, failures) VALUES (${brand}, ${day}, ${hour}, ${failures})
        ON CONFLICT (brand, day, hour) DO UPDATE SET failures = greatest(failure_peak.failures, excluded.failures)`.execute(
        db,
      )
    },
    async usual(brand, { days, hour }) {
      const peaks = await db
        .selectFrom('failure_peak')
        .select('failures')
        .where('brand', '=', brand)
        .where('hour', '=', hour)
        .where('day', 'in', [...days])
        .execute()
      // Where they say what is usual, nobody counts a million customers.
      if (peaks.length >= sprayRule.weeks.needed)
        return { customers: null, peaks: peaks.map(({ failures }) => failures) }
      const { customers } = await db
        .selectFrom('account')
        .select(({ fn }) => fn.countAll<string>().as('customers'))
        .where('brand', '=', brand)
        .executeTakeFirstOrThrow()
      return { customers: Number(customers), peaks: peaks.map(({ failures }) => failures) }
    },
    async prune(before) {
      await db.deleteFrom('failure_peak').where('day', '<', before).execute()
    },
  }
}

function figuresOf({ failing, baseline }: { failing: { failures: number; accounts: number }; baseline: number }) {
  return { ...failing, baseline }
}

async function note(
  trx: Transaction<Schema>,
  brand: string | null,
  actor: string,
  facts: DurableEvent['facts'],
): Promise<void> {
  await createEventLog(trx).append({ kind: 'spray', callId: '-', brand: brand ?? NO_BRAND, ref: null, actor, facts })
}
