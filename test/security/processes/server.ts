/**
 * `server.ts URL MOMENT`: the whole application on a database that exists, on a port of its own. At MOMENT of every check
 * (`hashing`: the try is spent and not yet compared; `settled`: it is compared and not yet answered) it reports and waits
 * for ever, to be killed just there; `never` lets it work.
 */
import { openApp } from '../../support/app.ts'

const [url = '', moment = 'never'] = process.argv.slice(2)

const forEver = new Promise<never>(() => {})
async function reach(what: string): Promise<void> {
  if (what !== moment) return
  process.send?.(what)
  await forEver
}

const app = await openApp({
  database: url,
  customers: 'none',
  wrap: ({ verifier, attempts }) => ({
    verifier: {
      ...verifier,
      async matchOf(secret, kind, candidates) {
        await reach('hashing')
        return verifier.matchOf(secret, kind, candidates)
      },
    },
    attempts: {
      ...attempts,
      async settle(...given) {
        await attempts.settle(...given)
        await reach('settled')
      },
    },
  }),
})
process.send?.({ port: app.port })
