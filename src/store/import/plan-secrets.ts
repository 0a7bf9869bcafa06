/** Which credentials of a row are made, which stay. */
import { type CredentialKind, credentials, kindsOf } from '../../auth/credentials.ts'
import { faultOf, keyedNames, type PinFault, policyOf, spelledNumbers } from '../../auth/pin-policy.ts'
import type { Secret } from '../../auth/secret.ts'
import { newSalt, type Salted, sameSalt } from '../../auth/verifier.ts'
import type { VerifierKey } from '../verifiers.ts'
import { type AccountFacts, type BatchState, credentialKey, type NewSecret, type Owned } from './batch.ts'
import type { CustomerRow, Secrets } from './row.ts'

export function keepsOf({ brand, secrets }: CustomerRow, ref: string, { verifiers }: BatchState): boolean {
  return kindsOf('account').some(
    (credential) => !secrets.has(credential) && verifiers.has(credentialKey({ brand, ref, credential, sim: null })),
  )
}

/** Judges what customers choose themselves, by all that is known of them when the row is in. */
export function judgeOf(
  { name, identifiers, judgedBy }: CustomerRow,
  { birthDate }: AccountFacts,
  known: readonly Owned[],
) {
  const owner = {
    birthDate,
    numbers: spelledNumbers([...identifiers, ...known], judgedBy.countryCode),
    names: keyedNames(name),
  }
  return (kind: CredentialKind, secret: Secret): PinFault | null =>
    credentials[kind].changeable ? faultOf(secret, policyOf(judgedBy, kind), owner) : null
}

/** Which secrets of the row are to be hashed, and with which salt: those of an account's SIMs share one. */
export function secretsOf(
  brand: string,
  ref: string,
  { verifiers }: BatchState,
  replacePins: boolean,
  judge: (kind: CredentialKind, secret: Secret) => PinFault | null,
) {
  const secrets: NewSecret[] = []
  const faults: PinFault[] = []
  const shared = new Map<CredentialKind, Salted>()
  const saltOf = (credential: CredentialKind): Salted => {
    const stored = [...verifiers.values()].find((each) => each.ref === ref && each.credential === credential)
    const salt = shared.get(credential) ?? stored?.stored ?? newSalt()
    shared.set(credential, salt)
    return salt
  }
  const wants = (given: Secrets, sim: string | null): void => {
    for (const [credential, secret] of given) {
      const key: VerifierKey = { brand, ref, credential, sim }
      const { stored, cleared } = verifiers.get(credentialKey(key)) ?? {}
      const like = sim === null ? undefined : saltOf(credential)
      // What an operator has cleared is worth nothing, in whatever form.
      const old = stored && !cleared && like && !sameSalt(stored, like) ? stored : null
      const fault = judge(credential, secret)
      const weak = fault !== null
      if (weak) faults.push(fault)
      if (!stored || replacePins) secrets.push({ key, secret, like, old: null, weak })
      else if (old !== null) secrets.push({ key, secret, like, old, weak })
    }
  }
  return { wants, secrets, faults }
}
