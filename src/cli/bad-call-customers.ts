/**
 * The customers that a bad call needs, so that it can be played: one for each account that is named in it. The proof lets
 * one number stand for all, for no step can tell two apart; people, and a server, need another number for another account.
 */
import { callCodeOf } from '../auth/call-code.ts'
import { type ChangeableKind, type CredentialKind, credentials, entryOf, kindsOf } from '../auth/credentials.ts'
import { formOf, type IdentifierKind, type IdentifierRule } from '../auth/identifiers.ts'
import type { PinOwner } from '../auth/pin-policy.ts'
import type { Claim } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import type { CounterExample, Exchanged } from '../proof/counter-example.ts'
import { sampleEntry } from '../proof/sample-keys.ts'
import { BIRTH_DATE, isFit, isPersonal, newSecretKeys } from './bad-call-new-secrets.ts'
import { FIRST_USE } from './prepare-customer.ts'

export interface Customers {
  /** What the caller keys to name the account of a claim; `entry` as it is when it names nobody. */
  numberOf(claim: Claim, entry: string): string
  /** The right secret of that kind for the account, or a wrong one. */
  secretOf(claim: Claim, kind: CredentialKind, isRight: boolean): string
  /** A code that was made for the account of a claim. */
  codeOf(claim: Claim): string
  /** What is keyed in that exchange as a new secret; null: it is none, or nobody is known whose it would be. */
  newSecretOf(exchange: Exchanged): string | null
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
  /** Of those whose new secret a rule about themselves refuses. */
  person?: { phone: string | null }
  /** Whether their PIN is a code for first use. */
  isFirstUse?: boolean
}

/** Looks through the whole call at once: its first lines say what its last ones need. */
export function customersOf({ exploration, exchanges, day }: CounterExample): Customers {
  const { brand } = exploration.hotline
  const bySubject = new Map<string, Customer>()
  const taken = new Set(exploration.secrets.map(({ other }) => other))

  /** These digits, or others of the same form if somebody has them, or they do not fit. */
  function free(digits: string, rules: readonly IdentifierRule[], fits = (_digits: string) => true): string {
    const form = JSON.stringify(formOf(digits, rules))
    let next = digits
    while (taken.has(next) || !fits(next) || JSON.stringify(formOf(next, rules)) !== form) {
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

  /** Customers who come without a telephone number get one, for the digits of the sample numbers are sequences. */
  function personOf({ column }: Customer): NonNullable<Customer['person']> {
    return { phone: column === 'phone_numbers' ? null : free(PHONE_NUMBER, brand.identifiers) }
  }

  /** As the policy of the server sees them. */
  function ownerOf({ number, person }: Customer): PinOwner {
    const numbers = [number, person?.phone ?? ''].filter((each) => each !== '')
    return { birthDate: person ? BIRTH_DATE : null, numbers: numbers.map((each) => each.replace('+', '')), names: [] }
  }

  /** No rule forbids the secret in force: keyed as the new one it is refused for being that. */
  function keepFit(customer: Customer, kind: ChangeableKind): void {
    const digits = rightSecret(customer, kind)
    const fits = (each: string) => isFit(each, entryOf(brand, kind), ownerOf(customer))
    if (!fits(digits)) customer.secrets.set(kind, free(digits, brand.identifiers, fits))
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
    if (customer.person) cells.push(`birth_date=${BIRTH_DATE}`)
    if (customer.person?.phone) cells.push(`phone_numbers=+${customer.person.phone.replace(/^0/, brand.country_code)}`)
    cells.push(...[...secrets].map(([kind, digits]) => `${credentials[kind].column}=${digits}`))
    if (customer.isFirstUse) cells.push(`${FIRST_USE}=yes`)
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
      if ((answer.kind === 'verified' || answer.kind === 'replace_only') && proved)
        rightSecret(proved, answer.credential)
      if (answer.kind === 'replace_only' && proved) proved.isFirstUse = true
      if (question.kind !== 'set_secret') continue
      const changing = bySubject.get(question.claim.subject)
      if (changing && isPersonal(answer)) changing.person ??= personOf(changing)
      if (changing) keepFit(changing, question.credential)
    }
  }
  const newSecrets = newSecretKeys(exchanges, (subject, kind) => {
    const customer = bySubject.get(subject)
    const had = customer?.secrets.get(kind)
    return customer && had !== undefined ? { had, owner: ownerOf(customer), entry: entryOf(brand, kind) } : null
  })
  const lines = [...new Set(bySubject.values())].flatMap(lineOf)
  return {
    numberOf: (claim, entry) => bySubject.get(claim.subject)?.number ?? entry,
    secretOf({ subject }, kind, isRight) {
      const customer = bySubject.get(subject)
      const wrong = exploration.secrets.find((each) => each.kind === kind)?.other ?? ''
      return isRight && customer ? rightSecret(customer, kind) : wrong
    },
    newSecretOf: (exchange) => newSecrets.get(exchange) ?? null,
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
