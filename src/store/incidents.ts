/** Incidents and the accounts they touched, kept as a history: what agents may see of it ends, the record does not. */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { DurableEvent } from '../seams/events.ts'
import type { IncidentBook, Marked, NumberedLine } from '../seams/incidents.ts'
import { createEventLog } from './events.ts'
import type { Schema } from './schema.ts'

/** How many incidents of one account an agent is shown. */
const INCIDENTS_SHOWN = 10

export function createIncidents(db: Kysely<Schema>): IncidentBook {
  return {
    async of(brand, ref) {
      const rows = await db
        .selectFrom('incident_account')
        .innerJoin('incident', (join) =>
          join
            .onRef('incident.brand', '=', 'incident_account.brand')
            .onRef('incident.name', '=', 'incident_account.name'),
        )
        .select(['incident.name', dayOf, 'texts'])
        .where('incident_account.brand', '=', brand)
        .where('ref', '=', ref)
        .where('closed', 'is', null)
        .orderBy('incident.day', 'desc')
        .orderBy('incident.name')
        .limit(INCIDENTS_SHOWN)
        .execute()
      return rows.map(({ name, day, texts }) => ({ name, day, texts }))
    },

    open({ brand, name, day, texts }, actor, at) {
      return db.transaction().execute(async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('incident')
          .values({ brand, name, day, texts: JSON.stringify(texts), opened: at })
          .onConflict((conflict) => conflict.columns(['brand', 'name']).doNothing())
          .executeTakeFirstOrThrow()
        if (numInsertedOrUpdatedRows !== 1n) return false
        await note(trx, brand, actor, { act: 'open', name, day })
        return true
      })
    },

    async mark({ brand, name }, batches, { actor, at, skipUnknown, onUnknown }) {
      const sum: Marked = { marked: 0, before: 0, unknown: 0 }
      try {
        return await db.transaction().execute(async (trx) => {
          // Held until the marks are in: an incident is not closed in between.
          const open = await trx
            .selectFrom('incident')
            .select('name')
            .where('brand', '=', brand)
            .where('name', '=', name)
            .where('closed', 'is', null)
            .forShare()
            .executeTakeFirst()
          if (!open) return null
          for await (const lines of batches) {
            const refs = await refsOf(trx, brand, lines)
            const known = lines.flatMap(({ customerNumber }) => refs.get(customerNumber) ?? [])
            for (const { line, customerNumber } of lines) if (!refs.has(customerNumber)) onUnknown(line)
            const { numAffectedRows = 0n } = await sql`
              INSERT INTO incident_account (brand, name, ref, marked)
              SELECT ${brand}, ${name}, ref, ${at} FROM unnest(${known}::text[]) AS named (ref)
              ON CONFLICT DO NOTHING`.execute(trx)
            sum.marked += Number(numAffectedRows)
            sum.before += known.length - Number(numAffectedRows)
            sum.unknown += lines.length - known.length
          }
          if (sum.unknown > 0 && !skipUnknown) throw new NothingMarked()
          await note(trx, brand, actor, { act: 'mark', name, ...sum })
          return sum
        })
      } catch (error) {
        if (error instanceof NothingMarked) return { ...sum, marked: 0 }
        throw error
      }
    },

    close({ brand, name }, actor, at) {
      return db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('incident')
          .set({ closed: at })
          .where('brand', '=', brand)
          .where('name', '=', name)
          .where('closed', 'is', null)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows !== 1n) return null
        const { accounts } = await trx
          .selectFrom('incident')
          .select(touched.as('accounts'))
          .where('brand', '=', brand)
          .where('name', '=', name)
          .executeTakeFirstOrThrow()
        await note(trx, brand, actor, { act: 'close', name, accounts })
        return accounts
      })
    },

    async list() {
      const rows = await db
        .selectFrom('incident')
        .select(['brand', 'name', dayOf, 'texts', 'opened', 'closed'])
        .select(touched.as('accounts'))
        .orderBy('opened', 'desc')
        .orderBy('brand')
        .orderBy('name')
        .execute()
      return rows.map(({ opened, closed, ...row }) => ({
        ...row,
        opened: opened.toISOString(),
        closed: closed?.toISOString() ?? null,
      }))
    },
  }
}

/** Rolls the marks back. */
class NothingMarked extends Error {}

/** Those that were erased since count as before. */
const touched = sql<number>`(
  (SELECT count(*) FROM incident_account a WHERE a.brand = incident.brand AND a.name = incident.name)
  + (SELECT coalesce(sum(count), 0) FROM erased_count c
     WHERE c.brand = incident.brand AND c.what = 'incident_account' AND c.kind = incident.name))::int`

/** The driver would make a local midnight of it. */
const dayOf = sql<string>`incident.day::text`.as('day')

async function refsOf(
  trx: Transaction<Schema>,
  brand: string,
  lines: readonly NumberedLine[],
): Promise<Map<string, string>> {
  const numbers = lines.map(({ customerNumber }) => customerNumber)
  const { rows } = await sql<{ number: string; ref: string }>`
    SELECT customer_number AS number, ref FROM account
    WHERE brand = ${brand} AND customer_number = ANY (${numbers}::text[]) FOR KEY SHARE`.execute(trx)
  return new Map(rows.map(({ number, ref }) => [number, ref]))
}

function note(trx: Transaction<Schema>, brand: string, actor: string, facts: DurableEvent['facts']): Promise<void> {
  return createEventLog(trx).append({ kind: 'incident', callId: '-', brand, ref: null, actor, facts })
}
