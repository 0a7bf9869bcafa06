/** What `accounts import` tells at its end. */
import { type PinFault, pinRules } from '../auth/pin-policy.ts'
import type { ImportOptions, Summary } from '../store/import/import.ts'
import type { Missing } from '../store/import/missing.ts'

/** Lines of text, without the last line feed. */
export function resultOf(summary: Summary, full: ImportOptions['full']): string {
  const { lines, new: added, changed, same, bad, leftOut, disputed, kept, weak, missing } = summary
  const parts = [`${count(added)} new`, `${count(changed)} changed`, `${count(same)} as before`, `${count(bad)} bad`]
  const some = (number: number, what: string): string[] => (number === 0 ? [] : [`${count(number)} ${what}`])
  const rules = pinRules.flatMap((rule) => some(weak[rule] ?? 0, weakWords[rule]))
  return [
    `${count(lines)} lines: ${parts.join(', ')}.`,
    ...some(leftOut, 'in without a number that cannot be one.'),
    ...some(disputed, 'with a number that another customer has too.'),
    ...some(
      kept,
      'have no PIN in the file and keep the one that is stored; accounts that are over are ended by --full.',
    ),
    ...(rules.length > 0
      ? [`${count(sumOf(weak))} PINs would be refused by the policy of their brand: ${rules.join(', ')}.`]
      : []),
    ...(missing && full ? [missedOf(missing, full)] : []),
  ].join('\n')
}

function sumOf(weak: Summary['weak']): number {
  return Object.values(weak).reduce((sum, each) => sum + each, 0)
}

const weakWords: Record<Exclude<PinFault, 'length'>, string> = {
  sequence: 'in sequence',
  repeated: 'of one digit, or of fewer than four keys',
  birth_date: "the customer's own birthday",
  birth_year: "the customer's own year of birth",
  own_number: "part of the customer's own numbers",
  own_name: "with the customer's own name in it",
  common: 'among those that strangers try first',
}

function missedOf({ customers, missing, refused }: Missing, { asOf }: NonNullable<ImportOptions['full']>): string {
  const are = `${count(missing)} of ${count(customers)} customers are not in the file`
  if (refused === null) return `${are} and end as of ${asOf}.`
  if (refused === 'unreadable')
    return `${are}. Nobody was ended: there is a bad line, and it cannot be read whose it is. Correct it, and import the file again.`
  return `${are}, which is more than one in a hundred of a brand. Nobody was ended. Where that is meant, add: --ends ${missing}`
}

export function count(lines: number): string {
  return lines.toLocaleString('en')
}
