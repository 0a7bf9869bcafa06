/** Events of the operator's systems about one customer: read by the rules of the brand, then done and recorded. */
import type { Kysely } from 'kysely'
import type { ChangeDone, ColumnFault } from '../../seams/account-book.ts'
import type { AccountChanges } from '../../seams/account-changes.ts'
import type { BrandRules } from '../import/row.ts'
import { RACES } from '../import/write.ts'
import type { Schema } from '../schema.ts'
import { sqlStateOf } from '../sql-state.ts'
import { type ChangeResult, changeAccount } from './changes.ts'
import { type MergeResult, mergeAccounts } from './merge.ts'
import { readChange } from './read-change.ts'

/** As often as two writers may meet in a row, before it has to be sent again. */
const TIMES = 5

export function createAccountChanges(db: Kysely<Schema>, brands: ReadonlyMap<string, BrandRules>): AccountChanges {
  return {
    async tell(place, told, { actor, reason }, now) {
      const rules = brands.get(place.brand)
      if (!rules) return null
      const change = readChange(told, rules)
      if ('fault' in change) return change
      return doneOf(await meeting(() => changeAccount(db, place, change, { actor, reason, now })))
    },
    async merge(place, { at, other_number: other }, { actor, reason }, now) {
      if (!brands.has(place.brand)) return null
      const because = { actor, reason, now }
      return doneOf(await meeting(() => mergeAccounts(db, place, other, new Date(at), because)))
    },
  }
}

/** Two customers may be told of the same number at the same moment: who comes second sees what the first has written. */
async function meeting<T>(act: () => Promise<T>): Promise<T> {
  for (let left = TIMES - 1; ; left--) {
    try {
      return await act()
    } catch (error) {
      if (left === 0 || !RACES.includes(sqlStateOf(error))) throw error
    }
  }
}

const faults: Record<Exclude<ChangeResult | MergeResult, 'changed' | 'same' | 'no_customer'>, ColumnFault> = {
  long_over: {
    field: 'at',
    rule: 'long_over',
    remedy: 'This is more than a year ago, and what began since then would be lost: correct the year',
  },
  no_contract: {
    field: 'contract_number',
    rule: 'no_contract',
    remedy: 'The customer had no such contract then: import the customer with it, and send this again',
  },
  no_sim: {
    field: 'sim_number',
    rule: 'no_sim',
    remedy: 'The customer has no such SIM: send its sim_change first, and this again',
  },
  itself: { field: 'other_number', rule: 'itself', remedy: 'Send the number of another account, which ends' },
  no_other: { field: 'other_number', rule: 'no_customer', remedy: 'The brand has no such customer: correct it' },
  not_yet: { field: 'at', rule: 'not_yet', remedy: 'PINs are merged at once: send this when it is so' },
  over: {
    field: 'at',
    rule: 'over',
    remedy: 'The customer who stays has no contract any more: let the other one stay, or name another moment',
  },
  open_tickets: {
    field: 'other_number',
    rule: 'open_tickets',
    remedy: 'The customer who goes has open tickets: close them, and report them for the one who stays',
  },
}

/** What a door is told of it. */
export function doneOf(result: ChangeResult | MergeResult): ChangeDone {
  if (result === 'no_customer') return null
  if (result === 'changed' || result === 'same') return { changed: result === 'changed' }
  return { fault: faults[result] }
}
