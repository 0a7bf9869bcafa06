/**
 * Keyed verifiers for PINs and PUKs (docs/security.md#the-verifier). `core = argon2id(secret, salt)`,
 * `tag = HMAC-SHA-256(key, …core)`: without the key, kept outside the database, a stolen table cannot be searched, although a PIN has only 10,000 values.
 * The owner and kind are under the MAC, so a row copied to another account never matches.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { type CredentialKind, credentials } from './credentials.ts'
import { atMost } from './hashing-slots.ts'
import { hmac, lengthPrefixed } from './keyed-hash.ts'
import type { Secret } from './secret.ts'
import { UNKNOWN_SUBJECT } from './subjects.ts'

/** OWASP's minimum for argon2id: 19 MiB, 2 passes, 1 lane. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
export const PARAMS = { m: 19_456, t: 2, p: 1 } as const
const ARGON2ID = 2
const CORE_BYTES = 32
const SALT_BYTES = 16

/** Keys by id (32 bytes each). `current` makes new tags; the others only check old ones. */
export interface PinKeys {
  current: string
  byId: ReadonlyMap<string, Buffer>
}

/** What the hash of a secret is made with. Secrets of one account's SIMs have one, so that one hash serves all of them. */
export interface Salted {
  params: { m: number; t: number; p: number }
  /** base64 */
  salt: string
}

/** What is stored of a secret. `kids`: the chain of keys, innermost first; more than one after a rotation. */
export interface StoredVerifier extends Salted {
  v: 1
  kids: string[]
  /** base64 */
  tag: string
}

/** A stored verifier needs a key that was not given. */
export class MissingKey extends Error {
  override readonly name = 'MissingKey'
}

/** A key has other bytes than the database knows under its name. Says which, and never the bytes. */
export class WrongKey extends Error {
  override readonly name = 'WrongKey'
  /** @param kids at least one. */
  constructor(kids: readonly string[]) {
    super(
      `PIN_KEYS has other bytes than this database knows under: ${kids.join(', ')}. With them every right PIN would count ` +
        'as wrong. Restore the old bytes; or, if the key is a new one, give it a name of its own and keep the old one ' +
        `after a comma: PIN_KEYS=new:…,${kids[0]}:…`,
    )
  }
}

/** Whose secret it is: `brand/ref`, with `/sim` for a PUK. */
export type Owner = string

/** One of the secrets that an entry may be. */
export interface Candidate {
  owner: Owner
  stored: StoredVerifier
}

/** `fresh`: the same secret under the current key alone, where `stored` is not; salt and parameters stay. */
export interface Match<C extends Candidate = Candidate> {
  candidate: C
  fresh: StoredVerifier | null
}

/** So many secrets of SIMs are compared with an entry, whatever the account has: nothing tells how many there are. */
export const SIMS_COMPARED = 32

/** Secrets of an account that are compared with an entry, whether there are so many or not: the one in force, and one that was posted. */
export const ACCOUNTS_COMPARED = 2

export interface Verifier {
  /** @param like made with this salt; without it with a new one. */
  make(secret: Secret, owner: Owner, kind: CredentialKind, like?: Salted): Promise<StoredVerifier>
  /**
   * Which of them it is, the last where it is several. One hash and the same number of comparisons, with none of them too; candidates that do not share one salt, as
   * of accounts from before, are compared only one at a time, so none of several is right.
   */
  matchOf<C extends Candidate>(secret: Secret, kind: CredentialKind, candidates: readonly C[]): Promise<Match<C> | null>
  /** With `stored` null the same work is done and the answer is false. */
  matches(secret: Secret, owner: Owner, kind: CredentialKind, stored: StoredVerifier | null): Promise<boolean>
  /** The same verifier one key further: secret again even if the old key leaked, without knowing the PIN. */
  nest(stored: StoredVerifier): StoredVerifier
}

export function ownerOf(brand: string, ref: string, sim: string | null): Owner {
  return sim === null ? `${brand}/${ref}` : `${brand}/${ref}/${sim}`
}

/**
 * @param hashesAtOnce one for each core is as fast as there is; what is asked for beyond waits in order.
 * @param hash argon2, unless somebody counts how often it is asked for.
 */
export function createVerifier(
  keys: PinKeys,
  hashesAtOnce = Number.POSITIVE_INFINITY,
  hash: typeof hashRaw = hashRaw,
): Verifier {
  const inOrder = atMost(hashesAtOnce)
  const keyOf = (kid: string): Buffer => {
    const key = keys.byId.get(kid)
    if (!key)
      throw new MissingKey(
        `PIN_KEYS has no key '${kid}', but a stored verifier needs it. Add it after the current key.`,
      )
    return key
  }
  const coreOf = (
    secret: Secret,
    salt: Buffer,
    params: StoredVerifier['params'],
    urgency: Parameters<typeof inOrder>[1],
  ): Promise<Buffer> =>
    inOrder(
      () =>
        hash(secret.reveal(), {
          algorithm: ARGON2ID,
          memoryCost: params.m,
          timeCost: params.t,
          parallelism: params.p,
          outputLen: CORE_BYTES,
          salt,
        }),
      urgency,
    )
  const tagOf = (kids: readonly string[], fields: readonly (string | Buffer)[]): Buffer =>
    kids.reduce<Buffer>((inner, kid) => hmac(keyOf(kid), inner), lengthPrefixed(fields))

  // A fixed row for subjects that have none: the same hash and MAC are done, against a tag that nothing matches.
  const nobody: StoredVerifier = {
    v: 1,
    params: PARAMS,
    kids: [keys.current],
    salt: randomBytes(SALT_BYTES).toString('base64'),
    tag: randomBytes(CORE_BYTES).toString('base64'),
  }

  const under = (kids: readonly string[], owner: Owner, kind: CredentialKind, salt: Buffer, core: Buffer): Buffer =>
    tagOf(kids, ['pin-v1', owner, kind, '1', salt, core])

  const matchOf: Verifier['matchOf'] = async (secret, kind, candidates) => {
    const most = credentials[kind].subject === 'sim' ? SIMS_COMPARED : ACCOUNTS_COMPARED
    const rows = candidates.length <= most && shareSalt(candidates) ? candidates : []
    const { salt: written, params } = rows[0]?.stored ?? nobody
    const salt = Buffer.from(written, 'base64')
    const core = await coreOf(secret, salt, params, 'asked')
    let right: (typeof rows)[number] | null = null
    for (let place = 0; place < most; place++) {
      const row = rows[place]
      const stored = row?.stored ?? nobody
      const tag = under(stored.kids, row?.owner ?? NOBODY, kind, salt, core)
      const kept = Buffer.from(stored.tag, 'base64')
      const equal = kept.length === tag.length && timingSafeEqual(kept, tag)
      if (equal && row !== undefined) right = row
    }
    if (right === null) return null
    const { kids } = right.stored
    if (kids.length === 1 && kids[0] === keys.current) return { candidate: right, fresh: null }
    const tag = under([keys.current], right.owner, kind, salt, core).toString('base64')
    return { candidate: right, fresh: { ...right.stored, kids: [keys.current], tag } }
  }

  return {
    async make(secret, owner, kind, like = newSalt()) {
      const { salt: written, params } = like
      const salt = Buffer.from(written, 'base64')
      // Customers who are taken over meanwhile keep no caller waiting.
      const core = await coreOf(secret, salt, params, 'waits')
      const tag = under([keys.current], owner, kind, salt, core)
      return { v: 1, params, kids: [keys.current], salt: written, tag: tag.toString('base64') }
    },
    matchOf,
    async matches(secret, owner, kind, stored) {
      return (await matchOf(secret, kind, stored === null ? [] : [{ owner, stored }])) !== null
    },
    nest(stored) {
      const tag = hmac(keyOf(keys.current), Buffer.from(stored.tag, 'base64'))
      return { ...stored, kids: [...stored.kids, keys.current], tag: tag.toString('base64') }
    },
  }
}

/** Owns nothing. */
const NOBODY: Owner = ''

/** For the secrets of one owner. */
export function newSalt(): Salted {
  return { params: PARAMS, salt: randomBytes(SALT_BYTES).toString('base64') }
}

export function sameSalt(one: Salted, other: Salted): boolean {
  const { m, t, p } = one.params
  return one.salt === other.salt && m === other.params.m && t === other.params.t && p === other.params.p
}

function shareSalt(candidates: readonly Candidate[]): boolean {
  const [first] = candidates
  return first === undefined || candidates.every(({ stored }) => sameSalt(stored, first.stored))
}

/** Not of the form of anything else that is under a key: a verifier begins with another field, a nested one has 32 bytes. */
const KEY_CHECK = lengthPrefixed(['pin-key-check-v1'])

/** By what the bytes of a key are known again, 32 bytes. They cannot be found from it. */
export function checkValueOf(key: Buffer): Buffer {
  return hmac(key, KEY_CHECK)
}

/** The subject under which tries on a number that nobody has are counted: no number can be read back from it. */
export function unknownSubject(subjectKey: Buffer, brand: string, value: string): string {
  return `${UNKNOWN_SUBJECT}${hmac(subjectKey, lengthPrefixed([brand, value])).toString('base64url')}`
}
