/** Whose account is shown, for all parts of the page. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { PortalState } from '../view.ts'
import type { Customer, Portal } from './portal.ts'

export interface Account {
  portal: Portal
  customer: Customer
  state: PortalState
  /** What the brand calls the PIN, in the language of the page where it has a word in it. */
  pin: string
  /** Reads the state again. */
  refresh(): Promise<void>
  /** Logs out, with the reason where it was not wished. */
  leave(why: string): void
}

const AccountContext = createContext<Account | null>(null)
export const AccountProvider = AccountContext.Provider

export function useAccount(): Account {
  const account = useContext(AccountContext)
  if (account === null) throw new Error('nobody is logged in around this')
  return account
}
