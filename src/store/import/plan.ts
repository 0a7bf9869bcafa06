/**
 * What one imported row changes, decided without the database: the state of the batch is read before, the plans are
 * written after. Plans are made row after row, and each sees what the rows before it will have changed.
 */
import { randomBytes } from 'node:crypto'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import type { Secret } from '../../auth/secret.ts'
import type { VerifierKey } from '../verifiers.ts'
import type { CustomerRow, RowIdentifier, Secrets } from './row.ts'

/** An identifier as stored, or as it will be: `id` is null until then. */
export interface Owned {
  id: number | null
  brand: string
  value: string
  kind: IdentifierKind
  ref: string
  sim: string | null
  from: Date | null
  to: Date | null
}

export interface AccountFacts extends Pick<CustomerRow, 'brand' | 'customerNumber' | 'name' | 'language'> {
  ref: string
  birthDate: string | null
  email: string | null
  mobile: string | null
}

/** All that the store knows about the accounts and values of a batch. */
export interface BatchState {
  /** By `accountKey`. */
  accounts: Map<string, AccountFacts>
  identifiers: Owned[]
  /** The credentials that exist, by `credentialKey`. */
  verifiers: Set<string>
}

export interface Plan {
  account: { facts: AccountFacts; is: 'new' | 'changed' | 'same' }
  newSims: { id: string; ref: string }[]
  inserted: Owned[]
  /** Owned from or until another moment than stored. */
  moved: Owned[]
  /** Ownership that ends now; it stays for looking back. */
  ended: Owned[]
  /** Ownership that lay in the future and never began. */
  dropped: Owned[]
  secrets: { key: VerifierKey; secret: Secret }[]
}

/** Somebody else owns the value at that time. It may become free when the other account's line is read. */
export interface AlreadyOwned {
  taken: IdentifierKind
}

export function accountKey(brand: string, customerNumber: string): string {
  return `${brand}/${customerNumber}`
}

export function credentialKey(key: VerifierKey): string {
  return `${key.brand}/${key.ref}/${key.credential}/${key.sim ?? ''}`
}

/** Whether the store would be the same afterwards. */
export function changesNothing(plan: Plan): boolean {
  const changes = [plan.newSims, plan.inserted, plan.moved, plan.ended, plan.dropped, plan.secrets]
  return plan.account.is === 'same' && changes.every((list) => list.length === 0)
}

/** Plans a row as of `now` and enters its changes into `state`; a row that is refused leaves the state as it was. */
export function planRow(row: CustomerRow, state: BatchState, now: Date, replacePins: boolean): Plan | AlreadyOwned {
  const key = accountKey(row.brand, row.customerNumber)
  const known = state.accounts.get(key)
  const facts = factsOf(row, known)
  const mine = state.identifiers.filter((owned) => owned.ref === facts.ref && row.kinds.includes(owned.kind))
  const plan: Plan = {
    account: { facts, is: known ? (sameFacts(known, facts) ? 'same' : 'changed') : 'new' },
    newSims: [],
    inserted: [],
    moved: [],
    ended: [],
    dropped: [],
    secrets: [],
  }
  const wants = (secrets: Secrets, sim: string | null): void => {
    for (const [credential, secret] of secrets) {
      const key: VerifierKey = { brand: row.brand, ref: facts.ref, credential, sim }
      if (replacePins || !state.verifiers.has(credentialKey(key))) plan.secrets.push({ key, secret })
    }
  }

  wants(row.secrets, null)
  const kept = new Set<Owned>()
  for (const wanted of row.identifiers) {
    const stored = storedFor(wanted, mine, kept)
    if (stored) kept.add(stored)
    const others = state.identifiers.filter(
      (owned) => owned.brand === row.brand && owned.value === wanted.value && owned.ref !== facts.ref,
    )
    // A number that is new on a known account is its own from now on, not since ever, unless the file says from when.
    // The secret of a SIM is refused for a time from there (decision C); the first import of an account is no change.
    const from = wanted.from ?? (stored ? stored.from : known ? now : null)
    const owned: Owned = {
      id: stored?.id ?? null,
      brand: row.brand,
      value: wanted.value,
      kind: wanted.kind,
      ref: facts.ref,
      sim: stored?.sim ?? null,
      from,
      to: wanted.to,
    }
    owned.from = afterFormerOwners(owned, others, now)
    if (owned.from && owned.to && owned.from >= owned.to) return { taken: wanted.kind }
    if (others.some((other) => overlap(owned, other))) return { taken: wanted.kind }
    if (wanted.kind === 'sim_number') {
      // A SIM that comes back keeps its id, and with it the count of tries on its secrets.
      owned.sim ??= mine.find((other) => other.kind === 'sim_number' && other.value === wanted.value)?.sim ?? null
      if (owned.sim === null) {
        owned.sim = opaqueId()
        plan.newSims.push({ id: owned.sim, ref: facts.ref })
      }
      wants(wanted.secrets, owned.sim)
    }
    if (!stored) plan.inserted.push(owned)
    else if (!sameTime(stored.from, owned.from) || !sameTime(stored.to, owned.to)) plan.moved.push(owned)
  }
  for (const gone of mine) {
    if (kept.has(gone) || (gone.to !== null && gone.to <= now)) continue
    if (gone.from !== null && gone.from >= now) plan.dropped.push(gone)
    else plan.ended.push({ ...gone, to: now })
  }
  enter(plan, state)
  return plan
}

/** The stored ownership that a wanted one continues: still open, or with the very end that the file names. */
function storedFor(wanted: RowIdentifier, mine: readonly Owned[], kept: ReadonlySet<Owned>): Owned | undefined {
  const candidates = mine.filter(
    (owned) => owned.kind === wanted.kind && owned.value === wanted.value && !kept.has(owned),
  )
  return candidates.find((owned) => sameTime(owned.to, wanted.to)) ?? candidates.find((owned) => owned.to === null)
}

/** Ownership begins when the former owner's has ended, even where the file names an earlier day: the past stays as it was. */
function afterFormerOwners(owned: Owned, others: readonly Owned[], now: Date): Date | null {
  const former = others.filter((other) => other.to !== null && other.to <= now && overlap(owned, other))
  return former.reduce((from, { to }) => (from === null || (to !== null && to > from) ? to : from), owned.from)
}

function overlap(a: Owned, b: Owned): boolean {
  const aBeforeB = a.to !== null && b.from !== null && a.to <= b.from
  const bBeforeA = b.to !== null && a.from !== null && b.to <= a.from
  return !aBeforeB && !bBeforeA
}

function enter(plan: Plan, state: BatchState): void {
  const { facts } = plan.account
  state.accounts.set(accountKey(facts.brand, facts.customerNumber), facts)
  const replaced = new Map([...plan.moved, ...plan.ended].map((owned) => [owned.id, owned]))
  const dropped = new Set(plan.dropped.map((owned) => owned.id))
  state.identifiers = state.identifiers
    .filter((owned) => owned.id === null || !dropped.has(owned.id))
    .map((owned) => (owned.id === null ? owned : (replaced.get(owned.id) ?? owned)))
    .concat(plan.inserted)
}

/** What the file has no column for stays as it is known. */
function factsOf(row: CustomerRow, known: AccountFacts | undefined): AccountFacts {
  const { brand, customerNumber, name, language } = row
  return {
    ref: known?.ref ?? opaqueId(),
    brand,
    customerNumber,
    name,
    birthDate: row.birthDate === undefined ? (known?.birthDate ?? null) : row.birthDate,
    language,
    email: row.email === undefined ? (known?.email ?? null) : row.email,
    mobile: row.mobile === undefined ? (known?.mobile ?? null) : row.mobile,
  }
}

function sameFacts(a: AccountFacts, b: AccountFacts): boolean {
  return (Object.keys(b) as (keyof AccountFacts)[]).every((fact) => a[fact] === b[fact])
}

function sameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime()
}

/** 128 random bits: says nothing about the account, its brand or its age. */
function opaqueId(): string {
  return randomBytes(16).toString('base64url')
}
