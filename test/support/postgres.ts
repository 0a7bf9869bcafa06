/** Databases for tests, in the real Postgres of the whole run or in one of the test's own. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../src/store/database.ts'
import { startCluster, urlOf } from './postgres-cluster.ts'
import { askFor } from './run-servers.ts'

/** Somebody else is still connected to what is to be copied or renamed. Postgres itself waits for five seconds. */
const OBJECT_IN_USE = '55006'

export interface TestPostgres {
  /** Makes a database and returns its URL. */
  createDatabase(options: { migrated: boolean }): Promise<string>
  /** Makes a copy of the database that is filled once, when the first test asks for one of this name. */
  createCopy(template: string, fill: (url: string) => Promise<void>): Promise<string>
  /** The unix socket that it listens on. */
  socket: string
  stop(): Promise<void>
}

export interface OwnPostgres extends TestPostgres {
  /** What `pg_ctl restart -m immediate` does: every connection ends at once, as in a crash. Resolves when it answers again. */
  restartImmediately(): Promise<void>
  /** `pg_ctl restart -m fast`. */
  restartFast(): Promise<void>
  /** Stops it where it is, until the function given is called. */
  freeze(): () => void
  /** Stops it at once, and for good. */
  halt(): Promise<void>
  /** Of its socket. */
  folder: string
}

/** A cluster that nobody else uses. It takes a second to make. */
export async function startPostgres(): Promise<OwnPostgres> {
  const cluster = await startCluster()
  return { ...databasesIn(cluster.folder), ...cluster }
}

/** The cluster of the run (`test/run/servers.mjs`). `stop` drops the databases that were made through this. */
export async function sharedPostgres(): Promise<TestPostgres> {
  return databasesIn(await askFor('postgres'))
}

function databasesIn(folder: string): TestPostgres {
  const made: string[] = []
  const ask = (statement: string) => withClient(folder, (client) => patiently(client, statement))

  async function create(from: string | null): Promise<string> {
    const name = `test_${randomBytes(8).toString('hex')}`
    await ask(`CREATE DATABASE ${name}${from ? ` TEMPLATE ${from}` : ''}`)
    made.push(name)
    return urlOf(folder, name)
  }

  async function createCopy(template: string, fill: (url: string) => Promise<void>): Promise<string> {
    await withClient(folder, async (client) => {
      // The second to come waits here, and finds it made. The lock ends with the connection.
      await client.query('SELECT pg_advisory_lock(hashtext($1))', [template])
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
      if (rowCount !== 0) return
      const unfinished = `${template}_unfinished`
      await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`)
      await client.query(`CREATE DATABASE ${unfinished}`)
      await fill(urlOf(folder, unfinished))
      await patiently(client, `ALTER DATABASE ${unfinished} RENAME TO ${template}`)
    })
    return create(template)
  }

  return {
    createDatabase: ({ migrated }) => (migrated ? createCopy('migrated', migrate) : create(null)),
    createCopy,
    socket: join(folder, '.s.PGSQL.5432'),
    async stop() {
      for (const name of made.splice(0)) await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}

async function migrate(url: string): Promise<void> {
  await (await openDatabase(url)).close()
}

async function withClient<T>(folder: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: urlOf(folder, 'postgres') })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function patiently(client: pg.Client, statement: string): Promise<void> {
  while (true) {
    try {
      await client.query(statement)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== OBJECT_IN_USE) throw error
    }
  }
}
