/**
 * Connections to the database. They are made here and nowhere else (`.ci/layers.json`), so that none of them can end the
 * process when it breaks: pg tells of a broken connection by an event, and an event `error` that nobody hears is thrown.
 */
import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { HearsAsked } from '../seams/meter.ts'
import { NoAnswer, within } from '../seams/within.ts'
import { sqlStateOf } from './sql-state.ts'
import { preparedName } from './statement.ts'
import { StoreUnreachable } from './unreachable.ts'

export { StoreUnreachable } from './unreachable.ts'

/** Invalid authorisation, no such database. */
const REFUSED = /^(28...|3D000)$/
/**
 * What keeps a connection from being made for a while: the server starts, ends, or has as many as it can; nobody listens yet, or
 * the network is being led elsewhere. Nothing was asked, so it is tried again.
 */
const GOES_BY =
  /^(57P0[1-3]|53300|08...|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|)$/
/** Between two tries, ms: longer with each. */
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 500
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
  /**
   * The database works in this process's own thread: after each statement others get their turn, or a crowd's statements would run one
   * after the other while nobody reads what arrives.
   */
  inThisThread?: true
  /** Hears how each statement went, and apart from it how long a connection took, or that none was to be had. */
  hears?: HearsAsked
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
export function openPool(
  config: pg.PoolConfig,
  { connectMs, answerMs, inThisThread, hears }: Limits = {},
): PostgresPool {
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
      const began = performance.now()
      try {
        const asked = client.query(name === undefined ? { text, values } : { name, text, values })
        const result = await limited(answerMs, asked)
        hears?.('ok', performance.now() - began)
        if (inThisThread) await immediate()
        return result
      } catch (error) {
        if (endsSession(error)) breaks(client, error)
        hears?.(broken.has(client) ? 'unreachable' : 'refused', performance.now() - began)
        throw broken.has(client) ? lost(broken.get(client)) : error
      }
    }
    return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(broken.has(client)) }
  }

  /** Since when no connection could be made: an outage is waited out by the first who need one, not by everybody after them. */
  let outSince: number | null = null

  async function patiently(): Promise<pg.PoolClient> {
    const began = performance.now()
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const left = connectMs === undefined ? undefined : connectMs - (performance.now() - began)
      const coming = pool.connect()
      try {
        const client = await limited(left, coming)
        outSince = null
        hears?.('waited', performance.now() - began)
        return client
      } catch (error) {
        // It may come yet, and nobody is there to give it back.
        if (error instanceof NoAnswer) void coming.then((late) => late.release()).catch(() => {})
        outSince ??= began
        const waited = performance.now() - Math.min(began, outSince) + pauseMs
        if (
          error instanceof NoAnswer ||
          connectMs === undefined ||
          waited > connectMs ||
          !GOES_BY.test(sqlStateOf(error))
        ) {
          hears?.('unreachable', performance.now() - began)
          throw notHad(error)
        }
        await wait(pauseMs)
      }
    }
  }

  return {
    async connect() {
      const client = await patiently()
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
    { cause, broke: !(cause instanceof NoAnswer) },
  )
}

function notHad(cause: unknown): StoreUnreachable {
  const code = sqlStateOf(cause)
  return new StoreUnreachable(
    REFUSED.test(code)
      ? `The database refuses the connection (${code}): check user, password and database name in DATABASE_URL.`
      : `The database cannot be reached (${code || 'no answer'}): check DATABASE_URL, and that its server runs.`,
    { cause, broke: false },
  )
}
