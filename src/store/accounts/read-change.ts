/** An event as it is sent, read by the rules of its brand: the same cells as in a customer file. PURE. */
import { kindsOf } from '../../auth/credentials.ts'
import { canonicalEntry, type IdentifierKind } from '../../auth/identifiers.ts'
import type { ColumnFault } from '../../seams/account-book.ts'
import type { ToldChange } from '../../seams/account-changes.ts'
import { BadLine, digitsBy, e164, email, seen } from '../import/cells.ts'
import type { Column } from '../import/columns.ts'
import { type BrandRules, SIM_RULE } from '../import/row.ts'
import { digitsOf } from '../phone-numbers.ts'
import type { AccountChange } from './plan-change.ts'

class Misread extends Error {
  readonly fault: ColumnFault
  constructor(fault: ColumnFault) {
    super(fault.rule)
    this.fault = fault
  }
}

/** What it changes, or what is wrong with it. Nothing of what was sent is quoted. */
export function readChange(told: ToldChange, brand: BrandRules): AccountChange | { fault: ColumnFault } {
  try {
    return checked(told, brand)
  } catch (error) {
    if (error instanceof Misread) return { fault: error.fault }
    throw error
  }
}

function checked(told: ToldChange, brand: BrandRules): AccountChange {
  const at = new Date(told.at)
  const contract = (written: string) => numberOf('contract_number', 'contract_number', written, brand)
  const phone = (written: string) => numberOf('phone_number', 'phone_number', written, brand)
  const sim = (written: string, field = 'sim_number') => numberOf('sim_number', field, written, brand)
  const ifGiven = (written: string | null | undefined, read: (written: string) => string) =>
    written == null ? null : read(written)

  switch (told.kind) {
    case 'port_in':
      return {
        kind: 'port_in',
        at,
        number: phone(told.phone_number),
        contract: ifGiven(told.contract_number, contract),
        sim: ifGiven(told.sim_number, sim),
      }
    case 'port_out':
      return { kind: 'port_out', at, number: phone(told.phone_number) }
    case 'sim_change': {
      const to = sim(told.sim_number)
      const from = ifGiven(told.old_sim_number, (written) => sim(written, 'old_sim_number'))
      if (from === to) throw new Misread({ field: 'old_sim_number', rule: 'is the new one', remedy: OLD_SIM })
      return { kind: 'sim_change', at, to, from, number: ifGiven(told.phone_number, phone) }
    }
    case 'contract_end':
      return { kind: 'contract_end', at, contract: contract(told.contract_number) }
    case 'address_confirmed': {
      const { contact, value: written } = told
      const value = cell('value', ADDRESS[contact], () =>
        contact === 'email' ? email(written.trim().normalize('NFC')) : e164(tidy(written), brand.countryCode, 'mobile'),
      )
      return { kind: 'contact_confirmed', at, contact, value }
    }
  }
}

const OLD_SIM = 'Send the number of the SIM that is no longer used, or null'
const ADDRESS = { email: 'Send one address, as a@b.example', mobile: 'Send a telephone number with its country code' }
const REMEDIES = {
  contract_number: 'Send the digits of the contract number, as in a customer file',
  phone_number: 'Send a telephone number with its country code',
  sim_number: 'Send all digits that are printed on the SIM',
}

/** The canonical digits of a number, where the brand uses numbers of this kind. */
function numberOf(kind: keyof typeof REMEDIES, field: string, written: string, brand: BrandRules): string {
  const rule = ruleOf(kind, brand)
  if (rule === null)
    throw new Misread({
      field,
      rule: `'${brand.name}' uses no such numbers`,
      remedy: 'Leave it out, or name it in the file of the brand',
    })
  const digits = tidy(written)
  return cell(field, REMEDIES[kind], () =>
    rule === 'e164'
      ? digitsOf(e164(digits, brand.countryCode, 'phone_numbers'))
      : canonicalEntry(digitsBy(digits, rule, `${kind}s` as Column), brand.countryCode),
  )
}

/** As an import decides it: what the brand does not use is not kept. */
function ruleOf(kind: IdentifierKind, brand: BrandRules) {
  const own = brand.identifiers.find((rule) => rule.kind === kind)
  if (kind === 'phone_number') return own || brand.ownLine ? 'e164' : null
  if (kind === 'sim_number') return own ?? (kindsOf('sim', brand.credentials).length > 0 ? SIM_RULE : null)
  return own ?? null
}

function tidy(written: string): string {
  return seen(written).trim()
}

/** Reasons of bad cells begin with the column. */
function cell<T>(field: string, remedy: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof BadLine)) throw error
    throw new Misread({ field, rule: error.message.replace(/^[a-z_]+ /, ''), remedy })
  }
}
