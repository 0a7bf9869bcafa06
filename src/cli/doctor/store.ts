import { hostname } from 'node:os'
import type { StoreSeen } from '../../store/look-into.ts'
import { defineCheck } from './check.ts'

interface Seen {
  store: StoreSeen
  isTryout: boolean
  /** Of this server, at once. */
  poolSize: number
  thisHost: string
}

/** Postgres keeps some for its own people, and commands take some. https://www.postgresql.org/docs/current/runtime-config-connection.html */
const SPARE_CONNECTIONS = 10

export const store = defineCheck({
  name: 'store',
  needs: ['DATABASE_URL'],
  remedies: {
    unusable: {
      weight: 'fault',
      remedy: 'Start the database, or set DATABASE_URL to the right one; psql "$DATABASE_URL" tells more.',
    },
    read_only: {
      weight: 'fault',
      remedy: 'Set DATABASE_URL to the primary server: no call can be verified on one that only reads.',
    },
    few_connections: { weight: 'warning', remedy: 'Lower DATABASE_POOL_SIZE, or raise max_connections of Postgres.' },
    forgotten: {
      weight: 'warning',
      remedy: 'Set DATABASE_URL to postgres://… or a directory, unless this is for a moment only.',
    },
    in_use: { weight: 'note', remedy: null },
    elsewhere: {
      weight: 'warning',
      remedy: 'Give each server a Postgres: a directory is for one process alone.',
    },
    to_come: { weight: 'note', remedy: null },
  },
  look: async ({ store, isTryout, config }): Promise<Seen> => ({
    store: await store(),
    isTryout,
    poolSize: config.databasePoolSize,
    thisHost: hostname(),
  }),
  judge({ store, isTryout, poolSize, thisHost }: Seen) {
    switch (store.kind) {
      case 'memory':
        return isTryout
          ? [{ good: 'Kept in memory, and forgotten when the process ends.' }]
          : [{ code: 'forgotten', says: 'Kept in memory: customers, PINs and locks are gone when the process ends.' }]
      case 'new':
        return [{ code: 'to_come', says: 'There is none yet: the first start makes it.' }]
      case 'in_use':
        return store.host === thisHost
          ? [
              {
                code: 'in_use',
                says: `Open in process ${store.pid}, so it was not looked into: stop that one for more.`,
              },
            ]
          : [
              {
                code: 'elsewhere',
                says: `Open in process ${store.pid} of the machine '${store.host}', as far as can be told.`,
              },
            ]
      case 'unusable':
        return [{ code: 'unusable', says: store.says }]
      case 'open': {
        const { kind, version, canWrite, mostConnections } = store.store
        const name = kind === 'postgres' ? 'Postgres' : 'An embedded Postgres'
        if (!canWrite) return [{ code: 'read_only', says: `${name} ${version} answers, and can only be read.` }]
        const good = { good: `${name} ${version} answers.` }
        return mostConnections !== null && poolSize + SPARE_CONNECTIONS > mostConnections
          ? [
              good,
              {
                code: 'few_connections',
                says: `It takes ${mostConnections} connections in all, and each server opens up to ${poolSize}.`,
              },
            ]
          : [good]
      }
    }
  },
})
