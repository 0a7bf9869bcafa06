/**
 * A new secret that a caller keys twice. The digits of either entry go to the verifier alone: the call holds a verifier of the first one,
 * made for this call, and the second is compared with it before anything is set.
 */
import type { ChangeableKind } from '../auth/credentials.ts'
import type { HashingSlots } from '../auth/hashing-slots.ts'
import type { Secret } from '../auth/secret.ts'
import type { Owner, StoredVerifier, Verifier } from '../auth/verifier.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Answer } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import { maySet } from '../flow/second-lock.ts'
import type { Clock } from '../seams/clock.ts'
import type { Deadline } from '../seams/deadline.ts'
import type { PinChoice } from '../seams/pin-choice.ts'

export interface NewSecrets {
  verifier: Verifier
  slots: HashingSlots
  pinChoice: Pick<PinChoice, 'chooseByPhone'>
  clock: Pick<Clock, 'now'>
}

interface Keyed {
  brand: Brand
  call: Call
  claim: Claim
  credential: ChangeableKind
  digits: Secret
  /** Until when a hashing slot is waited for, and anything hashed. */
  by: Deadline
}

/** @throws Error where it cannot be hashed, or the caller may not set one: whatever a flow asks, that is looked at here again. */
export async function hashEntry(world: NewSecrets, keyed: Keyed): Promise<Answer<'hash_entry'>> {
  ownerIn(keyed)
  const { call, claim, credential, digits } = keyed
  const entry = await inSlot(world, keyed, () => world.verifier.make(digits, entryOf(call, claim), credential))
  return entry === null ? { kind: 'unavailable' } : { kind: 'hashed', entry }
}

/** Sets it where it is the one that was keyed first. @throws Error as above, and where the store cannot be written. */
export async function setSecret(
  world: NewSecrets,
  keyed: Keyed & { entry: StoredVerifier },
): Promise<Answer<'set_secret'>> {
  const account = ownerIn(keyed)
  const { call, claim, credential, digits, entry } = keyed
  const done = await inSlot(world, keyed, async () => {
    if (!(await world.verifier.matches(digits, entryOf(call, claim), credential, entry))) return 'differs'
    const because = { actor: 'caller', callId: call.id }
    return world.pinChoice.chooseByPhone(account, credential, digits, because, { now: world.clock.now(), by: keyed.by })
  })
  if (done === null) return { kind: 'unavailable' }
  if (done === 'differs') return { kind: 'differs' }
  if ('set' in done) return { kind: 'set' }
  switch (done.refused) {
    case 'changed_lately':
      return { kind: 'changed_lately' }
    case 'no_account':
    case 'not_accepted':
    case 'operator_locked':
    case 'hard_locked':
    case 'not_proved':
      return { kind: 'gone' }
    case 'length':
      throw new Error(`a new ${credential} has another length in the policy than in the table of credentials`)
    default:
      // What would be taken is told to nobody here: others may listen.
      return { kind: 'refused', fault: done.refused }
  }
}

/** A verifier of an entry is worth nothing in another call, or for another account. */
function entryOf({ id }: Call, { subject }: Claim): Owner {
  return `${ENTRY}${id}/${subject}`
}

/** No brand has a name that begins so: what is kept of an entry is never the secret of an account. */
const ENTRY = '@call/'

/** Whether a verifier is made of what is keyed first, not of what is set. */
export function isEntryOwner(owner: Owner): boolean {
  return owner.startsWith(ENTRY)
}

function ownerIn({ brand, call, claim, credential }: Keyed): { brand: string; ref: string } {
  const isTheirs = call.claim?.subject === claim.subject && call.claim.ref === claim.ref
  if (!maySet({ brand }, call, credential) || !isTheirs || claim.ref === null)
    throw new Error(`a new ${credential} is asked for without the one in force`)
  return { brand: call.brand, ref: claim.ref }
}

async function inSlot<Done>(
  { slots }: NewSecrets,
  { by, claim }: Keyed,
  work: () => Promise<Done>,
): Promise<Done | null> {
  const giveBack = await slots.take(by, claim.subject)
  if (giveBack === null) return null
  try {
    return await work()
  } finally {
    giveBack()
  }
}
