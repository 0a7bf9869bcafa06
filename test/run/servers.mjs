/**
 * Before a run of the tests: the build is that of these sources, for tests of the command run it. And one real Postgres for
 * the whole run: started when the first test asks, ended with the run. A test asks by opening
 * the socket that TEST_SERVERS names, and reads the folder of the server's own socket from it.
 */
import '../support/typescript.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../.ci/build.mjs'

export default async function () {
  await build()
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-run-'))
  let cluster = null
  const start = async () => (await import('../support/postgres-cluster.ts')).startCluster()
  const door = createServer(async (connection) => {
    connection.on('error', () => {})
    cluster ??= start()
    const answer = await cluster.then(
      ({ folder }) => ({ folder }),
      (error) => ({ error: String(error?.message ?? error) }),
    )
    connection.end(JSON.stringify(answer))
  })
  process.env.TEST_SERVERS = join(folder, 'door')
  await new Promise((resolve) => door.listen(process.env.TEST_SERVERS, resolve))
  globalThis.endTestServers = async () => {
    door.close()
    await (await cluster?.catch(() => null))?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
