/**
 * Rufpass as it is operated: settings from the environment, `serve`, log lines at the default level. Before it listens
 * to the bench it gets customers by the import.
 */
import { Secret } from '../../src/auth/secret.ts'
import { loadConfig } from '../../src/config/config.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { serve } from '../../src/server/serve.ts'
import { importAccounts } from '../../src/store/import/import.ts'
import { answerTo, cpuSoFar } from './child.ts'

/** Verifies measured alone, one after the other. */
const VERIFIES = 25

const running = await serve(loadConfig({ directory: '/' }))
const { verifier, database, hotlines } = running.deps
const imported = await importAccounts(database.db, process.env.BENCH_CUSTOMERS ?? '', {
  brands: rulesOf(hotlines),
  verifier,
  replacePins: false,
  hashesAtOnce: 2,
  now: () => new Date(),
  onBadLine(line, reason) {
    throw new Error(`line ${line} of the bench's customers: ${reason}`)
  },
})
if (imported.bad > 0) throw new Error('the customers of the bench could not be imported')

const secret = new Secret('4711')
const stored = await verifier.make(secret, 'bench', 'pin')

async function verify(): Promise<number> {
  const before = cpuSoFar()
  for (let n = 0; n < VERIFIES; n++) {
    if (!(await verifier.matches(secret, 'bench', 'pin', stored))) throw new Error('the right PIN did not match')
  }
  return (cpuSoFar() - before) / VERIFIES
}

// From then on this process's clock is a day ahead, as far as JavaScript asks it. Installed only then: it costs something.
process.once('SIGUSR2', () => {
  const { now } = Date
  Date.now = () => now() + 86_400_000
  globalThis.Date = new Proxy(Date, {
    construct: (real, given) => (given.length === 0 ? new real(Date.now()) : Reflect.construct(real, given)),
  })
})
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)))
answerTo(running.port, { verify, close: running.stop })
