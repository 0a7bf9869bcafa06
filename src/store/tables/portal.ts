/** What is kept for the operator's portal. */

export interface PortalBudgetTable {
  ref: string
  brand: string
  kind: string
  /** Of the last day. */
  spent: Date[]
}

export interface PortalTokenTable {
  /** SHA-256 of its `jti`. */
  hash: Buffer
  /** From when on it is refused in any case. */
  until: Date
}
