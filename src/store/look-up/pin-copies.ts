/**
 * Copies of secrets for customers to look up (R6), sealed to a key whose public half may be all that this process has: https://age-encryption.org/v1, X25519.
 * Imports age-encryption, `auth` and the seams.
 */
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption'
import { z } from 'zod'
import { type CredentialKind, credentials, PIN_DIGITS } from '../../auth/credentials.ts'
import { Secret } from '../../auth/secret.ts'
import type { StoredVerifier } from '../../auth/verifier.ts'
import { IDENTITY, RECIPIENT } from '../../seams/age-key.ts'

/**
 * Whose secret, and which: `salt` of its verifier is another with each new one. The customer number is what a token of the portal names, so it is sealed too: who may write
 * accounts could else give one the number of their own, and look its PIN up with a log-in of their own.
 */
export interface CopiedSecret {
  brand: string
  customerNumber: string
  ref: string
  kind: CredentialKind
  stored: Pick<StoredVerifier, 'salt'>
}

export interface PinCopy {
  /** The public key that it is sealed to. */
  recipient: string
  /** base64 of an age file. */
  sealed: string
}

/** Null: no copy is kept of it. */
export type Copying = (of: CopiedSecret, secret: Secret) => Promise<PinCopy | null>

export const copiesNothing: Copying = () => Promise.resolve(null)

/** No copies can be kept or opened as it is set up. The message says what to set. */
export class LookUpError extends Error {
  override readonly name = 'LookUpError'
}

const inside = z.strictObject({
  brand: z.string(),
  customerNumber: z.string(),
  ref: z.string(),
  kind: z.string(),
  version: z.string(),
  secret: z.string(),
})

/**
 * @param recipient null: none is set.
 * @param brands those that let customers look a secret up.
 * @throws {LookUpError} where there is such a brand and no key to seal to.
 */
export function copiesTo(recipient: string | null, brands: ReadonlySet<string>): Copying {
  const [first] = brands
  if (first === undefined) return copiesNothing
  if (recipient === null)
    throw new LookUpError(
      `LOOKUP_RECIPIENT must be set: '${first}' lets customers look their PIN up (portal.look_up of its file). Make the pair with age-keygen.`,
    )
  const encrypter = encrypterTo(recipient)
  return async ({ brand, customerNumber, ref, kind, stored: { salt: version } }, secret) => {
    const { subject, changeable, usualEntry } = credentials[kind]
    // Of a word, what is keyed would be copied, and nobody reads a word from that.
    if (!brands.has(brand) || subject !== 'account' || !changeable || 'letters' in usualEntry) return null
    // All of it stands inside too: a copy that was moved to another row is found by who opens it. And as long as the longest: what is sealed would else
    // tell who has a PIN of the length from before.
    const content: z.infer<typeof inside> = {
      ...{ brand, customerNumber, ref, kind, version },
      secret: secret.reveal().padEnd(PIN_DIGITS.to),
    }
    return { recipient, sealed: Buffer.from(await encrypter.encrypt(JSON.stringify(content))).toString('base64') }
  }
}

function encrypterTo(recipient: string): Encrypter {
  const encrypter = new Encrypter()
  try {
    if (!RECIPIENT.test(recipient)) throw new Error()
    encrypter.addRecipient(recipient)
    return encrypter
  } catch {
    throw new LookUpError('LOOKUP_RECIPIENT is no public key of age: copy the one, age1…, that age-keygen prints.')
  }
}

export interface CopyKeys {
  /** Their public halves. New copies are sealed to the first. */
  recipients: readonly string[]
  /** Null: it is not the copy of this secret, or of none that these keys open. */
  open(of: CopiedSecret, copy: PinCopy): Promise<Secret | null>
}

/**
 * @param identities private keys, the current one first.
 * @throws {LookUpError} where one is none.
 */
export async function copyKeys(identities: readonly string[]): Promise<CopyKeys> {
  const decrypter = new Decrypter()
  const recipients: string[] = []
  try {
    for (const identity of identities) {
      if (!IDENTITY.test(identity)) throw new Error()
      recipients.push(await identityToRecipient(identity))
      decrypter.addIdentity(identity)
    }
  } catch {
    throw new LookUpError('LOOKUP_IDENTITY has no private key of age: copy the line AGE-SECRET-KEY-1… of age-keygen.')
  }
  return {
    recipients,
    async open({ brand, customerNumber, ref, kind, stored }, { sealed }) {
      let content: unknown
      // The key that copies are sealed to is public, so what is inside may be anybody's; no error is passed on, for it would quote it.
      try {
        content = JSON.parse(await decrypter.decrypt(Buffer.from(sealed, 'base64'), 'text'))
      } catch {
        return null
      }
      const read = inside.safeParse(content)
      if (!read.success) return null
      const { secret, ...is } = read.data
      const wanted = { brand, customerNumber, ref, kind, version: stored.salt }
      const isIt = (Object.keys(wanted) as (keyof typeof wanted)[]).every((name) => is[name] === wanted[name])
      return isIt ? new Secret(secret.trimEnd()) : null
    },
  }
}
