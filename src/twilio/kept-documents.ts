/**
 * Documents that are built once: of most replies everything but the step token in two addresses is the same each time. What
 * comes out is what `twiml.ts` builds, byte for byte. Imports its own folder, and `call` for its types.
 */
import type { Call } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import { type Base, EMPTY, twiml, type Voices, waitTwiml } from './twiml.ts'

/** Stands where the token will: in the form of one, and nothing that anybody says. */
const MARK = 'the-token-of-the-step-stands-here-and-nowhere-else'
/** A token that no writing of addresses or XML changes. */
const PLAIN_TOKEN = /^[A-Za-z0-9_-]+$/
/** So many documents of each brand's voices, of about a kilobyte: what is said to one caller alone pushes out the oldest. */
const MOST = 500

export interface KeptDocuments {
  /** As `replyTwiml`. */
  reply(call: Pick<Call, 'reply'>, token: string, voices: Voices): string
  /** As `waitTwiml`. */
  wait(say: readonly Spoken[], voices: Voices, how: { musicUrl: string | null; takesKeys: boolean }): string
}

export function keepDocuments(base: Base): KeptDocuments {
  const kept = new WeakMap<Voices, Map<string, readonly string[]>>()

  /** The pieces between which the token stands. */
  function piecesOf(key: string, voices: Voices, build: () => string): readonly string[] {
    const mine = kept.get(voices) ?? new Map<string, readonly string[]>()
    const known = mine.get(key)
    if (known) return known
    const pieces = build().split(MARK)
    const [oldest] = mine.size >= MOST ? mine.keys() : []
    if (oldest !== undefined) mine.delete(oldest)
    kept.set(voices, mine.set(key, pieces))
    return pieces
  }

  return {
    reply({ reply }, token, voices) {
      if (reply === null) return EMPTY
      const key = JSON.stringify(reply)
      if (key.includes(MARK) || !PLAIN_TOKEN.test(token)) return twiml(reply, token, voices, base)
      return piecesOf(key, voices, () => twiml(reply, MARK, voices, base)).join(token)
    },
    wait(say, voices, { musicUrl, takesKeys }) {
      const build = (): string => waitTwiml(say, voices, { musicUrl, keys: takesKeys ? base : null })
      const key = JSON.stringify([musicUrl, takesKeys, say])
      return key.includes(MARK) ? build() : piecesOf(key, voices, build).join('')
    },
  }
}
