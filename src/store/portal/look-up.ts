/** Customers look a secret up (R6). Only a process with the private key and a role that may read the copies can do it. */
import { type Kysely, sql } from 'kysely'
import type { CredentialKind } from '../../auth/credentials.ts'
import { accountSubject } from '../../auth/subjects.ts'
import { ownerOf, type StoredVerifier, type Verifier } from '../../auth/verifier.ts'
import type { Log } from '../../seams/log.ts'
import type { LookUp } from '../../seams/portal.ts'
import { recorded } from '../accounts/recorded.ts'
import type { CopyKeys, PinCopy } from '../look-up/pin-copies.ts'
import { tellCustomer } from '../outbox.ts'
import type { Schema } from '../schema.ts'
import { lockOf } from './portal-book.ts'

type NotShown = 'no_copy' | 'ended' | 'hard_locked' | 'operator_locked'

interface Sealed {
  ref: string
  stored: StoredVerifier
  copy: PinCopy
}

export function createLookUp(
  db: Kysely<Schema>,
  keys: CopyKeys,
  verifier: Pick<Verifier, 'matches'>,
  log: Pick<Log, 'error'>,
): LookUp {
  const has = async ({ brand, ref }: { brand: string; ref: string }, kind: CredentialKind): Promise<boolean> =>
    (await copyOf(db, brand, ref, kind, keys)) !== null

  return {
    has,
    async read(place, kind, because, now) {
      const { brand, customerNumber } = place
      // Told and recorded before it is opened: what then breaks was shown to nobody, and nothing is shown that nobody is told of.
      const found = await recorded<Sealed | NotShown>(db, place, because, 'portal_look_up', async (trx, account) => {
        const { ref, ends } = account
        const not = (done: NotShown) => ({ done, facts: { credential: kind, result: done } })
        if (ends !== null && ends <= now) return not('ended')
        const lock = await lockOf(trx, accountSubject(brand, ref), false)
        if (lock?.operator_locked) return not('operator_locked')
        if (lock?.hard_locked) return not('hard_locked')
        const sealed = await copyOf(trx, brand, ref, kind, keys)
        if (sealed === null) return not('no_copy')
        await tellCustomer(trx, 'pin_looked_up', { brand, ref })
        return { done: { ref, ...sealed }, facts: { credential: kind, result: 'shown' } }
      })
      if (found === null || typeof found === 'string') return found
      const { ref, stored, copy } = found
      const secret = await keys.open({ brand, customerNumber, ref, kind, stored }, copy)
      // By the verifier too: what is shown is what proves this account now, no matter who wrote the copy.
      if (secret !== null && (await verifier.matches(secret, ownerOf(brand, ref, null), kind, stored))) return secret
      log.error({ brand }, 'ALARM: a sealed copy is not of the PIN that it stands beside; nothing was shown')
      return 'no_copy'
    },
  }
}

async function copyOf(
  db: Kysely<Schema>,
  brand: string,
  ref: string,
  kind: CredentialKind,
  { recipients }: CopyKeys,
): Promise<{ stored: StoredVerifier; copy: PinCopy } | null> {
  const { rows } = await sql<PinCopy & { stored: StoredVerifier }>`
    SELECT c.recipient, c.sealed, v.stored FROM pin_copy AS c JOIN verifier AS v USING (brand, ref, credential, sim)
    WHERE c.brand = ${brand} AND c.ref = ${ref} AND c.credential = ${kind} AND v.cleared IS NULL
      AND c.recipient = ANY (${[...recipients]}::text[])`.execute(db)
  const [row] = rows
  if (!row) return null
  const { stored, ...copy } = row
  return { stored, copy }
}
