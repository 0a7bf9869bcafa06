import { commonPins } from './common-pins.ts'
import type { Secret } from './secret.ts'

/** Why a PIN is weak (R3). `common`: among those that strangers try first. */
export const weakRules = ['sequence', 'repeated', 'birth_date', 'common'] as const
export type WeakRule = (typeof weakRules)[number]

/** @param birthDate `YYYY-MM-DD` of this customer, where it is known. */
export function weakRuleOf(pin: Secret, birthDate: string | null): WeakRule | null {
  const digits = pin.reveal()
  const steps = new Set([...digits].slice(1).map((digit, index) => Number(digit) - Number(digits[index])))
  const [step] = steps
  if (steps.size === 1 && (step === 1 || step === -1)) return 'sequence'
  if (steps.size === 1 && step === 0) return 'repeated'
  if (birthDate !== null && spellings(birthDate).includes(digits)) return 'birth_date'
  return commonPins.has(digits) ? 'common' : null
}

/** As people write their birthday in four digits. */
function spellings(birthDate: string): string[] {
  const [year = '', month = '', day = ''] = birthDate.split('-')
  const short = year.slice(2)
  return [year, day + month, month + day, day + short, month + short, short + month]
}
