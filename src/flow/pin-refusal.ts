/** What customers are told of a PIN that is not taken: by which rule, and one that would be (R3). PURE. */
import { type CredentialKind, entryOf, lengthsOf } from '../auth/credentials.ts'
import { type ChoiceFault, pinRules } from '../auth/pin-policy.ts'
import type { Hotline } from './hotline.ts'
import type { PromptUse } from './step.ts'

const OFFER = 'pin_refused.offer'

/** Its prompts, written and not spoken. A brand may be without them. */
export const pinRefusalPrompts: readonly PromptUse[] = [
  ...(['length', ...pinRules, 'used_before'] as const satisfies readonly ChoiceFault[]).map((fault) => ({
    key: `pin_refused.${fault}`,
    vars: { digits: 4, to: 4 },
  })),
  { key: OFFER, vars: { suggestion: '0000' } },
]

/**
 * In the customer's language. `suggestion` is shown once, to this customer alone: it goes into no log.
 * Null where the brand has no such prompts.
 */
export function pinRefusal(
  { brand, words }: Pick<Hotline, 'brand' | 'words'>,
  language: string,
  { fault, kind, suggestion }: { fault: ChoiceFault; kind: CredentialKind; suggestion: string },
): string | null {
  const key = `pin_refused.${fault}`
  if (!words.has(language, key) || !words.has(language, OFFER)) return null
  const { from: digits, to } = lengthsOf(entryOf(brand, kind))
  const lines = [
    words.speak(language, { key, vars: { digits, to } }),
    words.speak(language, { key: OFFER, vars: { suggestion } }),
  ]
  return lines.map(({ text }) => text).join(' ')
}
