/** Counts what goes to customers, letters and messages, as `counted.ts` does. */
import type { Deliveries } from '../seams/deliveries.ts'
import type { LetterOrders } from '../seams/letter-orders.ts'
import type { Outbox } from '../seams/outbox.ts'
import { type Metrics, word } from './metrics.ts'

export function countLetters<Of extends LetterOrders>(letters: Of, { letters: count, limits }: Metrics): Of {
  const taken = (brand: string, result: string): void => {
    if (result === 'over_limit') limits.inc({ limit: 'letters' })
    count.inc({ brand: word(brand), result })
  }
  return {
    ...letters,
    async order(whose, because) {
      const result = await letters.order(whose, because)
      taken(whose.brand, result)
      return result
    },
    async orderByKey(whose, keyed) {
      const result = await letters.orderByKey(whose, keyed)
      taken(whose.brand, result)
      return result
    },
  }
}

export function countMessages<Of extends Outbox>(outbox: Of, { messages }: Metrics): Of {
  return {
    ...outbox,
    async sent(id, to) {
      await outbox.sent(id, to)
      messages.inc({ result: to.channel })
    },
    async drop(id, reason) {
      await outbox.drop(id, reason)
      messages.inc({ result: reason })
    },
    async again(id, inMs) {
      await outbox.again(id, inMs)
      messages.inc({ result: 'again' })
    },
  }
}

export function countDeliveries<Of extends Deliveries>(deliveries: Of, metrics: Metrics): Of {
  return {
    ...deliveries,
    async note(message, told) {
      const noted = await deliveries.note(message, told)
      if (typeof noted === 'object') metrics.deliveries.inc({ result: told.delivery })
      return noted
    },
  }
}
