/** What the measured servers are started with: stores, settings and customers. */
import { writeFileSync } from 'node:fs'
import { freshKeys } from '../../src/config/keys.ts'
import { columns } from '../../src/store/import/columns.ts'
import { freePort } from '../support/free-port.ts'
import { startPostgres } from '../support/postgres.ts'
import { postgresMissing } from '../support/postgres-cluster.ts'
import { redisMissing, startRedis } from '../support/redis.ts'
import { ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL } from '../support/signing.ts'
import { BRAND, customer } from './caller.ts'

/** Settings of the stores that need no server. */
export const EMBEDDED = { DATABASE_URL: 'memory:' }

/**
 * Settings of a Postgres and a Redis that were started for this, and stop with `closing`; null where there is none.
 * @throws Error when there is none and REQUIRE_REAL=1.
 */
export async function realStores(closing: (() => Promise<unknown>)[]): Promise<Record<string, string> | null> {
  const missing = postgresMissing() ?? redisMissing()
  if (missing !== null) {
    if (process.env.REQUIRE_REAL === '1') throw new Error(`The real stores are required here, but there is ${missing}`)
    console.log(`Redis and Postgres are left out: ${missing}`)
    return null
  }
  const postgres = await startPostgres()
  closing.push(postgres.stop)
  const redis = await startRedis()
  closing.push(redis.stop)
  // The same socket, written as a URL that the settings take: those want no user name before an empty host.
  const database = (await postgres.createDatabase({ migrated: true })).replace('//postgres@/', '///')
  return { DATABASE_URL: `${database}&user=postgres`, REDIS_URL: redis.url }
}

export async function settings(customersFile: string): Promise<Record<string, string>> {
  return {
    ...freshKeys(),
    PORT: String(await freePort()),
    PUBLIC_BASE_URL,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    BENCH_CUSTOMERS: customersFile,
  }
}

/** Writes the first `count` customers for the import, and gives `file` back. */
export function writeCustomers(file: string, count: number): string {
  const lines = Array.from({ length: count }, (_, n) => {
    const { number, pin } = customer(n)
    const cells: Record<string, string> = { brand: BRAND, customer_number: number, name: 'Bench', language: 'de', pin }
    return columns.map((column) => cells[column] ?? '').join(',')
  })
  writeFileSync(file, [columns.join(','), ...lines, ''].join('\n'))
  return file
}
