/** Whether customers of each brand can be told what their brand file promises, by what this server has to send with. PURE. */
import type { Brand } from '../flow/brand.ts'
import { type Channel, channels } from '../seams/outbox.ts'

/** Something that does not fit. `brands`: those that it is about; none where it is about the server alone. */
export interface Unfit {
  reason: 'no_sender' | 'no_brand' | 'nobody_told'
  brands: string[]
  /** For operators: what is so, and what to do. */
  sentence: string
}

const NAMED: Record<Channel, { what: string; setting: string }> = {
  email: { what: 'e-mail', setting: 'SMTP_URL' },
  sms: { what: 'text message', setting: 'TWILIO_ACCOUNT_SID' },
}

type OfBrand = Pick<Brand, 'name' | 'messages' | 'topics' | 'portal'>

/** @param there the channels by which this server can send. `isPortalOpen`: whether it answers to an operator's portal. */
export function unfitWays(
  brands: readonly OfBrand[],
  there: ReadonlySet<Channel>,
  { isPortalOpen }: { isPortalOpen: boolean },
): Unfit[] {
  const named = (of: readonly OfBrand[]) => of.map(({ name }) => name)
  const found: Unfit[] = []
  for (const channel of channels) {
    const { what, setting } = NAMED[channel]
    const wanting = brands.filter(({ messages }) => messages?.[channel] !== undefined)
    if (there.has(channel) || wanting.length === 0) continue
    const sentence = `customers of these brands are to be told by ${what}, and ${setting} is not set: nothing is sent by it, and what happens to their PINs is only written down`
    found.push({ reason: 'no_sender', brands: named(wanting), sentence })
  }
  // Twilio is there for calls; a mail server is set for nothing else.
  if (there.has('email') && !brands.some(({ messages }) => messages?.email !== undefined))
    found.push({
      reason: 'no_brand',
      brands: [],
      sentence:
        'SMTP_URL is set, and no brand names who its e-mail comes from: none is sent; write messages.email in its file, or take the setting away',
    })
  return [...found, ...untold(brands, { isPortalOpen })]
}

/** Brands whose customers may change a secret themselves, or look one up in a process of its own, with nobody to tell the owner when it was somebody else. */
export function untold(brands: readonly OfBrand[], { isPortalOpen }: { isPortalOpen: boolean }): Unfit[] {
  const without = brands.filter(
    ({ messages, topics, portal }) =>
      messages?.email === undefined &&
      messages?.sms === undefined &&
      (topics.some(({ sets }) => sets !== undefined) ||
        portal?.look_up !== undefined ||
        (isPortalOpen && portal !== undefined)),
  )
  if (without.length === 0) return []
  const sentence =
    'customers of these brands may change their PIN themselves, or look it up, and its owner is told by nobody when it was somebody else; write messages in the brand file'
  return [{ reason: 'nobody_told', brands: without.map(({ name }) => name), sentence }]
}
