/** Whether what a caller has proved still holds. Asked of many at once: agents talk with many. */
import type { Loss, Method } from '../auth/assurance.ts'

/** A right secret or call code: its account, its kind, the SIMs that counted for a PUK, and when it was keyed (ISO 8601). */
export interface Proof {
  brand: string
  ref: string
  subject: string
  method: Method
  sims: readonly string[]
  at: string
}

export interface Standing {
  /** Why the secret would not be right now; null: it would be. */
  lost: Exclude<Loss, 'ended' | 'unknown'> | null
  /** When (ISO 8601) the last contract ended; null: there is one, or none is needed. */
  ended: string | null
}

export interface Standings {
  /** In the order of the proofs, as of that moment. Throws what the driver throws. */
  of(proofs: readonly Proof[], asOf: Date): Promise<Standing[]>
}
