/** A secret that comes written and not keyed: digits, or a word with its blanks. Whether it has the form of a kind is the policy's to say, or the verifier's. PURE. */
import { z } from 'zod'

export const writtenSecret = z
  .string('it is needed, as text')
  .regex(/^[\p{L}\p{M}\p{Zs}0-9]{1,64}$/u, 'it is 1 to 64 digits, or letters and blanks')
