/** What is kept of a customer, as it is told to them. */
import { type Kysely, sql } from 'kysely'
import type { CustomerPlace } from '../../seams/account-book.ts'
import type { OwnData } from '../../seams/portal.ts'
import { requestedErasureOf } from '../accounts/hindrances.ts'
import { contractsOf, identifiersOf, messagesOf } from '../accounts/kept.ts'
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
  const identifiers = await identifiersOf(trx, ref)
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
  return {
    customerNumber,
    name: account.name,
    birthDate: account.born,
    language: account.language,
    reference: account.reference,
    contracts: await contractsOf(trx, ref),
    identifiers: identifiers.map(({ disputed: _disputed, ...each }) => each),
    contacts: contacts.map(({ valid_from, valid_to, confirmed, ...each }) => ({
      ...each,
      from: iso(valid_from),
      to: iso(valid_to),
      confirmed: iso(confirmed),
    })),
    tickets: tickets.map(({ reported_at, ...each }) => ({ ...each, reportedAt: reported_at.toISOString() })),
    reports: reports.map(({ at, ...each }) => ({ ...each, at: at.toISOString() })),
    messages: await messagesOf(trx, ref),
    erasure: await requestedErasureOf(trx, ref),
  }
}
