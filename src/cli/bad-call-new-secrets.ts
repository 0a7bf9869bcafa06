/**
 * What a caller of a bad call keys as a new secret, so that the answer is the one of the proof: the same twice or another, one that a rule forbids, the one in
 * force, or one that may be set. The proof keys any digits, for no step can tell.
 */
import { type CredentialKind, type Entry, lengthsOf } from '../auth/credentials.ts'
import { faultOf, type PinFault, type PinOwner, pinRules } from '../auth/pin-policy.ts'
import { Secret } from '../auth/secret.ts'
import { type Answer, questions } from '../call/question.ts'
import type { Exchanged } from '../proof/counter-example.ts'

/** Of no customer's day, and none of its spellings is a number that this module would else choose. */
export const BIRTH_DATE = '1968-05-27'

/** The rules that need to know more of a customer than a number: what is imported with a customer who breaks one. */
export function isPersonal(answer: Answer): boolean {
  return answer.kind === 'refused' && ['birth_date', 'birth_year', 'own_number'].includes(answer.fault)
}

/** Whose new secret it is. */
export interface Holder {
  /** By whose numbers and birth date it is judged. */
  owner: PinOwner
  /** What new ones of the kind are at the brand. */
  entry: Entry
  /** The secret in force when the call begins. */
  had: string
}

/**
 * By exchange, the digits to be keyed in it. What is never compared is keyed as if it could be set.
 * @param holderOf null: nobody is known by whose data it would be judged.
 */
export function newSecretKeys(
  exchanges: readonly Exchanged[],
  holderOf: (subject: string, kind: CredentialKind) => Holder | null,
): Map<Exchanged, string> {
  const keyed = new Map<Exchanged, string>()
  const had = new Map<string, string[]>()
  for (const [index, exchange] of exchanges.entries()) {
    const first = exchange.asked.find(({ question }) => question.kind === 'hash_entry')?.question
    if (first?.kind !== 'hash_entry') continue
    const holder = holderOf(first.claim.subject, first.credential)
    if (!holder) continue
    const known = had.get(first.claim.subject) ?? [holder.had]
    had.set(first.claim.subject, known)
    const second = secondOf(exchanges.slice(index + 1))
    const answer = second?.answer
    const secret =
      answer?.kind === 'refused' && answer.fault === 'used_before'
        ? (known.at(-1) ?? '')
        : secretWith(answer?.kind === 'refused' ? answer.fault : null, holder, known)
    keyed.set(exchange, secret)
    if (!second) continue
    const again = answer?.kind === 'differs' ? secretWith(null, holder, [...known, secret]) : secret
    keyed.set(second.exchange, again)
    if (answer?.kind === 'set') known.push(secret)
  }
  return keyed
}

/** The entry with which the one before is compared, if it comes before another first one. */
function secondOf(after: readonly Exchanged[]): { exchange: Exchanged; answer: Answer } | null {
  for (const exchange of after)
    for (const { question, answer } of exchange.asked) {
      if (question.kind === 'hash_entry') return null
      if (question.kind === 'set_secret') return { exchange, answer }
    }
  return null
}

/** One that breaks this rule as the first, or none; not one that the customer had. Where there is none the proof has its reason, and any will do. */
function secretWith(
  fault: (typeof pinRules)[number] | 'used_before' | null,
  { entry, owner }: Holder,
  had: readonly string[],
): string {
  const { from, to } = lengthsOf(entry)
  const length = Math.floor((from + to) / 2)
  // From a place where most of them break no rule.
  for (let next = 2 * 10 ** (length - 1); next < 12 * 10 ** (length - 1); next++) {
    const digits = String(next % 10 ** length).padStart(length, '0')
    if (!had.includes(digits) && firstFault(digits, entry, owner) === fault) return digits
  }
  return ''.padStart(length, '0')
}

/** Whether no rule that a brand may have forbids it. */
export function isFit(digits: string, entry: Entry, owner: PinOwner): boolean {
  return firstFault(digits, entry, owner) === null
}

function firstFault(digits: string, entry: Entry, owner: PinOwner): PinFault | null {
  return faultOf(new Secret(digits), { entry, forbid: pinRules }, owner)
}

/** What must have happened to the account or the store when a new secret is hashed or set, as text of `before:` lines. */
export function changeLines(asked: readonly Exchanged['asked'][number][]): string[] {
  const count = { hash_entry: 0, set_secret: 0 }
  return asked.flatMap(({ question: { kind }, answer }) => {
    // Entries that differ are set by nobody.
    if ((kind !== 'hash_entry' && kind !== 'set_secret') || answer.kind === 'differs') return []
    const nth = ++count[kind]
    if (answer.kind === questions[kind].outage.answer)
      return [`outage ${kind === 'hash_entry' ? 'entry' : 'change'} ${nth}`]
    if (answer.kind === 'gone') return [`meanwhile locked ${nth}`]
    return answer.kind === 'changed_lately' ? [`meanwhile changed ${nth}`] : []
  })
}
