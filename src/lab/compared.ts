/** The policies beside which that of a brand is shown: with other rules for PINs, and without what is counted by line. */
import type { PinRule } from '../auth/pin-policy.ts'
import { withoutTrustedLines } from './account.ts'
import type { Setting } from './attacker.ts'

export type PolicySetting = Omit<Setting, 'population'>

/** What congstar publishes of its Legi-PIN (R3): no sequence, no digit four times, no own date. */
export const PUBLISHED: readonly PinRule[] = ['sequence', 'repeated', 'birth_date', 'birth_year']

export interface Other {
  name: string
  about: string
  of(setting: PolicySetting): PolicySetting
}

export const others: readonly Other[] = [
  {
    name: 'published',
    about: 'as here, with the rules for PINs that congstar publishes: no sequence, no digit four times, no own date',
    of: (setting) => withRules(setting, PUBLISHED),
  },
  {
    name: 'any PIN',
    about: 'as here, without a rule for PINs',
    of: (setting) => withRules(setting, []),
  },
  {
    name: 'lock alone',
    about: 'as here, but nothing is counted by line, and no line is trusted',
    of: (setting) => ({ ...setting, lock: withoutTrustedLines(setting.lock), limits: null }),
  },
]

function withRules(setting: PolicySetting, forbid: readonly PinRule[]): PolicySetting {
  return { ...setting, policy: { ...setting.policy, forbid } }
}
