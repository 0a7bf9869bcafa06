/** Notices switched on and off: what every door does with what was sent to it. */
import { faultsOf, type NoticeBrand, noticeOrder, noticePlace } from '../flow/notice.ts'
import type { Notice, NoticeStore } from '../seams/notices.ts'
import { type Act, isNotUnderstood, type NotUnderstood, understood } from './understood.ts'

export interface NoticeParts {
  notices: NoticeStore
  brands: readonly NoticeBrand[]
}

const WHAT = 'The notice'

/** What was sent as the notice that would be heard; nothing is switched on. */
export function readNotice(
  sent: unknown,
  brands: readonly NoticeBrand[],
  now: Date,
): Omit<Notice, 'since'> | NotUnderstood {
  const order = understood(noticeOrder, sent, { what: WHAT, faultsOf: (read) => faultsOf(read, brands, now) })
  if (isNotUnderstood(order)) return order
  return { ...order, until: order.until === null ? null : new Date(order.until).toISOString() }
}

/** The notice as it is heard from now on, instead of the one for the same callers. */
export async function setNotice(
  { notices, brands }: NoticeParts,
  { sent, actor, now }: Act,
): Promise<Notice | NotUnderstood> {
  const notice = readNotice(sent, brands, now)
  if (isNotUnderstood(notice)) return notice
  await notices.set(notice, actor, now)
  return { ...notice, since: now.toISOString() }
}

/** `not_on`: no notice was switched on for these callers. */
export async function clearNotice(
  { notices, brands }: NoticeParts,
  { sent, actor, now }: Act,
): Promise<'cleared' | 'not_on' | NotUnderstood> {
  const place = understood(noticePlace, sent, { what: WHAT, faultsOf: (read) => faultsOf(read, brands, now) })
  if (isNotUnderstood(place)) return place
  const on = await notices.current(now)
  if (!on.some(({ brand, topic }) => brand === place.brand && topic === place.topic)) return 'not_on'
  await notices.clear(place, actor, now)
  return 'cleared'
}
