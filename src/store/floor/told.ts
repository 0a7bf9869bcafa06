/** What waiting callers were told: written for all who were told in the same moment together. */
import type { Kysely } from 'kysely'
import type { Told } from '../../seams/waiting.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'

/**
 * How long it is held back at most, ms. A caller asks for the next piece of waiting after 20 s, of whichever instance; should this
 * one end before, the same is told once more.
 */
const TOGETHER_MS = 250

/** Words that stand where a place would, as `told_position` keeps them: no place is less than 1. */
const TOLD_WORDS = { soon: 0, hold: -1, later: -2 } as const

/** What was told before a place began was of another one, which a later call has taken over meanwhile, on whatever instance. */
const write = statement<never>(
  'told',
  `UPDATE queue_place AS p SET told_at = told.at, told_position = told.position
   FROM unnest($1::text[], $2::timestamptz[], $3::integer[]) AS told (call_id, at, position)
   WHERE p.call_id = told.call_id AND told.at >= p.since`,
)

export interface KeptTold {
  keep(callId: string, as: Told, at: Date): void
  /** What is not written yet; null: nothing. */
  of(callId: string): { at: string; as: Told } | null
  /** The place is given up, and with it what was told of it. */
  forget(callId: string): void
}

export function keepTold(db: Kysely<Schema>): KeptTold {
  const held = new Map<string, { at: Date; as: Told }>()
  let isComing = false

  async function writeAll(): Promise<void> {
    isComing = false
    const rows = [...held]
    const values = [
      rows.map(([callId]) => callId),
      rows.map(([, { at }]) => at),
      rows.map(([, { as }]) => (typeof as === 'number' ? as : TOLD_WORDS[as])),
    ]
    // Lost with the connection it is told once more, and nobody waits for this.
    if (rows.length > 0) await write(db, values).catch(() => {})
    for (const [callId, one] of rows) if (held.get(callId) === one) held.delete(callId)
  }

  return {
    keep(callId, as, at) {
      held.set(callId, { at, as })
      if (!isComing) setTimeout(() => void writeAll(), TOGETHER_MS).unref()
      isComing = true
    },
    of(callId) {
      const one = held.get(callId)
      return one ? { at: one.at.toISOString(), as: one.as } : null
    },
    forget: (callId) => void held.delete(callId),
  }
}

export function toldAs(position: number): Told {
  if (position >= 1) return position
  const words = ['soon', 'later', 'hold'] as const
  return words.find((word) => TOLD_WORDS[word] === position) ?? 'hold'
}
