/**
 * The stored call: one sealed string, the same in memory and on Redis. Who reads Redis, its log or a copy of it learns nothing of the
 * caller, and who writes to it makes no call, raises no level and gives no call the state of another: what does not open is an unknown
 * call (docs/security.md#what-redis-holds). Nothing else here knows how a call is stored.
 */
import { createCipheriv, createDecipheriv, randomUUID, timingSafeEqual } from 'node:crypto'
import { derivedKey, hmac, lengthPrefixed } from '../auth/keyed-hash.ts'
import type { Call } from '../call/call.ts'
import type { CallStore, Claimed, Taking } from '../seams/calls.ts'
import type { KeptCalls, KeptClaim } from './kept-calls.ts'

export interface CallSeal {
  seal(callId: string, call: Call): string
  /** Null: it was not sealed for this call, by this version of the form and under this key. */
  open(callId: string, sealed: string): Call | null
}

/** Of this form. What becomes of a call is another form when this, or what is in a call, can be read no more as it was. */
const FORM = 'c1.'

/**
 * AES-256 in counter mode that begins at the MAC over the text: a synthetic IV, as in RFC 5297, with HMAC-SHA-256 for its PRF. There is no
 * nonce that could come twice, and a call has one sealed form, so a change between two steps (`amend`) is still one comparison of strings.
 * https://www.rfc-editor.org/rfc/rfc5297
 */
const CIPHER = 'aes-256-ctr'
const MAC_BYTES = 32
const IV_BYTES = 16

/** @param subjectKey 32 bytes, from it keys for this alone are made: all servers that share calls have the same. */
export function createSeal(subjectKey: Buffer): CallSeal {
  const macKey = derivedKey(subjectKey, 'live-call-mac-v1')
  const cipherKey = derivedKey(subjectKey, 'live-call-cipher-v1')
  const macOf = (callId: string, text: Buffer): Buffer => hmac(macKey, lengthPrefixed([FORM, callId, text]))
  return {
    seal(callId, call) {
      const text = Buffer.from(JSON.stringify(call))
      const mac = macOf(callId, text)
      const cipher = createCipheriv(CIPHER, cipherKey, mac.subarray(0, IV_BYTES))
      return FORM + Buffer.concat([mac, cipher.update(text), cipher.final()]).toString('base64')
    },
    open(callId, sealed) {
      if (!sealed.startsWith(FORM)) return null
      const bytes = Buffer.from(sealed.slice(FORM.length), 'base64')
      // Node reads past what is no base64, and past bits that stand for nothing: each such string would be another one that opens.
      if (bytes.length < MAC_BYTES || FORM + bytes.toString('base64') !== sealed) return null
      const mac = bytes.subarray(0, MAC_BYTES)
      const decipher = createDecipheriv(CIPHER, cipherKey, mac.subarray(0, IV_BYTES))
      const text = Buffer.concat([decipher.update(bytes.subarray(MAC_BYTES)), decipher.final()])
      return timingSafeEqual(mac, macOf(callId, text)) ? (JSON.parse(text.toString()) as Call) : null
    },
  }
}

export interface Sealing {
  seal: CallSeal
  /** Hears of each call once, as far as remembered, that what was kept of it does not open. */
  tell(callId: string): void
}

/** So many calls are remembered as told of. */
const MOST_TOLD = 1_000

/** Calls of `kept`, sealed. */
export function sealedCalls(kept: KeptCalls, { seal: { seal, open }, tell }: Sealing): CallStore {
  const told = new Set<string>()

  function opened(callId: string, sealed: string): Call | null {
    const call = open(callId, sealed)
    if (call === null && !told.has(callId)) {
      if (told.size >= MOST_TOLD) told.clear()
      told.add(callId)
      tell(callId)
    }
    return call
  }

  /** Null: it does not open. */
  function claimed(callId: string, it: KeptClaim): Claimed | null {
    if (!('kept' in it)) return it
    const { kept: sealed, ...rest } = it
    const call = sealed === null ? null : opened(callId, sealed)
    if (sealed !== null && call === null) return null
    return { ...rest, call } as Claimed
  }

  /** Where what is kept does not open it is forgotten, and the call taken once more, as the unknown one that it is. */
  async function taken(
    callId: string,
    options: Taking,
    take: (options: Taking) => Promise<KeptClaim>,
  ): Promise<Claimed> {
    const named = { ...options, as: options.as ?? randomUUID() }
    const first = await take(named)
    const found = claimed(callId, first)
    if (found !== null) return found
    if ('kept' in first && first.kept !== null) await kept.forget(callId, first.kept, options.by)
    const second = await take(named)
    const again = claimed(callId, second)
    if (again !== null) return again
    // Somebody writes faster than it is forgotten: what begins is begun, and its save writes over all of it.
    const begins = options.create && second.kind === 'proceed'
    return begins ? { kind: 'proceed', call: null, claim: second.claim } : { kind: 'unknown' }
  }

  return {
    claim: (callId, token, options) => taken(callId, options, (named) => kept.claim(callId, token, named)),
    seize: (callId, options) => taken(callId, options, (named) => kept.seize(callId, named)),
    save: (callId, claim, call, nextToken, by) => kept.save(callId, claim, seal(callId, call), nextToken, by),
    amend: (callId, before, after, as) => kept.amend(callId, seal(callId, before), seal(callId, after), as),
    async end(callId, as) {
      const { first, kept: sealed } = await kept.end(callId, as)
      return { first, call: sealed === null ? null : opened(callId, sealed) }
    },
    async get(callId, by) {
      const sealed = await kept.get(callId, by)
      return sealed === null ? null : opened(callId, sealed)
    },
  }
}
