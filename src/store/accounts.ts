/**
 * The `table` account source: the operator's customers, imported into our own store. Everything is asked as of a moment
 * and within one brand. Imports kysely, the tables and the seam.
 */
import { type Kysely, sql } from 'kysely'
import type { IdentifierKind } from '../auth/identifiers.ts'
import type { AccountSource, Lookup, LookupResult } from '../seams.ts'
import { digitsOf } from './phone-numbers.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/** One owner of the entry, once for each SIM of his, and once with none when he has none. */
interface Hit {
  kind: IdentifierKind
  ref: string
  keyed_sim: string | null
  sim: string | null
  since: Date | null
}

/**
 * The source over our own tables. `find` never throws: a database that cannot answer is `unavailable`, which spends no
 * try and is never taken for `unknown`. The other three throw what the driver throws.
 */
export function createTableSource(db: Kysely<Schema>): AccountSource {
  return {
    async find(lookup, asOf) {
      try {
        return resultOf(lookup, await hits(db, lookup, asOf))
      } catch {
        return { kind: 'unavailable' }
      }
    },

    async context(brand, ref) {
      const account = await db
        .selectFrom('account')
        .select(['ref', 'customer_number', 'name'])
        .where('brand', '=', brand)
        .where('ref', '=', ref)
        .executeTakeFirst()
      return account ? { ref: account.ref, customerNumber: account.customer_number, name: account.name } : null
    },

    async onFile(brand, number, asOf) {
      const owner = await db
        .selectFrom('identifier')
        .select('ref')
        .where('brand', '=', brand)
        .where('value', '=', digitsOf(number))
        .where('kind', '=', 'phone_number')
        .where(ownedAt('identifier', asOf))
        .executeTakeFirst()
      return owner !== undefined
    },

    async ticket(brand, number) {
      const ticket = await db
        .selectFrom('ticket')
        .select(['number', 'topic', 'reported_at', 'open'])
        .where('brand', '=', brand)
        .where('number', '=', number)
        .executeTakeFirst()
      if (!ticket) return null
      return {
        number: ticket.number,
        topic: ticket.topic,
        reportedAt: ticket.reported_at.toISOString(),
        open: ticket.open,
      }
    },
  }
}

/** Who owns `$2` in brand `$1` as one of the kinds `$3`, at the moment `$4`. */
const owners = statement<Hit>(
  'owners',
  `select owner.kind, owner.ref, owner.sim_id as keyed_sim, sim.id as sim, sim.since
   from identifier owner
   left join identifier card on card.ref = owner.ref and card.kind = 'sim_number'
     and (card.valid_from is null or card.valid_from <= $4::timestamptz)
     and (card.valid_to is null or card.valid_to > $4::timestamptz)
   left join sim on sim.id = card.sim_id
   where owner.brand = $1 and owner.value = $2 and owner.kind = any ($3::text[])
     and (owner.valid_from is null or owner.valid_from <= $4::timestamptz)
     and (owner.valid_to is null or owner.valid_to > $4::timestamptz)
   order by owner.id, card.id`,
)

/** One statement whether somebody owns the entry or nobody: the number of round trips tells nothing (security.md 5.5). */
async function hits(db: Kysely<Schema>, lookup: Lookup, asOf: Date): Promise<Hit[]> {
  return lookup.kinds.length === 0 ? [] : owners(db, [lookup.brand, lookup.value, [...lookup.kinds], asOf])
}

function ownedAt(table: string, moment: Date) {
  const from = sql.ref(`${table}.valid_from`)
  const to = sql.ref(`${table}.valid_to`)
  return sql<boolean>`(${from} is null or ${from} <= ${moment}) and (${to} is null or ${to} > ${moment})`
}

/** The database allows one owner at a time; should it ever hold two, nobody is found rather than the wrong one. */
function resultOf(lookup: Lookup, rows: readonly Hit[]): LookupResult {
  const [first] = rows
  if (!first) return { kind: 'unknown' }
  if (rows.some((row) => row.ref !== first.ref)) return { kind: 'ambiguous' }
  const sims = new Map<string, string | null>()
  for (const row of rows) if (row.sim !== null) sims.set(row.sim, row.since?.toISOString() ?? null)
  return {
    kind: 'found',
    account: {
      ref: first.ref,
      sims: [...sims].map(([id, since]) => ({ id, since })),
      keyedSim: rows.find((row) => row.keyed_sim !== null)?.keyed_sim ?? null,
      ticket: rows.some((row) => row.kind === 'ticket_number') ? lookup.value : null,
    },
  }
}
