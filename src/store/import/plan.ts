/**
 * What one imported row changes, decided without the database: the state of the batch is read before, the plans are
 * written after. Plans are made row after row, and each sees what the rows before it will have changed.
 */
import type { IdentifierKind } from '../../auth/identifiers.ts'
import { opaqueId } from '../opaque-id.ts'
import { type AccountFacts, accountKey, type BatchState, type Owned, type Plan } from './batch.ts'
import { contactsOf } from './plan-contacts.ts'
import { judgeOf, keepsOf, secretsOf } from './plan-secrets.ts'
import type { CustomerRow, RowIdentifier } from './row.ts'

/** Whether the store would be the same afterwards. */
export function changesNothing({ account, contacts, ...plan }: Plan): boolean {
  const changes = [plan.newSims, plan.products, plan.inserted, plan.moved, plan.ended, plan.dropped, plan.secrets]
  return account.is === 'same' && [...changes, contacts.added, contacts.ended].every((list) => list.length === 0)
}

/**
 * Plans a row as of `now` and enters its changes into `state`. A number that another account has at the same time is kept with both and
 * identifies nobody, until one of them has given it up: so lines may come in any order, and customers may exchange numbers.
 */
export function planRow(row: CustomerRow, state: BatchState, now: Date, replacePins: boolean): Plan {
  const known = state.accounts.get(accountKey(row.brand, row.customerNumber))
  const ref = known?.ref ?? opaqueId()
  const ofAccount = state.numbers.ofAccount(ref)
  const mine = ofAccount.filter(({ kind }) => row.kinds.includes(kind))
  const ends = endOf(row, ofAccount, known, now)
  const facts = factsOf(row, known, { ref, ends })
  const plan: Plan = {
    account: { facts, is: known ? (sameFacts(known, facts) ? 'same' : 'changed') : 'new' },
    newSims: [],
    newContracts: [],
    products: [],
    inserted: [],
    moved: [],
    ended: [],
    dropped: [],
    contacts: contactsOf(row, { ref, ends }, state, known ? now : null),
    secrets: [],
    disputes: false,
    keeps: keepsOf(row, ref, state),
    pinFaults: [],
  }
  const { wants, secrets, faults } = secretsOf(row.brand, ref, state, replacePins, judgeOf(row, facts, ofAccount))
  plan.secrets = secrets
  plan.pinFaults = faults

  wants(row.secrets, null)
  const kept = new Set<Owned>()
  const planned: { wanted: RowIdentifier; stored: Owned | undefined; owned: Owned }[] = []
  for (const wanted of row.identifiers) {
    const contract = row.identifiers.find(({ kind, value }) => kind === 'contract_number' && value === wanted.contract)
    const to = endsWithContract(wanted.kind) ? sooner(sooner(wanted.to, contract?.to ?? null), ends) : wanted.to
    const stored = storedFor({ ...wanted, to }, mine, kept)
    const others = state.numbers.ofValue(row.brand, wanted.value).filter((owned) => owned.ref !== ref)
    // A number that is new on a known account is its own from now on, not since ever, unless the file says from when.
    // It rests for a time from there (decision C); the first import of an account is no change.
    const from = wanted.from ?? (stored ? stored.from : known ? now : null)
    const owned: Owned = {
      id: stored?.id ?? null,
      brand: row.brand,
      value: wanted.value,
      kind: wanted.kind,
      ref,
      sim: stored?.sim ?? null,
      contract: stored?.contract ?? null,
      from,
      to,
      disputed: null,
    }
    owned.from = afterFormerOwners(owned, others, now)
    // Over before it began: nothing of it is kept.
    if (owned.from && owned.to && owned.from >= owned.to) continue
    if (stored) kept.add(stored)
    const rivals = others.filter((other) => overlap(owned, other))
    if (rivals.length > 0) owned.disputed = stored?.disputed ?? now
    for (const rival of rivals) dispute(rival, plan, state, now)
    plan.disputes ||= rivals.length > 0
    if (wanted.kind === 'contract_number' && owned.contract === null) {
      owned.contract = opaqueId()
      plan.newContracts.push({
        id: owned.contract,
        brand: row.brand,
        ref,
        number: wanted.value,
        product: wanted.product ?? null,
        begins: owned.from,
        ends: owned.to,
      })
    } else if (wanted.kind === 'contract_number' && owned.contract !== null && wanted.product !== undefined) {
      const { contract: id } = owned
      if ((state.products.get(id) ?? null) !== wanted.product) plan.products.push({ id, product: wanted.product })
    }
    if (wanted.kind === 'sim_number') {
      // A SIM that comes back keeps its id, and with it its secrets.
      owned.sim ??= mine.find((other) => other.kind === 'sim_number' && other.value === wanted.value)?.sim ?? null
      if (owned.sim === null) {
        owned.sim = opaqueId()
        plan.newSims.push({ id: owned.sim, ref })
      }
      wants(wanted.secrets, owned.sim)
    }
    planned.push({ wanted, stored, owned })
  }
  const planFor = (kind: IdentifierKind, value: string | null) =>
    planned.find(({ owned }) => owned.kind === kind && owned.value === value)?.owned
  for (const { wanted, stored, owned } of planned) {
    if (wanted.sim !== undefined) owned.sim = planFor('sim_number', wanted.sim)?.sim ?? null
    if (wanted.contract !== undefined) owned.contract = planFor('contract_number', wanted.contract)?.contract ?? null
    if (!stored) plan.inserted.push(owned)
    else if (!sameOwned(stored, owned)) plan.moved.push(owned)
  }
  for (const gone of ofAccount) {
    const isOver = endsWithContract(gone.kind) && ends !== null && ends <= now
    const isGone = mine.includes(gone) && !row.partial.includes(gone.kind)
    if (kept.has(gone) || (!isGone && !isOver) || (gone.to !== null && gone.to <= now)) continue
    const to = isOver ? ends : now
    if (gone.from !== null && gone.from >= to) plan.dropped.push(gone)
    else plan.ended.push({ ...gone, to, disputed: gone.disputed && gone.disputed < to ? gone.disputed : null })
  }
  enter(plan, state)
  return plan
}

/** What is of no use without a contract, and may be somebody else's next (R42). */
function endsWithContract(kind: IdentifierKind): boolean {
  return kind === 'phone_number' || kind === 'sim_number'
}

/** When the last contract ends, or ended. Customers who never had one, and are in the file, are customers still. */
function endOf(row: CustomerRow, ofAccount: readonly Owned[], known: AccountFacts | undefined, now: Date): Date | null {
  const had = ofAccount.filter(({ kind }) => kind === 'contract_number')
  if (!row.kinds.includes('contract_number')) return had.length > 0 ? (known?.ends ?? null) : null
  const named = row.identifiers.filter(({ kind }) => kind === 'contract_number')
  const stay = row.partial.includes('contract_number')
    ? had.filter(({ value }) => !named.some((one) => one.value === value))
    : []
  const wanted = [...named, ...stay]
  const ends = wanted.length > 0 ? wanted.map(({ to }) => to) : had.map(({ to }) => sooner(to, now))
  return ends.includes(null) ? null : ends.reduce((last, to) => (last === null || (to && to > last) ? to : last), null)
}

function sooner(one: Date | null, other: Date | null): Date | null {
  return one === null || (other !== null && other < one) ? other : one
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

/** What was planned before in this batch is written as it then is. */
function dispute(rival: Owned, plan: Plan, state: BatchState, now: Date): void {
  if (rival.disputed !== null) return
  if (rival.id === null) {
    rival.disputed = now
    return
  }
  const disputed = { ...rival, disputed: now }
  plan.moved.push(disputed)
  state.numbers.replace(disputed)
}

function overlap(a: Owned, b: Owned): boolean {
  const aBeforeB = a.to !== null && b.from !== null && a.to <= b.from
  const bBeforeA = b.to !== null && a.from !== null && b.to <= a.from
  return !aBeforeB && !bBeforeA
}

function enter(plan: Plan, state: BatchState): void {
  const { facts } = plan.account
  state.accounts.set(accountKey(facts.brand, facts.customerNumber), facts)
  for (const owned of [...plan.moved, ...plan.ended]) state.numbers.replace(owned)
  for (const owned of plan.dropped) state.numbers.remove(owned)
  for (const owned of plan.inserted) state.numbers.add(owned)
}

/** What the file has no column for stays as it is known. */
function factsOf(
  { brand, customerNumber, name, language, birthDate, addressSince, reference }: CustomerRow,
  known: AccountFacts | undefined,
  fixed: Pick<AccountFacts, 'ref' | 'ends'>,
): AccountFacts {
  const born = birthDate === undefined ? (known?.birthDate ?? null) : birthDate
  const since = addressSince === undefined ? (known?.addressSince ?? null) : addressSince
  const named = reference === undefined ? (known?.reference ?? null) : reference
  return { ...fixed, brand, customerNumber, name, birthDate: born, addressSince: since, language, reference: named }
}

function sameFacts({ ends, ...a }: AccountFacts, { ends: until, ...b }: AccountFacts): boolean {
  return sameTime(ends, until) && (Object.keys(b) as (keyof typeof b)[]).every((fact) => a[fact] === b[fact])
}

function sameOwned(one: Owned, other: Owned): boolean {
  const sameTimes = (['from', 'to', 'disputed'] as const).every((time) => sameTime(one[time], other[time]))
  return sameTimes && one.sim === other.sim && one.contract === other.contract
}

function sameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime()
}
