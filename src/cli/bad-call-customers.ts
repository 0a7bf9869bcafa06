/**
 * The customers that a bad call needs, so that it can be played: one for each account that is named in it. The proof lets
 * one number stand for all, for no step can tell two apart; people, and a server, need another number for another account.
 */
import { callCodeOf } from '../auth/call-code.ts'
import { type CredentialKind, credentials, kindsOf } from '../auth/credentials.ts'
import { formOf, type IdentifierKind, type IdentifierRule } from '../auth/identifiers.ts'
import type { Claim } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import type { CounterExample, Exchanged } from '../proof/counter-example.ts'
import { sampleEntry } from '../proof/sample-keys.ts'

export interface Customers {
  /** What the caller keys to name the account of a claim; `entry` as it is when it names nobody. */
  numberOf(claim: Claim, entry: string): string
  /** The right secret of that kind for the account, or a wrong one. */
  secretOf(claim: Claim, kind: CredentialKind, isRight: boolean): string
  /** A code that was made for the account of a claim. */
  codeOf(claim: Claim): string
  /** What brings them about, as text of `before:` lines. */
  lines(): string[]
}

/** The column of a customer file in which an identifier of each kind stands; tickets are none. */
const COLUMNS: Partial<Record<IdentifierKind, string>> = {
  customer_number: 'customer_number',
  contract_number: 'contract_numbers',
  phone_number: 'phone_numbers',
  sim_number: 'sim_numbers',
}
/** Customers have numbers of this kind also where nobody can key them. */
const CUSTOMER_NUMBER = '100001'
/** SIM numbers of brands that take their credentials but no SIM number at the keypad. ITU-T E.118. */
const SIM_RULE: IdentifierRule = { kind: 'sim_number', digits: { min: 19, max: 19 }, check: 'luhn' }
/** From the block that the German regulator keeps for films and books: not everything is a telephone number. */
const PHONE_NUMBER = '01713920050'

/** The codes of a bad call without their check digits count on from here; the proof keys others. */
const FIRST_CODE = 583_619_572_840_391n

interface Customer {
  number: string
  column: string | undefined
  secrets: Map<CredentialKind, string>
  /** The call code that is keyed for them. */
  code?: string
}

/** Looks through the whole call at once: its first lines say what its last ones need. */
export function customersOf({ exploration, exchanges, day }: CounterExample): Customers {
  const { brand } = exploration.hotline
  const bySubject = new Map<string, Customer>()
  const taken = new Set(exploration.secrets.map(({ other }) => other))

  /** These digits, or others of the same form if somebody has them. */
  function free(digits: string, rules: readonly IdentifierRule[]): string {
    const form = JSON.stringify(formOf(digits, rules))
    let next = digits
    while (taken.has(next) || JSON.stringify(formOf(next, rules)) !== form) {
      next = String(BigInt(next) + 1n)
        .padStart(digits.length, '0')
        .slice(-digits.length)
    }
    taken.add(next)
    return next
  }

  function named(claim: Claim, { act, from }: Exchanged): Customer {
    const secrets = new Map<CredentialKind, string>()
    if (claim.by === 'own_line') {
      const number = from.call.callerNumber ?? ''
      const before = [...bySubject.values()].find((customer) => customer.number === number)
      return before ?? { number, column: COLUMNS.phone_number, secrets }
    }
    const entry = act.kind === 'keys' ? sinceStar(act.keys) : ''
    const form = formOf(entry, brand.identifiers)
    if (form.form !== 'well_formed') return { number: entry, column: undefined, secrets }
    const kind = form.kinds.find((kind) => COLUMNS[kind])
    const phone = JSON.stringify(formOf(PHONE_NUMBER, brand.identifiers)) === JSON.stringify(form)
    const number = free(kind === 'phone_number' && phone ? PHONE_NUMBER : entry, brand.identifiers)
    return { number, column: kind && COLUMNS[kind], secrets }
  }

  /** One that is named by a code alone has a number all the same, for the customer file. */
  function coded(place: number): Customer {
    const number = free(
      brand.identifiers.some(isCustomerNumber) ? sampleEntry(brand) : CUSTOMER_NUMBER,
      brand.identifiers,
    )
    const code = callCodeOf(String(FIRST_CODE + BigInt(place)))
    return { number, column: COLUMNS.customer_number, secrets: new Map(), code }
  }

  function rightSecret(customer: Customer, kind: CredentialKind): string {
    const pair = exploration.secrets.find((each) => each.kind === kind)
    const digits = customer.secrets.get(kind) ?? free(pair?.keyed ?? '', brand.identifiers)
    customer.secrets.set(kind, digits)
    return digits
  }

  function lineOf(customer: Customer): string[] {
    const { number, column, secrets } = customer
    if (column === undefined) return []
    const [usual] = brand.credentials
    // A customer who has nothing to prove it by could not be refused for a wrong one.
    if (secrets.size === 0 && usual) rightSecret(customer, usual)
    const cells = [`${column}=${number}`]
    if (!brand.identifiers.some(isCustomerNumber)) cells.push(`customer_number=${free(CUSTOMER_NUMBER, [])}`)
    const kinds = [...secrets.keys()]
    if (kindsOf('sim', kinds).length > 0 && column !== 'sim_numbers') cells.push(`sim_numbers=${sim(brand)}`)
    cells.push(...[...secrets].map(([kind, digits]) => `${credentials[kind].column}=${digits}`))
    const ended = exploration.kinds[day]?.account === 'tail' ? [`ended ${brand.name} ${number}`] : []
    const made = customer.code === undefined ? [] : [`code ${brand.name} ${number} ${customer.code}`]
    return [`customer ${brand.name} ${cells.join(' ')}`, ...made, ...ended]
  }

  function sim({ identifiers }: Brand): string {
    const rule = identifiers.find(({ kind }) => kind === 'sim_number') ?? SIM_RULE
    return free(sampleEntry({ identifiers: [rule] }), [rule])
  }

  for (const exchange of exchanges) {
    for (const { question, answer } of exchange.asked) {
      if (answer.kind === 'identified') bySubject.set(answer.claim.subject, named(answer.claim, exchange))
      if (answer.kind === 'redeemed') bySubject.set(answer.claim.subject, coded(bySubject.size))
      const proved = question.kind === 'verify' ? bySubject.get(question.claim.subject) : undefined
      if (answer.kind === 'verified' && proved) rightSecret(proved, answer.credential)
    }
  }
  const lines = [...new Set(bySubject.values())].flatMap(lineOf)
  return {
    numberOf: (claim, entry) => bySubject.get(claim.subject)?.number ?? entry,
    secretOf({ subject }, kind, isRight) {
      const customer = bySubject.get(subject)
      const wrong = exploration.secrets.find((each) => each.kind === kind)?.other ?? ''
      return isRight && customer ? rightSecret(customer, kind) : wrong
    },
    codeOf: ({ subject }) => bySubject.get(subject)?.code ?? '',
    lines: () => lines,
  }
}

function isCustomerNumber({ kind }: IdentifierRule): boolean {
  return kind === 'customer_number'
}

/** The entry begun again, where a star is in it. */
export function sinceStar(keys: string): string {
  return keys.slice(keys.lastIndexOf('*') + 1)
}
