/**
 * `npm start`: the port is tried, what is not built is built, and the server starts in this very process, which then gets
 * Ctrl+C itself.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { parseEnv } from 'node:util'
import { build } from './build.mjs'

try {
  await build(refuseTakenPort)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
await import('../dist/src/main.js')

/** A server takes its port before all else; but where one must be built first, nobody should wait for that in vain. */
async function refuseTakenPort() {
  if (await isTaken(placeToListen()))
    throw new Error('The port is in use, perhaps by another Rufpass: stop that one, or set PORT to another.')
}

/** HOST and PORT as `src/config/config.ts` reads them, which is not built yet. What cannot be read, it will complain of. */
function placeToListen() {
  const set = { ...(existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}), ...process.env }
  const host = set.HOST?.trim() || (set.NODE_ENV === 'production' ? '::' : '127.0.0.1')
  return { host, port: Number(set.PORT?.trim() || 3000) }
}

function isTaken(place) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', ({ code }) => resolve(code === 'EADDRINUSE'))
    try {
      server.listen(place, () => server.close(() => resolve(false)))
    } catch {
      resolve(false)
    }
  })
}
