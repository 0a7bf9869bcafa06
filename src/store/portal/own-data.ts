/** What is kept of a customer, as it is told to them. */
import { type Kysely, sql } from 'kysely'
import type { CustomerPlace } from '../../seams/account-book.ts'
import type { OwnData } from '../../seams/portal.ts'
import type { Schema } from '../schema.ts'

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

/** In a transaction that holds the account. */
export async function ownData(
  trx: Kysely<Schema>,
  { brand, customerNumber }: CustomerPlace,
  ref: string,
): Promise<OwnData> {
  const account = await trx
    .selectFrom('account')
    .select(['name', 'language', 'reference', sql<string | null>`birth_date::text`.as('born')])
    .where('ref', '=', ref)
    .executeTakeFirstOrThrow()
  const contracts = await trx
    .selectFrom('contract')
    .select(['number', 'product', 'begins', 'ends'])
    .where('ref', '=', ref)
    .orderBy('number')
    .execute()
  const identifiers = await trx
    .selectFrom('identifier')
    .select(['kind', 'value', 'valid_from', 'valid_to'])
    .where('ref', '=', ref)
    .where('kind', '<>', 'ticket_number')
    .orderBy('id')
    .execute()
  const contacts = await trx
    .selectFrom('contact')
    .select(['kind', 'value', 'valid_from', 'valid_to', 'confirmed'])
    .where('ref', '=', ref)
    .orderBy('id')
    .execute()
  const tickets = await trx
    .selectFrom('ticket')
    .select(['number', 'topic', 'reported_at', 'open'])
    .where('brand', '=', brand)
    .where('ref', '=', ref)
    .orderBy('reported_at')
    .orderBy('number')
    .execute()
  const reports = await trx
    .selectFrom('ticket_report')
    .select(['ticket', 'at', 'channel', 'text'])
    .where('ref', '=', ref)
    .orderBy('id')
    .execute()
  const messages = await trx
    .selectFrom('message')
    .select(['kind', 'at', 'state', 'done', 'reason', 'channel', 'source'])
    .where('ref', '=', ref)
    .orderBy('id', 'desc')
    .execute()
  const erasure = await trx.selectFrom('erasure').select(['requested', 'due']).where('ref', '=', ref).executeTakeFirst()
  return {
    customerNumber,
    name: account.name,
    birthDate: account.born,
    language: account.language,
    reference: account.reference,
    contracts: contracts.map(({ begins, ends, ...each }) => ({ ...each, from: iso(begins), to: iso(ends) })),
    identifiers: identifiers.map(({ valid_from, valid_to, ...each }) => ({
      ...each,
      from: iso(valid_from),
      to: iso(valid_to),
    })),
    contacts: contacts.map(({ valid_from, valid_to, confirmed, ...each }) => ({
      ...each,
      from: iso(valid_from),
      to: iso(valid_to),
      confirmed: iso(confirmed),
    })),
    tickets: tickets.map(({ reported_at, ...each }) => ({ ...each, reportedAt: reported_at.toISOString() })),
    reports: reports.map(({ at, ...each }) => ({ ...each, at: at.toISOString() })),
    messages: messages.map(({ kind, at, done, ...each }) => ({
      ...each,
      about: kind,
      at: at.toISOString(),
      done: iso(done),
    })),
    erasure: erasure ? { requested: erasure.requested.toISOString(), due: erasure.due.toISOString() } : null,
  }
}
