/** Where a customer is told something, if anywhere. PURE. */
import type { TellingKind } from '../auth/tellings.ts'
import { type Telling, tellings } from '../auth/tellings.ts'
import { addressForms, type Channel, type Reachable } from '../seams/outbox.ts'

export interface Recipient {
  contact: Reachable
  channel: Channel
}

const channelOf: Record<Reachable['kind'], Channel> = { email: 'email', mobile: 'sms' }

/** So long is a new address the last choice: who put it there may be who is told of, ms. */
const NEW_MS = 72 * 3_600_000

/**
 * The one contact to write to: current, confirmed, and of a contract that runs (R42, R50). A telephone number is none that rests, is disputed,
 * has changed hands or is gone, wherever in the store that is known. The calling number is not among them: it proves nothing (R14).
 * E-mail goes first, for it does not go with a SIM, but an address that is new goes last.
 * @param ways those that brand and server have. Without them it is `no_channel` where there is a contact.
 * @param at when the act was that is told of. @param now of the store.
 */
export function recipientOf(
  { kind, contacts, at, now }: { kind: TellingKind; contacts: readonly Reachable[]; at: Date; now: Date },
  ways: ReadonlySet<Channel>,
): Recipient | 'no_contact' | 'no_channel' {
  const { sms, to }: Telling = tellings[kind]
  const isNew = ({ from, confirmed }: Reachable): boolean =>
    Math.max(Number(from ?? 0), Number(confirmed ?? 0)) > now.getTime() - NEW_MS
  const may = contacts
    .filter(
      (contact) => contact.runs && isCurrent(contact, now) && addressForms[channelOf[contact.kind]].test(contact.value),
    )
    .filter(({ confirmed }) => confirmed !== null && confirmed <= now && (to === 'all' || confirmed < at))
    // What could not be reached may be since it was confirmed again.
    .filter(({ confirmed, unreachable }) => unreachable === null || (confirmed !== null && confirmed > unreachable))
    .filter(({ kind: way, marks }) => way === 'email' || (sms && marks.length === 0))
    .sort(
      (one, other) =>
        Number(isNew(one)) - Number(isNew(other)) ||
        Number(one.kind === 'mobile') - Number(other.kind === 'mobile') ||
        Number(other.confirmed) - Number(one.confirmed),
    )
  if (may.length === 0) return 'no_contact'
  const contact = may.find((each) => ways.has(channelOf[each.kind]))
  return contact ? { contact, channel: channelOf[contact.kind] } : 'no_channel'
}

function isCurrent({ from, to }: Reachable, now: Date): boolean {
  return (from === null || from <= now) && (to === null || to > now)
}
