/** A new embedded store begins with a copy from the build, and nobody can tell it from one that was made from nothing. */
import { PGlite } from '@electric-sql/pglite'
import { expect, it } from '@jest/globals'
import { newCluster } from '../../src/store/new-cluster.ts'

/** What is set, who may enter and how text is kept. */
async function traits(loadDataDir: Blob | null) {
  const lite = await PGlite.create(loadDataDir === null ? {} : { loadDataDir })
  try {
    return [
      (await lite.query('SELECT name, setting FROM pg_settings ORDER BY name')).rows,
      (await lite.query('SELECT datname, encoding, datcollate, datctype FROM pg_database ORDER BY datname')).rows,
      (await lite.query('SELECT rolname, rolsuper, rolcanlogin FROM pg_roles ORDER BY rolname')).rows,
      (await lite.query("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_temp' ORDER BY nspname")).rows,
      (await lite.query('SELECT tablename FROM pg_tables ORDER BY tablename')).rows,
    ]
  } finally {
    await lite.close()
  }
}

it('the copy from the build is as one that was made from nothing', async () => {
  const kept = await newCluster()
  expect(kept).not.toBeNull()
  expect(await traits(kept)).toEqual(await traits(null))
})
