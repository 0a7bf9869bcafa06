/** The public keys of the operator's portal, as PORTAL_JWKS names them. */
import { z } from 'zod'

const key = z
  .looseObject({
    // A shared secret (`oct`) would let the server make the tokens that it checks.
    kty: z.enum(['EC', 'OKP', 'RSA']),
  })
  .refine((jwk) => !('d' in jwk), 'a private key')
const keySet = z.looseObject({ keys: z.array(key).min(1) })

/** Where they are published, or the set itself (RFC 7517). */
export type PortalKeys = { url: URL } | { set: z.infer<typeof keySet> }

/** How many public keys a set has that is published; null: it is no set of public keys and no others. */
export function keysIn(text: string): number | null {
  const read = text.trimStart().startsWith('{') ? portalKeysOf(text.trim()) : null
  return read !== null && 'set' in read ? read.set.keys.length : null
}

/** Null: neither an address that nobody can change on the way, nor a set of public keys. */
export function portalKeysOf(text: string): PortalKeys | null {
  if (text.startsWith('{')) {
    try {
      const read = keySet.safeParse(JSON.parse(text))
      return read.success ? { set: read.data } : null
    } catch {
      return null
    }
  }
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isOwn = url.protocol === 'http:' && url.hostname === 'localhost'
  const isPlain = url.username + url.password + url.hash === ''
  return isPlain && (url.protocol === 'https:' || isOwn) ? { url } : null
}
