/** What one kind of credential is. A new kind (say a Kundenkennwort, R11) is one more row of the table below. */
export interface Credential {
  /** Exact number of digits; the entry's length tells which kind was keyed. */
  digits: number
  /** What it belongs to: `account`, or `sim` (a customer with several SIMs has several PUKs, R8). */
  subject: 'account' | 'sim'
  /** The assurance level that a successful check gives. */
  gives: 1 | 2
  /** Whether the customer can change it. The PUK cannot be changed (R8). */
  changeable: boolean
  /** Failures in a row after which this credential alone is dead; null: only the account's total counts. */
  ownLimit: number | null
  /** Hours during which it is refused after its SIM was changed (decision C); 0 where that means nothing. */
  restHours: number
}

/** The credential table. Brands name the kinds they accept; R1, R2, R7, R8, decision C. */
export const credentials = {
  pin: { digits: 4, subject: 'account', gives: 2, changeable: true, ownLimit: null, restHours: 0 },
  puk: { digits: 8, subject: 'sim', gives: 2, changeable: false, ownLimit: 10, restHours: 72 },
} as const satisfies Record<string, Credential>

export type CredentialKind = keyof typeof credentials

export const credentialKinds = Object.keys(credentials) as [CredentialKind, ...CredentialKind[]]

/** The accepted kind that has this many digits, or null: then the entry is not a try. */
export function credentialOfLength(accepted: readonly CredentialKind[], length: number): CredentialKind | null {
  return accepted.find((kind) => credentials[kind].digits === length) ?? null
}
