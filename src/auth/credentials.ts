/** Hours during which a SIM or number that is new on a known account proves nothing: who swapped it may have talked a shop into it (decision C). */
export const REST_HOURS = 72

/** What every kind of credential has. */
interface OfAnySubject {
  /** Exact number of digits, another for every kind: the entry's length tells which kind was keyed. */
  digits: number
  /** The assurance level that a successful check gives. */
  gives: 1 | 2
  /** Whether the customer can change it. The PUK cannot be changed (R8). */
  changeable: boolean
  /** The column of a customer file that it is imported from. */
  column: string
}

/** One for each customer. Its wrong tries count on the account alone. */
interface OfAccount extends OfAnySubject {
  subject: 'account'
  ownLimit: null
  restHours: 0
}

/** One for each SIM: a customer with several has several, and one count of tries (R8). Its column lists them in the order of `sim_numbers`. */
interface OfSim extends OfAnySubject {
  subject: 'sim'
  /** Failures in a row, of all SIMs together, after which this kind alone is dead; null: only the account's total counts. */
  ownLimit: number | null
  /** Hours during which it is refused after its SIM was changed (decision C). */
  restHours: number
}

export type Credential = OfAccount | OfSim

/**
 * The credential table: a new kind (say a Kundenkennwort, R11) is one more row. Brands name the kinds they accept; the
 * columns of an import, their help and what it says of bad lines come from here. R1, R2, R7, R8, decision C.
 */
export const credentials = {
  pin: { digits: 4, subject: 'account', gives: 2, changeable: true, column: 'pin', ownLimit: null, restHours: 0 },
  puk: { digits: 8, subject: 'sim', gives: 2, changeable: false, column: 'puks', ownLimit: 10, restHours: REST_HOURS },
} as const satisfies Record<string, Credential>

export type CredentialKind = keyof typeof credentials

export const credentialKinds = Object.keys(credentials) as [CredentialKind, ...CredentialKind[]]

type Changeable = {
  [Kind in CredentialKind]: (typeof credentials)[Kind]['changeable'] extends true ? Kind : never
}[CredentialKind]

/** The kinds that their holder may have another of. A PUK is not: no step, topic or question can name it as what is set. */
export const changeableKinds = credentialKinds.filter((kind): kind is Changeable => credentials[kind].changeable) as [
  Changeable,
  ...Changeable[],
]
export type ChangeableKind = Changeable

/** The kind that is issued by post. No other has codes for first use. */
export const issuedKind = 'pin' satisfies ChangeableKind

/** The accepted kind that has this many digits, or null: then the entry is not a try. */
export function credentialOfLength(accepted: readonly CredentialKind[], length: number): CredentialKind | null {
  return accepted.find((kind) => credentials[kind].digits === length) ?? null
}

/** The first two of these kinds whose entries have as many digits, so that nothing tells which was keyed; null: there are none. */
export function alikeOf<Kind extends string>(
  kinds: readonly Kind[],
  table: Readonly<Record<Kind, { digits: number }>>,
): [Kind, Kind] | null {
  for (const [place, kind] of kinds.entries()) {
    const other = kinds.slice(place + 1).find((each) => table[each].digits === table[kind].digits)
    if (other !== undefined) return [kind, other]
  }
  return null
}

/** The kinds that belong to such a subject. */
export function kindsOf(
  subject: Credential['subject'],
  kinds: readonly CredentialKind[] = credentialKinds,
): CredentialKind[] {
  return kinds.filter((kind) => credentials[kind].subject === subject)
}
