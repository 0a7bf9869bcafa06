/** What is known of the accounts of a batch, and what is planned for them. */
import type { IdentifierKind } from '../../auth/identifiers.ts'
import type { PinFault } from '../../auth/pin-policy.ts'
import type { Secret } from '../../auth/secret.ts'
import type { Salted, StoredVerifier } from '../../auth/verifier.ts'
import type { VerifierKey, VerifierRow } from '../verifiers.ts'
import type { ContactKind, CustomerRow } from './row.ts'

/** An identifier as stored, or as it will be: `id` is null until then. */
export interface Owned {
  id: number | null
  brand: string
  value: string
  kind: IdentifierKind
  ref: string
  sim: string | null
  contract: string | null
  from: Date | null
  to: Date | null
  /** Since when another account claims it, too: it then identifies nobody. */
  disputed: Date | null
}

export interface AccountFacts extends Pick<CustomerRow, 'brand' | 'customerNumber' | 'name' | 'language'> {
  ref: string
  birthDate: string | null
  addressSince: string | null
  reference: string | null
  /** From when on there is no contract. */
  ends: Date | null
}

/** Where messages may go; `id` is null until it is stored. */
export interface Reached {
  id: number | null
  brand: string
  ref: string
  kind: ContactKind
  value: string
  from: Date | null
  to: Date | null
  confirmed: Date | null
}

/** The identifiers of a batch by account and by number, as the plans made so far will leave them. */
export interface Numbers {
  ofAccount(ref: string): readonly Owned[]
  ofValue(brand: string, value: string): readonly Owned[]
  add(owned: Owned): void
  /** In the place of the one with its id, which is stored. */
  replace(owned: Owned): void
  remove(owned: Owned): void
}

/** All that the store knows about the accounts and values of a batch. */
export interface BatchState {
  /** By `accountKey`. */
  accounts: Map<string, AccountFacts>
  /** As they were read. */
  identifiers: readonly Owned[]
  numbers: Numbers
  /** Of the contracts of these accounts, by their id. */
  products: ReadonlyMap<string, string | null>
  contacts: Reached[]
  /** The credentials that exist, by `credentialKey`. */
  verifiers: Map<string, VerifierRow & { cleared: Date | null }>
}

/** A secret to be hashed, with the salt that it shares with others of its account. `old`: the form of it that is replaced by another salt. */
export interface NewSecret {
  key: VerifierKey
  secret: Secret
  like: Salted | undefined
  old: StoredVerifier | null
  /** Whether the policy of the brand would refuse it. */
  weak: boolean
}

export interface Plan {
  account: { facts: AccountFacts; is: 'new' | 'changed' | 'same' }
  newSims: { id: string; ref: string }[]
  newContracts: {
    id: string
    brand: string
    ref: string
    number: string
    product: string | null
    begins: Date | null
    ends: Date | null
  }[]
  /** Contracts that are of another product now. */
  products: { id: string; product: string | null }[]
  inserted: Owned[]
  /** Stored ones that are owned from or until another moment, or disputed or not any more; also of other accounts. */
  moved: Owned[]
  /** Ownership that ends now; it stays for looking back. */
  ended: Owned[]
  /** Ownership that lay in the future and never began. */
  dropped: Owned[]
  contacts: { added: Reached[]; ended: Reached[] }
  secrets: NewSecret[]
  /** Whether another account has a number of the row, too. */
  disputes: boolean
  /** Whether a credential of the account stays although the row has none. */
  keeps: boolean
  /** By which rule each weak PIN of the row would be refused, for a count over all rows of a file. */
  pinFaults: PinFault[]
}

export function accountKey(brand: string, customerNumber: string): string {
  return `${brand}/${customerNumber}`
}

export function credentialKey(key: VerifierKey): string {
  return `${key.brand}/${key.ref}/${key.credential}/${key.sim ?? ''}`
}
