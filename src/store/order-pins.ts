/** PINs chosen with an order, by customer number. Imports kysely, `auth` and the tables. */
import type { Kysely } from 'kysely'
import type { HashingSlots } from '../auth/hashing-slots.ts'
import { deadlineIn } from '../seams/deadline.ts'
import type { OrderPins } from '../seams/order-pins.ts'
import { DEADLINE_MS } from '../seams/patience.ts'
import type { PinChoice } from '../seams/pin-choice.ts'
import { refOf } from './accounts/ref-of.ts'
import type { Schema } from './schema.ts'

/** @param slots of its own: however many orders come, no caller is kept from the PIN check. */
export function createOrderPins(db: Kysely<Schema>, choice: Pick<PinChoice, 'order'>, slots: HashingSlots): OrderPins {
  return {
    async set({ brand, customerNumber }, kind, secret, { actor, now }) {
      const ref = await refOf(db, { brand, customerNumber })
      if (ref === null) return null
      const giveBack = await slots.take(deadlineIn(DEADLINE_MS.usual))
      if (!giveBack) throw new Error('No slot for hashing came free in time.')
      try {
        const done = await choice.order({ brand, ref }, kind, secret, { actor }, now)
        if ('set' in done || 'suggestion' in done) return done
        return done.refused === 'no_account' ? null : { refused: done.refused }
      } finally {
        giveBack()
      }
    },
  }
}
