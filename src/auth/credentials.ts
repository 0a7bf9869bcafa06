/** Hours during which a SIM or number that is new on a known account proves nothing: who swapped it may have talked a shop into it (decision C). */
export const REST_HOURS = 72

/** A range of lengths, both ends included. */
export interface Lengths {
  from: number
  to: number
}

/**
 * How an entry of the kind is told apart from those of others, always by its length: so many digits, or a word of so many letters, each keyed once
 * on the key that it stands on (`letter-keys.ts`). What has no one length ends with the hash key. `still`: other lengths, of secrets from before, that are
 * taken where one is checked (R4); nobody gets or chooses one of them any more.
 */
export type Entry = { digits: number; still?: readonly number[] } | { letters: Lengths }

/** What every kind of credential has. */
interface OfAnySubject {
  /** Where no brand says otherwise. What holds for a brand is `entryOf`; of other lengths than every kind that a brand may accept beside it. */
  usualEntry: Entry
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

const rows = {
  pin: {
    usualEntry: { digits: 4 },
    subject: 'account',
    gives: 2,
    changeable: true,
    column: 'pin',
    ownLimit: null,
    restHours: 0,
  },
  puk: {
    usualEntry: { digits: 8 },
    subject: 'sim',
    gives: 2,
    changeable: false,
    column: 'puks',
    ownLimit: 10,
    restHours: REST_HOURS,
  },
  // A Kundenkennwort (R11).
  word: {
    usualEntry: { letters: { from: 6, to: 12 } },
    subject: 'account',
    gives: 2,
    changeable: true,
    column: 'kennwort',
    ownLimit: null,
    restHours: 0,
  },
} as const satisfies Record<string, Credential>

export type CredentialKind = keyof typeof rows

/**
 * The credential table: a new kind is one more row. Brands name the kinds they accept; the columns of an import, their
 * help and what it says of bad lines come from here. R1, R2, R7, R8, R11, decision C.
 */
export const credentials: { readonly [Kind in CredentialKind]: (typeof rows)[Kind] & Credential } = rows

export const credentialKinds = Object.keys(rows) as [CredentialKind, ...CredentialKind[]]

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

/** How many digits a brand may give its PINs. */
export const PIN_DIGITS: Readonly<Lengths> = { from: 4, to: 8 }

/** What a brand says of the length of its PINs. */
export interface PinLengths {
  /** Of those that are issued and chosen. */
  digits: number
  /** Of those from before, which are still taken. */
  still: readonly number[]
}

/** What secrets of the kind are at a brand: all that is keyed, told, chosen, issued or imported for one is read by this. */
export function entryOf({ pins: { digits, still } }: { pins: PinLengths }, kind: CredentialKind): Entry {
  if (kind !== issuedKind) return credentials[kind].usualEntry
  return { digits, ...(still.length > 0 && { still }) }
}

/** Of new ones. */
export function lengthsOf(entry: Entry): Lengths {
  return 'digits' in entry ? { from: entry.digits, to: entry.digits } : entry.letters
}

/** Each that is taken where one is checked: first the usual one of new ones, of several the one in the middle; last those from before. */
export function everyLengthOf(entry: Entry): number[] {
  const { from, to } = lengthsOf(entry)
  const usual = Math.floor((from + to) / 2)
  const all = Array.from({ length: to - from + 1 }, (_, more) => from + more)
  return [usual, ...all.filter((length) => length !== usual), ...stillTaken(entry)]
}

/** The length at which an entry ends by itself; null: it has none and ends with the hash key. */
export function oneLengthOf(entries: readonly Entry[]): number | null {
  const [length, ...others] = new Set(entries.flatMap(everyLengthOf))
  return length === undefined || others.length > 0 ? null : length
}

/** The length at which a new one ends by itself; null: it has none and ends with the hash key. */
export function oneNewLengthOf(entry: Entry): number | null {
  const { from, to } = lengthsOf(entry)
  return from === to ? from : null
}

function stillTaken(entry: Entry): readonly number[] {
  return 'digits' in entry ? (entry.still ?? []) : []
}

/** Whether what is keyed may be one: of a new one or of one from before. */
export function hasLength(entry: Entry, length: number): boolean {
  return everyLengthOf(entry).includes(length)
}

/** Whether one that is chosen or issued may be so long. */
export function hasNewLength(entry: Entry, length: number): boolean {
  const { from, to } = lengthsOf(entry)
  return from <= length && length <= to
}

/** `4 digits`, `6 or 4 digits`, `6 to 12 letters`: for people who write files or read what is wrong with one. */
export function namedEntry(entry: Entry): string {
  return 'digits' in entry
    ? `${everyLengthOf(entry).join(' or ')} digits`
    : `${entry.letters.from} to ${entry.letters.to} letters`
}

/** What callers of a brand may key to prove themselves. */
export interface Accepting {
  credentials: readonly CredentialKind[]
  pins: PinLengths
}

/** The accepted kind whose entries may be so long, or null: then the entry is not a try. */
export function credentialOfLength(brand: Accepting, length: number): CredentialKind | null {
  return brand.credentials.find((kind) => hasLength(entryOf(brand, kind), length)) ?? null
}

/** The lengths that both may have, the shortest first. */
export function sharedLengths(one: Entry, other: Entry): number[] {
  return everyLengthOf(one)
    .filter((length) => hasLength(other, length))
    .sort((a, b) => a - b)
}

/** The first two of these kinds whose entries may have one length, so that nothing tells which was keyed; null: there are none. */
export function alikeOf<Kind extends string>(
  kinds: readonly Kind[],
  entryOfKind: (kind: Kind) => Entry,
): [Kind, Kind] | null {
  for (const [place, kind] of kinds.entries()) {
    const one = entryOfKind(kind)
    const other = kinds.slice(place + 1).find((each) => sharedLengths(one, entryOfKind(each)).length > 0)
    if (other !== undefined) return [kind, other]
  }
  return null
}

/** What customers of a brand choose for their account: the first such kind that it accepts; null: they choose nothing. */
export function chosenKindOf(accepted: readonly CredentialKind[]): ChangeableKind | null {
  const chosen = changeableKinds.filter((kind) => credentials[kind].subject === 'account')
  return chosen.find((kind) => accepted.includes(kind)) ?? null
}

/** The kinds that belong to such a subject. */
export function kindsOf(
  subject: Credential['subject'],
  kinds: readonly CredentialKind[] = credentialKinds,
): CredentialKind[] {
  return kinds.filter((kind) => credentials[kind].subject === subject)
}
