/** Attacks on many accounts as persons begin and end them: what every door does with what was sent to it, and what it shows. */
import { baselineOf, sprayRule } from '../auth/spray.ts'
import type { Brand } from '../flow/brand.ts'
import { endOf, sprayEnd, sprayFaults, sprayOrder } from '../flow/spray-order.ts'
import type { SprayStore } from '../seams/sprays.ts'
import { usualOf } from './sprays.ts'
import { type Act, isNotUnderstood, type NotUnderstood, understood } from './understood.ts'

export interface SprayOrderParts {
  sprays: Pick<SprayStore, 'current' | 'begin' | 'end' | 'usual'>
  /** Those for which it may be ordered. */
  brands: readonly Pick<Brand, 'name' | 'time_zone' | 'spray'>[]
  /** Whether those are all that are served. */
  isWhole: boolean
}

const WHAT = 'The order'

/** From now on, or with another end where it is on. */
export async function beginSpray(parts: SprayOrderParts, { sent, actor, now }: Act): Promise<'begun' | NotUnderstood> {
  const order = understood(sprayOrder, sent, { what: WHAT, faultsOf: (read) => sprayFaults(read, parts) })
  if (isNotUnderstood(order)) return order
  const { brand, minutes, reason } = order
  await parts.sprays.begin({ brand, until: endOf(now, minutes) }, { actor, because: { reason } }, now)
  return 'begun'
}

/** `not_on`: there was none. */
export async function endSpray(
  parts: SprayOrderParts,
  { sent, actor, now }: Act,
): Promise<'ended' | 'not_on' | NotUnderstood> {
  const order = understood(sprayEnd, sent, { what: WHAT, faultsOf: (read) => sprayFaults(read, parts) })
  if (isNotUnderstood(order)) return order
  const restsUntil = new Date(now.getTime() + sprayRule.restMs)
  const isEnded = await parts.sprays.end(order.brand, { actor, reason: order.reason, restsUntil }, now)
  return isEnded ? 'ended' : 'not_on'
}

/** How a brand stands, or with null the whole service. */
export interface SprayStanding {
  brand: string | null
  /** Moments are ISO 8601. `hasOneTry`: calls have one try; else people are told, and nothing more. Null: none is on. */
  on: { since: string; until: string; actor: string; hasOneTry: boolean } | null
  /** Failures in ten minutes that are usual in this hour, and those from which on it is an alarm, on so many accounts at least. */
  usual: number
  alarm: { failures: number; accounts: number }
}

export async function sprayStandings(
  { sprays, brands, isWhole }: SprayOrderParts,
  now: Date,
): Promise<SprayStanding[]> {
  const current = await sprays.current(now)
  const usual = await Promise.all(brands.map(async (brand) => baselineOf(await usualOf(sprays, brand, now))))
  const standing = (brand: string | null, usual: number, follows: boolean): SprayStanding => {
    const on = current.find((each) => each.brand === brand)
    return {
      brand,
      on: on ? { since: on.since, until: on.until, actor: on.actor, hasOneTry: on.isOrdered || follows } : null,
      usual,
      alarm: { failures: sprayRule.times * usual, accounts: sprayRule.accounts },
    }
  }
  const each = brands.map(({ name, spray }, index) => standing(name, usual[index] ?? 0, spray.follows === 'one_try'))
  if (!isWhole) return each
  const sum = usual.reduce((all, one) => all + one, 0)
  return [
    ...each,
    standing(
      null,
      sum,
      brands.some(({ spray }) => spray.follows === 'one_try'),
    ),
  ]
}
