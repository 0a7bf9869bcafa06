import type { AccountBook } from '../../src/seams/account-book.ts'

/** For tests of doors where nobody is a customer. */
export const noAccounts: AccountBook = {
  show: async () => null,
  lock: async () => null,
  unlock: async () => null,
  clearPins: async () => null,
  end: async () => null,
}
