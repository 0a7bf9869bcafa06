/** What an event changes of an account, decided without the database. Events may come in any order, and twice. PURE. */

import type { AccountFacts, Owned, Reached } from '../import/batch.ts'
import type { ContactKind } from '../import/row.ts'
import { begun, ended } from './times.ts'

/** Numbers are canonical digits (`auth/identifiers.ts`), contracts their numbers. `at`: from when on it is so. */
export type AccountChange = { at: Date } & (
  | { kind: 'port_in'; number: string; contract: string | null; sim: string | null }
  | { kind: 'port_out'; number: string }
  /** `from` is null where the SIM before is not known; `number` has the new one from then on. */
  | { kind: 'sim_change'; from: string | null; to: string; number: string | null }
  | { kind: 'contract_end'; contract: string }
  | { kind: 'account_end' }
  | { kind: 'contact_confirmed'; contact: ContactKind; value: string }
)

/** All that is stored of the account. */
export interface Held {
  facts: Pick<AccountFacts, 'ref' | 'brand' | 'ends'>
  identifiers: readonly Owned[]
  contacts: readonly Reached[]
}

/** The account after it. Rows that are new have no id; those of new SIMs are made here. */
export interface Changed {
  ends: Date | null
  identifiers: Owned[]
  contacts: Reached[]
}

export type ChangeRefusal = 'no_contract' | 'no_sim'

/** @param newId makes the id of a SIM that the account has not had before. */
export function planChange(change: AccountChange, held: Held, newId: () => string): Changed | ChangeRefusal {
  const after = changed(change, held, newId)
  return typeof after === 'string' ? after : withinContracts(after)
}

function changed(change: AccountChange, { facts, identifiers, contacts }: Held, newId: () => string) {
  const { at } = change
  const { ref, brand, ends } = facts
  const same: Changed = { ends, identifiers: [...identifiers], contacts: [...contacts] }
  const rowsOf = (kind: Owned['kind'], value: string) =>
    identifiers.filter((row) => row.kind === kind && row.value === value)
  const fresh = (kind: Owned['kind'], value: string, over: Partial<Owned> = {}): Owned => {
    const always = { from: null, to: null, disputed: null, sim: null, contract: null }
    return { id: null, brand, value, kind, ref, ...always, ...over }
  }
  const replaced = (rows: readonly Owned[], by: readonly Owned[], of = same.identifiers) => [
    ...of.filter((row) => !rows.includes(row)),
    ...by,
  ]

  switch (change.kind) {
    case 'port_in': {
      const contract = change.contract === null ? null : rowsOf('contract_number', change.contract)[0]?.contract
      const sim = change.sim === null ? null : rowsOf('sim_number', change.sim)[0]?.sim
      if (contract === undefined) return 'no_contract'
      if (sim === undefined) return 'no_sim'
      const rows = rowsOf('phone_number', change.number)
      const by = begun(rows, at, fresh('phone_number', change.number, { contract, sim }))
      return { ...same, identifiers: replaced(rows, by) }
    }
    case 'port_out': {
      const rows = rowsOf('phone_number', change.number)
      return { ...same, identifiers: replaced(rows, ended(rows, at, fresh('phone_number', change.number))) }
    }
    case 'sim_change': {
      const rows = rowsOf('sim_number', change.to)
      const sim = rows[0]?.sim ?? newId()
      const phones = rowsOf('phone_number', change.number ?? '').filter(({ to }) => to === null || to > at)
      const isLater = (phone: Owned): boolean =>
        identifiers.some((row) => row.sim === phone.sim && row.kind === 'sim_number' && row.from && row.from > at)
      const linked = phones.filter((phone) => phone.sim !== sim && !isLater(phone))
      const gone = identifiers.filter(
        (row) =>
          row.kind === 'sim_number' &&
          row.value !== change.to &&
          (change.from === null ? linked.some((phone) => phone.sim === row.sim) : row.value === change.from),
      )
      let after = replaced(rows, begun(rows, at, fresh('sim_number', change.to, { sim })))
      if (gone[0]) after = replaced(gone, ended(gone, at, { ...gone[0], id: null }), after)
      const moved = linked.map((phone) => ({ ...phone, sim }))
      return { ...same, identifiers: replaced(linked, moved, after) }
    }
    case 'contract_end': {
      const rows = rowsOf('contract_number', change.contract)
      const began = rows.find(({ from }) => from === null || from < at)
      if (began === undefined) return 'no_contract'
      const after = replaced(rows, ended(rows, at, began))
      return { ...same, identifiers: after, ends: endOfContracts(after) }
    }
    case 'account_end':
      return { ...same, ends: sooner(ends, at), identifiers: identifiers.map((row) => endedBy(row, at)) }
    case 'contact_confirmed':
      return { ...same, contacts: confirmed(change, contacts, { brand, ref }) }
  }
}

/** The later of the ends of all contracts, where all have ended. */
export function endOfContracts(rows: readonly Owned[]): Date | null {
  const ends = rows.filter(({ kind }) => kind === 'contract_number').map(({ to }) => to)
  return ends.includes(null) ? null : new Date(Math.max(...ends.map(Number)))
}

function endedBy(row: Owned, at: Date): Owned {
  return row.kind === 'contract_number' ? { ...row, to: sooner(row.to, at) } : row
}

/** Phone and SIM numbers and contacts end with their contract, and with the last of the account; what would begin later never does. */
function withinContracts({ ends, identifiers, contacts }: Changed): Changed {
  const contractEnd = new Map(
    identifiers.flatMap((row) => (row.kind === 'contract_number' ? [[row.contract, row.to]] : [])),
  )
  const bounded = identifiers.map((row) => {
    if (row.kind !== 'phone_number' && row.kind !== 'sim_number') return row
    const to = sooner(sooner(row.to, ends), contractEnd.get(row.contract) ?? null)
    return to?.getTime() === row.to?.getTime() ? row : { ...row, to }
  })
  const begins = ({ from, to }: { from: Date | null; to: Date | null }): boolean => !from || !to || from < to
  return {
    ends,
    identifiers: bounded.filter(begins),
    contacts: contacts.map((contact) => ({ ...contact, to: sooner(contact.to, ends) })).filter(begins),
  }
}

/** The one that was confirmed last counts (R50): others of its kind that were confirmed before it end then. */
function confirmed(
  { at, contact: kind, value }: AccountChange & { kind: 'contact_confirmed' },
  contacts: readonly Reached[],
  of: Pick<Reached, 'brand' | 'ref'>,
): Reached[] {
  const known = contacts.find(
    (each) => each.kind === kind && each.value === value && (each.to === null || each.to > at),
  )
  const one: Reached = known
    ? { ...known, confirmed: known.confirmed && known.confirmed > at ? known.confirmed : at }
    : { id: null, ...of, kind, value, from: at, to: null, confirmed: at }
  const all = [...contacts.filter((each) => each !== known), one]
  return all.map((each) => {
    if (each.kind !== kind || each.confirmed === null) return each
    const since = each.confirmed
    const later = all.flatMap((other) =>
      other.kind === kind && other.confirmed && other.confirmed > since ? other.confirmed : [],
    )
    const next = later.sort((a, b) => +a - +b)[0] ?? null
    return next === null ? each : { ...each, to: sooner(each.to, next) }
  })
}

function sooner(one: Date | null, other: Date | null): Date | null {
  return one === null || (other !== null && other < one) ? other : one
}
