/**
 * Before a run of the tests: the build is that of these sources, for tests of the command run it, and browsers its pages. And
 * one real Postgres and one real browser for the whole run: started when the first test asks, ended with the run. A test asks
 * by naming it on the socket that TEST_SERVERS names, and reads there where it is.
 */
import '../support/typescript.mjs'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../.ci/build.mjs'
import { cpuSeconds } from './cpu.mjs'

/** How each is started; `at` is what a test is told. */
const STARTS = {
  async postgres() {
    const { folder, stop } = await (await import('../support/postgres-cluster.ts')).startCluster()
    return { at: folder, stop }
  },
  async chromium() {
    const browser = await (await import('../support/chromium.ts')).startChromium()
    return { at: browser.wsEndpoint(), stop: () => browser.close() }
  },
}

/** Of what the run draws by chance (`support/counts.ts`): another one for each commit, so that in time all is drawn. */
function seedOfCommit() {
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' })
    return Number.parseInt(commit, 16)
  } catch {
    // A folder without its history: always the same.
    return 0
  }
}

export default async function () {
  await build()
  process.env.SEED ??= String(seedOfCommit())
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-run-'))
  const started = new Map()
  const door = createServer(async (connection) => {
    connection.on('error', () => {})
    const name = String((await once(connection, 'data'))[0])
    if (!started.has(name)) started.set(name, STARTS[name]())
    const answer = await started.get(name).then(
      ({ at }) => ({ at }),
      (error) => ({ error: String(error?.message ?? error) }),
    )
    connection.end(JSON.stringify(answer))
  })
  process.env.TEST_SERVERS = join(folder, 'door')
  await new Promise((resolve) => door.listen(process.env.TEST_SERVERS, resolve))
  globalThis.endTestServers = async () => {
    door.close()
    // What they cost is in the sum of the run, and in that of no test file.
    const costs = []
    for (const [name, server] of started) {
      const before = cpuSeconds()
      await (await server.catch(() => null))?.stop()
      costs.push(`${name} ${(cpuSeconds() - before).toFixed(0)}`)
    }
    if (costs.length > 0) process.stderr.write(`CPU seconds beside the files: ${costs.join(', ')}.\n`)
    rmSync(folder, { recursive: true, force: true })
  }
}
