/**
 * Connections to the database. They are made here and nowhere else (`.ci/layers.json`), so that none of them can end the
 * process when it breaks: pg tells of a broken connection by an event, and an event `error` that nobody hears is thrown.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { NoAnswer, within } from '../seams/within.ts'
import { sqlStateOf } from './sql-state.ts'
import { preparedName } from './statement.ts'

/** The database is not there, or not any more. The message says what to do, and `cause` is what the driver said. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
}

/** Invalid authorisation, no such database. */
const REFUSED = /^(28...|3D000)$/
/**
 * Errors after which a session is of no use. The server ends it: it shuts down, another session crashed, a time limit of
 * sessions is over; the statement fails first, and the connection breaks a moment later. Or it may only read (25006), as on a
 * server that is the primary no more: another connection may lead to the one that is.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SESSION_ENDS = /^(57P..|25P0[34]|25006)$/
/**
 * A connection that is still not made so long after nobody waits for it any more is given up, ms. Not sooner: this is pg's own
 * limit, which does not count what has arrived.
 */
const STUCK_MS = 5_000

/** How long is waited for a connection, and for the answer to a statement, ms; where none is given, for ever. */
export interface Limits {
  connectMs?: number
  answerMs?: number
}

// bigint arrives as a string from pg. Ids stay far below 2^53; anything beyond must not be rounded silently.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('A bigint from the database does not fit a JavaScript number.')
  return value
})

/**
 * A pool for kysely. Statements of `statement.ts` run by their names, which kysely cannot give. A statement whose connection
 * breaks rejects with {@link StoreUnreachable}, and so does one that gets no connection or no answer in time; the broken one is
 * not handed out again.
 */
export function openPool(config: pg.PoolConfig, { connectMs, answerMs }: Limits = {}): PostgresPool {
  const stuck = connectMs === undefined ? {} : { connectionTimeoutMillis: connectMs + STUCK_MS }
  const pool = new pg.Pool({ ...config, ...stuck })
  /** By what it broke: what comes after that only follows from it. */
  const broken = new WeakMap<pg.ClientBase, unknown>()
  const breaks = (client: pg.ClientBase, cause: unknown): void => {
    if (!broken.has(client)) broken.set(client, cause)
  }
  // Emitted before a connection is handed out for the first time. Until then, and while it is idle, the pool listens itself.
  pool.on('connect', (client) => client.on('error', (cause) => breaks(client, cause)))
  // An idle connection has broken and left the pool: the next statement gets another.
  pool.on('error', () => {})

  // One for each connection: kysely keeps what it knows of a connection under this object.
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  function wrapped(client: pg.PoolClient): PostgresPoolClient {
    const query = async (text: string, values: unknown[]): Promise<pg.QueryResult> => {
      const name = preparedName(text)
      try {
        return await limited(answerMs, client.query(name === undefined ? { text, values } : { name, text, values }))
      } catch (error) {
        if (endsSession(error)) breaks(client, error)
        throw broken.has(client) ? lost(broken.get(client)) : error
      }
    }
    return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(broken.has(client)) }
  }

  return {
    async connect() {
      const coming = pool.connect()
      const client = await limited(connectMs, coming).catch((error: unknown) => {
        // It may come yet, and nobody is there to give it back.
        if (error instanceof NoAnswer) void coming.then((late) => late.release()).catch(() => {})
        throw notHad(error)
      })
      const mine = known.get(client) ?? wrapped(client)
      known.set(client, mine)
      return mine
    },
    end: () => pool.end(),
  }
}

function limited<T>(ms: number | undefined, answer: Promise<T>): Promise<T> {
  return ms === undefined ? answer : within(ms, answer)
}

/** Without an answer the statement may go on for ever, on a connection that is of no use. */
function endsSession(error: unknown): boolean {
  return SESSION_ENDS.test(sqlStateOf(error)) || error instanceof NoAnswer
}

/** The connection broke under a statement, or no answer came: whether the statement took effect is not known. */
function lost(cause: unknown): StoreUnreachable {
  return new StoreUnreachable(
    `The connection to the database was lost (${sqlStateOf(cause) || 'no answer'}). Do it again when the database answers.`,
    { cause },
  )
}

function notHad(cause: unknown): StoreUnreachable {
  const code = sqlStateOf(cause)
  return new StoreUnreachable(
    REFUSED.test(code)
      ? `The database refuses the connection (${code}): check user, password and database name in DATABASE_URL.`
      : `The database cannot be reached (${code || 'no answer'}): check DATABASE_URL, and that its server runs.`,
    { cause },
  )
}
