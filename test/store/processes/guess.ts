/** `guess.ts URL SUBJECT COUNT IN_FLIGHT [CLOCK_AHEAD_MS]`: wrong guesses on one subject; reports how many could be compared. */
import { createAttempts } from '../../../src/store/attempts.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { pinTry } from '../../support/tries.ts'

const [url = '', subject = '', count = '', inFlight = '', ahead = '0'] = process.argv.slice(2)

if (ahead !== '0') {
  const now = (): number => performance.timeOrigin + performance.now() + Number(ahead)
  globalThis.Date = new Proxy(Date, {
    construct: (real, args: [] | [number]) => (args.length === 0 ? new real(now()) : new real(...args)),
    get: (real, name) => (name === 'now' ? now : Reflect.get(real, name)),
  })
}

const database = await openDatabase(url)
const attempts = createAttempts(database.db)
process.send?.('ready')
await new Promise((resolve) => process.once('message', resolve))

let left = Number(count)
const seen = { reserved: 0, locked: 0, repeated: 0 }
async function keepGuessing(): Promise<void> {
  while (left-- > 0) {
    const attempt = pinTry(subject)
    const reservation = await attempts.reserve(attempt)
    seen[reservation.kind]++
    if (reservation.kind === 'reserved') await attempts.settle(attempt, reservation, 'wrong', null)
  }
}
await Promise.all(Array.from({ length: Number(inFlight) }, keepGuessing))
await database.close()
process.send?.({ ...seen, clock: Date.now() })
process.disconnect?.()
