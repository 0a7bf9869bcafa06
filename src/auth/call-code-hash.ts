import { hmac, lengthPrefixed } from './keyed-hash.ts'
import type { Secret } from './secret.ts'

/** By what a call code is kept and found. A code has 10^15 values and five minutes: one keyed hash of it is enough. */
export function callCodeHash(subjectKey: Buffer, brand: string, code: Secret): Buffer {
  return hmac(subjectKey, lengthPrefixed(['call-code-v1', brand, code.reveal()]))
}
