/**
 * `guess.ts URL REF SUBJECT COUNT IN_FLIGHT`: wrong PINs for one account through the one door to the verifier; reports how
 * many were compared with its stored verifier. A locked account's guesses are hashed against nothing in the product; that
 * work is left out here, or ten thousand of them would take minutes. What is counted does not depend on it.
 */
import { randomUUID } from 'node:crypto'
import type { CredentialKind } from '../../../src/auth/credentials.ts'
import { Secret } from '../../../src/auth/secret.ts'
import { type Candidate, createVerifier } from '../../../src/auth/verifier.ts'
import { deadlineIn } from '../../../src/seams/deadline.ts'
import { createAttempts } from '../../../src/store/attempts.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { createEventLog } from '../../../src/store/events.ts'
import { type CheckResult, checkCredential } from '../../../src/turn/check-credential.ts'
import { KEYS } from '../../support/app.ts'
import { WAITED_MS } from '../../support/hanging.ts'
import { wrongPin } from '../../support/people.ts'
import { callSid } from '../../support/signing.ts'

const [url = '', ref = '', subject = '', count = '', inFlight = '', pin = ''] = process.argv.slice(2)

const database = await openDatabase(url)
const real = createVerifier({ current: 'test', byId: new Map([['test', KEYS.PIN_KEY]]) })
let compared = 0
const silent = { warn() {}, error: (fields: object, message: string) => console.error(message, fields) }
const checks = {
  attempts: createAttempts(database.db),
  events: createEventLog(database.db),
  // Those of the product serve one try of an account after the other; the count must hold without that, as among servers.
  slots: { take: async () => () => {} },
  log: silent,
  verifier: {
    ...real,
    matchOf<C extends Candidate>(secret: Secret, kind: CredentialKind, candidates: readonly C[]) {
      if (candidates.length === 0) return Promise.resolve(null)
      compared += 1
      return real.matchOf(secret, kind, candidates)
    },
  },
}
// Every connection of the pool stands before the first guess, or the guesses would come one after the other.
await Promise.all(Array.from({ length: Number(inFlight) }, () => checks.attempts.lockState(subject)))
process.send?.('ready')
await new Promise((resolve) => process.once('message', resolve))

let left = Number(count)
const results: Record<CheckResult, number> = {
  verified: 0,
  verified_weak: 0,
  replace_only: 0,
  failed: 0,
  unchecked: 0,
  unavailable: 0,
}
async function keepGuessing(): Promise<void> {
  while (left-- > 0) {
    const claim = { subject, ref, sims: [], by: 'entry' as const, failuresBefore: 0, ticket: null }
    const digits = new Secret(wrongPin(pin, 1 + (left % 9_999)))
    const guess = {
      callId: callSid(left),
      actor: 'caller',
      token: randomUUID(),
      brand: { name: 'rheinnetz', pins: { digits: 4, still: [] } },
      claim,
      digits,
      line: null,
      by: deadlineIn(WAITED_MS),
    }
    results[await checkCredential(checks, { ...guess, credential: 'pin' })] += 1
  }
}
await Promise.all(Array.from({ length: Number(inFlight) }, keepGuessing))
await database.close()
process.send?.({ compared, ...results })
process.disconnect?.()
