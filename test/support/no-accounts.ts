import type { AccountBook } from '../../src/seams/account-book.ts'
import type { AccountChanges } from '../../src/seams/account-changes.ts'
import type { CallCodes } from '../../src/seams/call-codes.ts'
import type { CustomerFile } from '../../src/seams/customer-file.ts'
import type { Erasures } from '../../src/seams/erasures.ts'

/** For tests of doors where nobody is a customer. */
export const noAccounts: AccountBook = {
  show: async () => null,
  lock: async () => null,
  unlock: async () => null,
  clearPins: async () => null,
  end: async () => null,
}

export const noCallCodes: CallCodes = {
  make: async () => null,
  redeem: async () => null,
  worthlessOf: async () => 0,
}

export const noCustomerFile: CustomerFile = { columns: {}, put: async () => null }

export const noAccountChanges: AccountChanges = { tell: async () => null, merge: async () => null }

export const noErasures: Erasures = {
  request: async () => null,
  keep: async () => null,
  carryOut: async () => ({ erased: 0, held: 0 }),
}
