/**
 * A database cluster (https://www.postgresql.org/docs/17/creating-cluster.html) as `initdb` makes it, kept in the build:
 * PGlite takes seconds of work to make one from nothing, and every new embedded store begins with the same.
 */
import { existsSync, openAsBlob, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageRoot } from '../config/package-root.ts'

/**
 * What `.ci/build.mjs` calls.
 * @param build the folder that the build is made in.
 * @public
 */
export async function keepNewCluster(build: string): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite')
  const made = await PGlite.create()
  const cluster = await made.dumpDataDir('gzip')
  await made.close()
  writeFileSync(fileIn(build), new Uint8Array(await cluster.arrayBuffer()))
}

/** What the build has kept for this very PGlite; null where there is none, and one is made from nothing. */
export async function newCluster(): Promise<Blob | null> {
  const file = fileIn(join(packageRoot(), 'dist'))
  return existsSync(file) ? openAsBlob(file, { type: 'application/x-gzip' }) : null
}

function fileIn(build: string): string {
  const pglite = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), '../package.json')
  const { version } = JSON.parse(readFileSync(pglite, 'utf8')) as { version: string }
  return join(build, `new-cluster-${version}.tar.gz`)
}
