/**
 * The `table` account source: the operator's customers, imported into our own store. Everything is asked as of a moment
 * and within one brand. Imports kysely, the tables and the seam.
 */
import { type Kysely, sql } from 'kysely'
import type { IdentifierKind } from '../auth/identifiers.ts'
import { restUntil } from '../auth/pin-rest.ts'
import type { AccountNote, AccountSource, Lookup, LookupResult } from '../seams/account-source.ts'
import { ticketsOf } from './account-tickets.ts'
import { contactsOf } from './accounts/contacts.ts'
import { digitsOf } from './phone-numbers.ts'
import { changedByCustomer } from './pin-rest.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/** One owner of the entry, once for each of their SIMs, and once with none when they have none. */
interface Hit {
  kind: IdentifierKind
  ref: string
  keyed_sim: string | null
  sim: string | null
  /** From when the account owns that SIM; null: since ever. */
  since: Date | null
  /** From when it owns the number that was keyed, a phone number. */
  number_since: Date | null
  /** When the last contract of the account ended. */
  ended: Date | null
  ticket_topic: string | null
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

    async context(brand, ref, asOf) {
      const account = await db
        .selectFrom('account')
        .leftJoin('erasure', 'erasure.ref', 'account.ref')
        .select(['account.ref', 'customer_number', 'name', 'due'])
        .select(changedByCustomer(sql.ref('account.brand'), sql.ref('account.ref')).as('changed'))
        .where('account.brand', '=', brand)
        .where('account.ref', '=', ref)
        .executeTakeFirst()
      if (!account) return null
      const { customer_number: customerNumber, name, due, changed } = account
      const rests = restUntil(changed, asOf)?.toISOString() ?? null
      const [contacts, tickets, notes] = await Promise.all([
        contactsOf(db, { ref, customerNumber }, asOf),
        ticketsOf(db, brand, ref),
        notesOf(db, brand, ref),
      ])
      return {
        ref,
        customerNumber,
        name,
        contacts,
        tickets,
        notes,
        erasure: due?.toISOString() ?? null,
        restUntil: rests,
      }
    },

    async elsewhere(brand, ref, brands, asOf) {
      const rows = await db
        .selectFrom('account as own')
        .innerJoin('account as other', 'other.reference', 'own.reference')
        .select(['other.brand', 'other.ref', 'other.customer_number as customerNumber'])
        .where('own.brand', '=', brand)
        .where('own.ref', '=', ref)
        .where('other.brand', '<>', brand)
        .$if(brands !== 'all', (query) => query.where('other.brand', '=', sql<string>`any(${[...brands]}::text[])`))
        .where(sql<boolean>`(other.ends IS NULL OR other.ends > ${asOf})`)
        .orderBy('other.brand')
        .orderBy('other.customer_number')
        .limit(ELSEWHERE_SHOWN)
        .execute()
      return rows
    },

    async onFile(brand, number, asOf) {
      const owners = await db
        .selectFrom('identifier')
        .select(['ref', ownedAt('identifier', asOf).as('now')])
        .where('brand', '=', brand)
        .where('value', '=', digitsOf(number))
        .where('kind', '=', 'phone_number')
        .execute()
      return { now: owners.some((owner) => owner.now), changedHands: new Set(owners.map(({ ref }) => ref)).size > 1 }
    },
  }
}

/** How many accounts of other brands an agent is shown. */
const ELSEWHERE_SHOWN = 10

/** How many notes of the account an agent is shown: the newest ones. */
const NOTES_SHOWN = 100

/** Those without a ticket, oldest first. */
async function notesOf(db: Kysely<Schema>, brand: string, ref: string): Promise<AccountNote[]> {
  const rows = await db
    .selectFrom('note')
    .select(['at', 'agent', 'topic', 'text'])
    .where('brand', '=', brand)
    .where('ref', '=', ref)
    .where('ticket', 'is', null)
    .orderBy('id', 'desc')
    .limit(NOTES_SHOWN)
    .execute()
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })).reverse()
}

/**
 * Who owns `$2` in brand `$1` as one of the kinds `$3`, at the moment `$4`. A number that two customers claim leads to neither; nor does
 * a number of an ended contract, but for those that still name the customer when all have ended: that of the customer, and of the last
 * contract, where nobody else has it by now.
 */
const owners = statement<Hit>(
  'owners',
  `select owner.kind, owner.ref, owner.sim_id as keyed_sim, card.sim_id as sim, card.valid_from as since,
     case owner.kind when 'phone_number' then owner.valid_from end as number_since,
     case when account.ends <= $4::timestamptz then account.ends end as ended, ticket.topic as ticket_topic
   from identifier owner
   join account on account.ref = owner.ref
   left join identifier card on card.ref = owner.ref and card.kind = 'sim_number' and card.disputed is null
     and (card.valid_from is null or card.valid_from <= $4::timestamptz)
     and (card.valid_to is null or card.valid_to > $4::timestamptz)
     and (account.ends is null or account.ends > $4::timestamptz)
   left join ticket on owner.kind = 'ticket_number' and ticket.brand = owner.brand and ticket.number = owner.value
   where owner.brand = $1 and owner.value = $2 and owner.kind = any ($3::text[]) and owner.disputed is null
     and (owner.valid_from is null or owner.valid_from <= $4::timestamptz)
     and (owner.valid_to is null or owner.valid_to > $4::timestamptz
       or owner.kind = 'contract_number' and owner.valid_to = account.ends)
     and (account.ends is null or account.ends > $4::timestamptz or owner.kind not in ('phone_number', 'sim_number'))
   order by owner.valid_to desc nulls first, owner.id, card.id`,
  'repeatable',
)

/**
 * One statement whether somebody owns the entry or nobody: the number of round trips tells nothing
 * (docs/security.md#found-or-not-found).
 */
async function hits(db: Kysely<Schema>, lookup: Lookup, asOf: Date): Promise<Hit[]> {
  return lookup.kinds.length === 0 ? [] : owners(db, [lookup.brand, lookup.value, [...lookup.kinds], asOf])
}

function ownedAt(table: string, moment: Date) {
  const from = sql.ref(`${table}.valid_from`)
  const to = sql.ref(`${table}.valid_to`)
  return sql<boolean>`(${from} is null or ${from} <= ${moment}) and (${to} is null or ${to} > ${moment})`
}

/** The database allows one owner at a time; should it ever hold two, nobody is found rather than the wrong one. */
function resultOf(lookup: Lookup, found: readonly Hit[]): LookupResult {
  const present = found.filter((row) => row.ended === null)
  const rows = present.length > 0 ? present : found
  const [first] = rows
  if (!first) return { kind: 'unknown' }
  if (rows.some((row) => row.ref !== first.ref)) return { kind: 'ambiguous' }
  const sims = new Map<string, string | null>()
  for (const row of rows) if (row.sim !== null) sims.set(row.sim, row.since?.toISOString() ?? null)
  const keyed = rows.flatMap((row) => row.keyed_sim ?? []).find((sim) => sims.has(sim))
  return {
    kind: 'found',
    account: {
      ref: first.ref,
      sims: [...sims].map(([id, since]) => ({ id, since })),
      keyedSim: keyed ?? null,
      numberSince: rows.find((row) => row.number_since !== null)?.number_since?.toISOString() ?? null,
      ended: first.ended?.toISOString() ?? null,
      ticket: rows.some((row) => row.kind === 'ticket_number') ? lookup.value : null,
      ticketTopic: rows.find((row) => row.ticket_topic !== null)?.ticket_topic ?? null,
    },
  }
}
