import { hostname } from 'node:os'
import type { StoreSeen } from '../../store/look-into.ts'
import { defineCheck, type Judged } from './check.ts'
import type { RunningServer } from './running.ts'

interface Seen {
  store: StoreSeen
  running: RunningServer | null
  isPostgres: boolean
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
      remedy:
        "Start the database (systemctl start postgresql, or docker compose up -d), or correct DATABASE_URL. Try it: psql 'ADDRESS' -c 'SELECT 1'.",
    },
    no_store: {
      weight: 'fault',
      remedy:
        'Set DATABASE_URL to the directory of the store (the file PG_VERSION is in it), run this as the user who starts the server, or restore the directory from the backup.',
    },
    read_only: {
      weight: 'fault',
      remedy:
        'Set DATABASE_URL to the primary server (SELECT pg_is_in_recovery() says f there): no call can be verified on one that only reads.',
    },
    few_connections: {
      weight: 'warning',
      remedy:
        'Lower DATABASE_POOL_SIZE, or raise the other: ALTER SYSTEM SET max_connections = 200, then restart Postgres.',
    },
    forgotten: {
      weight: 'warning',
      remedy: 'Set DATABASE_URL to postgres://… or a directory, unless this is for a moment only.',
    },
    in_use: { weight: 'note', remedy: null },
    silent: {
      weight: 'fault',
      remedy: 'Read the end of its log, stop it (kill and the number of the process), and start it again.',
    },
    not_ready: {
      weight: 'fault',
      remedy:
        'Its log says since when (grep ALARM). Free the disk where it is full (df -h), and start the server again.',
    },
    stopping: { weight: 'note', remedy: null },
    elsewhere: {
      weight: 'warning',
      remedy:
        'Stop the server there, or give both a Postgres: a directory is for one process alone. Where that machine or container is gone, delete the file beside the store that ends in .lock.',
    },
    to_come: { weight: 'note', remedy: null },
  },
  look: async ({ store, running, isTryout, config }): Promise<Seen> => ({
    store: await store(),
    running: await running(),
    isPostgres: config.database.kind === 'postgres',
    isTryout,
    poolSize: config.databasePoolSize,
    thisHost: hostname(),
  }),
  judge({ store, running, isPostgres, isTryout, poolSize, thisHost }: Seen) {
    switch (store.kind) {
      case 'memory':
        return isTryout
          ? [{ good: 'Kept in memory, and forgotten when the process ends.' }]
          : [{ code: 'forgotten', says: 'Kept in memory: customers, PINs and locks are gone when the process ends.' }]
      case 'new':
        return [{ code: 'to_come', says: 'There is none yet: the first start makes it.' }]
      case 'in_use':
        return store.host === thisHost
          ? [openIn(store.pid, running)]
          : [
              {
                code: 'elsewhere',
                says: `Open in process ${store.pid} of the machine '${store.host}', as far as can be told.`,
              },
            ]
      case 'unusable':
        return [{ code: isPostgres ? 'unusable' : 'no_store', says: store.says }]
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

/** A server looks at its store itself, so what it says of it counts. */
function openIn(pid: number, running: RunningServer | null): Judged<'in_use' | 'silent' | 'not_ready' | 'stopping'> {
  const open = `Open in process ${pid}`
  if (running === null)
    return { code: 'in_use', says: `${open}, which is no server that is up, so it was not looked into.` }
  if (running.kind === 'silent')
    return { code: 'silent', says: `${open}, a server that does not answer at ${running.url} (${running.failed}).` }
  if (running.isDraining) return { code: 'stopping', says: `${open}, a server that is about to stop.` }
  if (!running.canUseStore)
    return { code: 'not_ready', says: `${open}, the server at ${running.url}, which cannot use it.` }
  return { good: `${open}, the server at ${running.url}, which can use it.` }
}
