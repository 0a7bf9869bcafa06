/** A standby of a Postgres: a copy that follows it and can take its place. https://www.postgresql.org/docs/current/app-pgbasebackup.html */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ordinaryPerson, postgresBinary, serverOver, urlOf } from './postgres-cluster.ts'

export interface Standby {
  folder: string
  socket: string
  /** Makes it the one that is written to; resolves when it is. */
  promote(): Promise<void>
  stop(): Promise<void>
}

/** @param primary the folder of its socket. */
export async function startStandby(primary: string): Promise<Standby> {
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-pg-'))
  const as = ordinaryPerson()
  if (as) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const from = ['-h', primary, '-U', 'postgres', '-D', data, '-R', '-X', 'stream', '-c', 'fast']
  execFileSync(postgresBinary('pg_basebackup') ?? '', from, { cwd: folder, ...as, stdio: 'ignore' })
  const server = await serverOver(folder, data)
  return {
    folder,
    socket: join(folder, '.s.PGSQL.5432'),
    async promote() {
      const client = new pg.Client({ connectionString: urlOf(folder, 'postgres') })
      await client.connect()
      await client.query('SELECT pg_promote()')
      await client.end()
    },
    stop: server.stop,
  }
}
