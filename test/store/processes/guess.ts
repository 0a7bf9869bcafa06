/** `guess.ts URL SUBJECT COUNT IN_FLIGHT [CLOCK_AHEAD_MS]`: wrong guesses on one subject; reports how many could be compared. */
import { createAttempts } from '../../../src/store/attempts.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { pinTry, take } from '../../support/tries.ts'

const [url = '', subject = '', count = '', inFlight = '', ahead = '0'] = process.argv.slice(2)

if (ahead !== '0') {
  const Real = Date
  const now = (): number => Real.now() + Number(ahead)
  const Ahead = (...args: [] | [number]) => new Real(...(args.length === 0 ? ([now()] as const) : args))
  globalThis.Date = Object.assign(Ahead, { now, parse: Real.parse, UTC: Real.UTC, prototype: Real.prototype }) as never
}

const database = await openDatabase(url)
const attempts = createAttempts(database.db)
process.send?.('ready')
await new Promise((resolve) => process.once('message', resolve))

let left = Number(count)
const seen = { reserved: 0, locked: 0, repeated: 0 }
async function keepGuessing(): Promise<void> {
  while (left-- > 0) seen[await take(attempts, pinTry(subject), 'wrong')]++
}
await Promise.all(Array.from({ length: Number(inFlight) }, keepGuessing))
await database.close()
process.send?.({ ...seen, clock: Date.now() })
process.disconnect?.()
