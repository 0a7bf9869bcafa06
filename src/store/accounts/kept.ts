/** What is kept of an account and is told alike to its operator and to its customer. */
import type { Kysely } from 'kysely'
import type { AccountState } from '../../seams/account-book.ts'
import type { Schema } from '../schema.ts'

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

export async function contractsOf(db: Kysely<Schema>, ref: string): Promise<AccountState['contracts']> {
  const contracts = await db
    .selectFrom('contract')
    .select(['number', 'product', 'begins', 'ends'])
    .where('ref', '=', ref)
    .orderBy('number')
    .execute()
  return contracts.map(({ begins, ends, ...contract }) => ({ ...contract, from: iso(begins), to: iso(ends) }))
}

/** All but tickets, by which a customer is found for a while only. */
export async function identifiersOf(db: Kysely<Schema>, ref: string): Promise<AccountState['identifiers']> {
  const identifiers = await db
    .selectFrom('identifier')
    .select(['kind', 'value', 'valid_from', 'valid_to', 'disputed'])
    .where('ref', '=', ref)
    .where('kind', '<>', 'ticket_number')
    .orderBy('id')
    .execute()
  return identifiers.map(({ valid_from, valid_to, disputed, ...identifier }) => ({
    ...identifier,
    from: iso(valid_from),
    to: iso(valid_to),
    disputed: iso(disputed),
  }))
}

/** The newest first; `most` of them, all where it is left out. */
export async function messagesOf(db: Kysely<Schema>, ref: string, most?: number): Promise<AccountState['messages']> {
  const messages = await db
    .selectFrom('message')
    .select(['kind', 'at', 'state', 'done', 'reason', 'channel', 'source'])
    .where('ref', '=', ref)
    .orderBy('id', 'desc')
    .$if(most !== undefined, (query) => query.limit(most ?? 0))
    .execute()
  return messages.map(({ kind, at, done, ...message }) => ({
    ...message,
    about: kind,
    at: at.toISOString(),
    done: iso(done),
  }))
}
