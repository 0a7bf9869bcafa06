/** HMAC-SHA-256 over fields: what everything here that is kept under a key is made of. */
import { createHmac, hkdfSync } from 'node:crypto'

/** 32 bytes. */
export function hmac(key: Buffer, message: Buffer): Buffer {
  return createHmac('sha256', key).update(message).digest()
}

/**
 * A key for one purpose, made of another: 32 bytes. It leads neither back to that one nor to those of other purposes.
 * HKDF-SHA-256, RFC 5869.
 */
export function derivedKey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
}

/** Fields with their length before them, so that no two lists of fields give the same bytes. */
export function lengthPrefixed(fields: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
