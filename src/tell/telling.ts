/**
 * Telling customers: what waits in the outbox is sent, once, to where it may go at that moment. No call waits for any of it. This folder
 * imports the core and the seams.
 */

import type { Secret } from '../auth/secret.ts'
import { type Telling, tellings } from '../auth/tellings.ts'
import { firstLanguage } from '../flow/brand.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { Log } from '../seams/log.ts'
import type { Channel, Claimed, DropReason, Message, MessageSenders, Outbox } from '../seams/outbox.ts'
import { channels } from '../seams/outbox.ts'
import { within } from '../seams/within.ts'
import { recipientOf } from './recipient.ts'

/** How many are claimed at once: what is claimed is sent one after the other, within the lease. */
const AT_ONCE = 5
/** What takes longer counts as not sent, ms. */
const SENDING_MS = 40_000
/** After each try that failed, so long until the next, ms; after the last there is none. */
export const AGAIN_MS = [30_000, 120_000, 600_000, 1_800_000, 7_200_000] as const

export interface TellingParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  outbox: Outbox
  senders: MessageSenders
  callCodes: Pick<CallCodes, 'makeToSend'>
  log: Pick<Log, 'info' | 'warn' | 'error'>
}

/**
 * One round: whatever is due, up to a handful. What a message says and where it goes is decided here, as things are now, and not when it was
 * written. Resolves with how many there were; throws where the store cannot be asked.
 */
export function createTelling({ hotlines, outbox, senders, callCodes, log }: TellingParts): () => Promise<number> {
  const brands = [...hotlines.byBrand.keys()]

  async function tell(claimed: Claimed): Promise<void> {
    const { id, brand, tries } = claimed
    const hotline = hotlines.byBrand.get(brand)
    const addressed = hotline ? addressedTo(hotline, claimed, senders) : 'no_text'
    if (typeof addressed === 'string') return drop(claimed, addressed)
    const { to, write, bringsCode } = addressed
    const code = bringsCode ? await callCodes.makeToSend(claimed) : null
    if (bringsCode && code === null) return drop(claimed, 'no_code')
    const message = write(code)
    try {
      const send = senders[message.channel]
      const result = send && (await within(SENDING_MS, send(message)))
      if (result === 'refused') return drop(claimed, 'refused')
    } catch (err) {
      const inMs = AGAIN_MS[tries]
      log.warn({ brand, count: tries + 1, err }, 'a message to a customer could not be sent')
      return inMs === undefined ? drop(claimed, 'gave_up') : outbox.again(id, inMs)
    }
    await outbox.sent(id, { contact: to.id, channel: message.channel, source: to.source })
    log.info({ brand, result: message.channel, reason: claimed.kind ?? '' }, 'a customer was told')
  }

  async function drop({ id, brand, kind }: Claimed, reason: DropReason): Promise<void> {
    await outbox.drop(id, reason)
    log.info({ brand, result: reason, reason: kind ?? '' }, 'a customer was not told')
  }

  return async () => {
    const all = await outbox.claim(AT_ONCE, brands)
    for (const claimed of all) {
      try {
        await tell(claimed)
      } catch (err) {
        // Its lease ends, and somebody tries again.
        log.error({ brand: claimed.brand, err }, 'what became of a message to a customer could not be written down')
      }
    }
    return all.length
  }
}

interface Addressed {
  to: Claimed['contacts'][number]
  /** Whether a call code is made for it first. */
  bringsCode: boolean
  write(code: Secret | null): Message
}

function addressedTo(
  { brand, words }: Hotline,
  { id, kind, at, now, tries, isLate, language, contacts }: Claimed,
  senders: MessageSenders,
): Addressed | DropReason {
  if (isLate) return 'too_late'
  if (kind === null) return 'no_text'
  const from = brand.messages ?? {}
  const ways = new Set<Channel>(channels.filter((channel) => from[channel] !== undefined && senders[channel] !== null))
  const recipient = recipientOf({ kind, contacts, at, now }, ways)
  if (typeof recipient === 'string') return recipient
  const { contact, channel } = recipient
  const spoken = brand.languages.some(({ code }) => code === language) ? language : firstLanguage(brand)
  const [subject, key] = ['message.subject', `message.${kind}`]
  if (!words.has(spoken, subject) || !words.has(spoken, key)) return 'no_text'
  const telling: Telling = tellings[kind]
  const bringsCode = telling.code === true
  return {
    to: contact,
    bringsCode,
    write: (code) => ({
      // One that is tried again brings another code, so it is another message.
      id: bringsCode ? `${id}-${tries}.${brand.name}` : `${id}.${brand.name}`,
      channel,
      to: contact.value,
      from: from[channel] ?? '',
      name: brand.words[spoken]?.brand ?? brand.name,
      language: spoken,
      subject: words.speak(spoken, { key: subject }).text,
      text: words.speak(spoken, { key, ...(code !== null && { vars: { code: inFours(code) } }) }).text,
    }),
  }
}

/** As people read it aloud and key it, to those who have the contact alone. */
function inFours(code: Secret): string {
  return code.reveal().replaceAll(/(?<=^(?:.{4})+)(?=.)/g, ' ')
}
