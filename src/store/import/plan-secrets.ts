/** Which credentials of a row are made, which stay. */
import { type CredentialKind, kindsOf } from '../../auth/credentials.ts'
import { newSalt, type Salted, sameSalt } from '../../auth/verifier.ts'
import type { VerifierKey } from '../verifiers.ts'
import { type BatchState, credentialKey, type NewSecret } from './batch.ts'
import type { CustomerRow, Secrets } from './row.ts'

export function keepsOf({ brand, secrets }: CustomerRow, ref: string, { verifiers }: BatchState): boolean {
  return kindsOf('account').some(
    (credential) => !secrets.has(credential) && verifiers.has(credentialKey({ brand, ref, credential, sim: null })),
  )
}

/** Which secrets of the row are to be hashed, and with which salt: those of an account's SIMs share one. */
export function secretsOf(brand: string, ref: string, { verifiers }: BatchState, replacePins: boolean) {
  const secrets: NewSecret[] = []
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
      if (!stored || replacePins) secrets.push({ key, secret, like, old: null })
      else if (old !== null) secrets.push({ key, secret, like, old })
    }
  }
  return { wants, secrets }
}
