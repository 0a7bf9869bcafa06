/**
 * The tokens of the API. A secret is 256 random bits, so its SHA-256 is as hard to guess as itself and needs neither salt nor
 * slow hashing; and it is found by that hash, so no comparison can be timed. All times are the database's.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { type Act, FIRST_TOKEN, type Token, type TokenBook, type TokenRecord } from '../seams/tokens.ts'
import { createEventLog } from './events.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

const SECRET_BYTES = 32
/** By which people, and programs that look for secrets in files, see what it is. */
const PREFIX = 'rufpass_'

/** `$1` hash. The use is noted once a minute, so that a token that is used all the time does not write all the time. */
const findByHash = statement<Token>(
  'token_find',
  `WITH used AS (
    UPDATE api_token SET last_used = now()
    WHERE hash = $1 AND revoked IS NULL AND (last_used IS NULL OR last_used < now() - interval '1 minute')
  )
  SELECT name, brands, acts FROM api_token WHERE hash = $1 AND revoked IS NULL`,
  'repeatable',
)

const noteFirst = statement<never>(
  'token_first',
  `INSERT INTO api_token AS t (name, created_by, last_used) VALUES ($1, '-', now())
   ON CONFLICT (name) DO UPDATE SET last_used = now()
   WHERE t.last_used IS NULL OR t.last_used < now() - interval '1 minute'`,
  'repeatable',
)

/**
 * Spends one of the budget of the token `$1`. Its row is locked first, so requests that come at once to any number of servers are
 * counted one after the other.
 */
const spendOne = statement<{ spent: boolean; wait: number | null }>(
  'token_spend',
  `WITH held AS MATERIALIZED (
    SELECT * FROM api_token WHERE name = $1 AND revoked IS NULL FOR UPDATE
  ), now_on AS MATERIALIZED (
    SELECT name, per_hour, per_day,
           CASE WHEN hour_is_on THEN hour_began ELSE now() END AS hour_began,
           CASE WHEN hour_is_on THEN hour_spent ELSE 0 END AS hour_spent,
           CASE WHEN day_is_on THEN day_began ELSE now() END AS day_began,
           CASE WHEN day_is_on THEN day_spent ELSE 0 END AS day_spent
    FROM held CROSS JOIN LATERAL (
      SELECT hour_began > now() - interval '1 hour' AS hour_is_on, day_began > now() - interval '1 day' AS day_is_on
    ) AS windows
  ), spent AS (
    UPDATE api_token AS t
    SET hour_began = n.hour_began, hour_spent = n.hour_spent + 1, day_began = n.day_began, day_spent = n.day_spent + 1
    FROM now_on AS n
    WHERE t.name = n.name AND n.hour_spent < n.per_hour AND n.day_spent < n.per_day
    RETURNING t.name
  )
  SELECT EXISTS (SELECT FROM spent) AS spent,
         ceil(extract(epoch FROM greatest(
           CASE WHEN hour_spent >= per_hour THEN hour_began + interval '1 hour' END,
           CASE WHEN day_spent >= per_day THEN day_began + interval '1 day' END
         ) - now()))::integer AS wait
  FROM now_on`,
)

export function createTokens(db: Kysely<Schema>): TokenBook {
  /** Written with what it tells of, or not at all. */
  const told = (trx: Kysely<Schema>, actor: string, act: string, facts: Record<string, string | number>) =>
    createEventLog(trx).append({
      kind: 'token',
      callId: '-',
      brand: '-',
      ref: null,
      actor,
      facts: { act, ...facts },
    })

  return {
    async find(secret) {
      const [token] = await findByHash(db, [hashOf(secret)])
      return token ?? null
    },
    async usedFirst() {
      await noteFirst(db, [FIRST_TOKEN])
    },
    async spend(name) {
      const [row] = await spendOne(db, [name])
      if (row?.spent) return null
      // One that was revoked a moment ago: the next request is refused for that.
      return Math.max(1, row?.wait ?? 1)
    },
    async add({ name, brands, acts, budget }, actor) {
      if (name === FIRST_TOKEN) return null
      const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
      return db.transaction().execute(async (trx) => {
        const { rows } = await sql`
          INSERT INTO api_token (name, hash, brands, acts, per_hour, per_day, created_by)
          VALUES (${name}, ${hashOf(secret)}, ${[...brands]}::text[], ${[...acts]}::text[], ${budget.perHour},
            ${budget.perDay}, ${actor})
          ON CONFLICT (name) DO NOTHING RETURNING 1`.execute(trx)
        if (rows.length === 0) return null
        const { perHour, perDay } = budget
        await told(trx, actor, 'add', { name, brands: brands.join(' '), acts: acts.join(' '), perHour, perDay })
        return secret
      })
    },
    revoke: (name, actor) =>
      db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('api_token')
          .set({ revoked: sql<Date>`now()`, revoked_by: actor })
          .where('name', '=', name)
          .where('hash', 'is not', null)
          .where('revoked', 'is', null)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await told(trx, actor, 'revoke', { name })
        return true
      }),
    async list() {
      const rows = await db.selectFrom('api_token').selectAll().orderBy('name').execute()
      const first = rows.find(({ name }) => name === FIRST_TOKEN)
      const named = rows.filter((row) => row !== first)
      return [
        { ...FIRST, lastUsed: first?.last_used?.toISOString() ?? null },
        ...named.map(
          (row): TokenRecord => ({
            name: row.name,
            brands: row.brands ?? [],
            acts: (row.acts ?? []) as readonly Act[],
            budget: { perHour: row.per_hour ?? 0, perDay: row.per_day ?? 0 },
            created: { at: row.created.toISOString(), by: row.created_by },
            lastUsed: row.last_used?.toISOString() ?? null,
            revoked: row.revoked && { at: row.revoked.toISOString(), by: row.revoked_by ?? '-' },
          }),
        ),
      ]
    },
  }
}

const FIRST: Omit<TokenRecord, 'lastUsed'> = {
  name: FIRST_TOKEN,
  brands: null,
  acts: null,
  budget: null,
  created: null,
  revoked: null,
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
