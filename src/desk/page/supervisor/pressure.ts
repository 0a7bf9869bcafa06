import type { QueueNow } from '../../../floor/view.ts'

/** Why a queue needs somebody now: nobody takes it, so many wait, or one of them so long. */
export type Pressure = 'nobody' | 'waiting' | 'long'

const MINUTE_MS = 60_000

/** By the clock of this moment, for a wait grows without any message. Null: all is well. */
export function pressureOf({ waiting, longestSince, agents, threshold }: QueueNow, now: number): Pressure | null {
  if (waiting === 0) return null
  if (agents === 0) return 'nobody'
  if (waiting >= threshold.waiting) return 'waiting'
  const waited = longestSince === null ? 0 : now - Date.parse(longestSince)
  return waited >= threshold.minutes * MINUTE_MS ? 'long' : null
}
