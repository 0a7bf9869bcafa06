/** Notices switched on and off: what every door does with what was sent to it. */
import type { z } from 'zod'
import { faultsOf, type NoticeBrand, noticeOrder, noticePlace } from '../flow/notice.ts'
import type { Notice, NoticeStore } from '../seams/notices.ts'

export interface NoticeParts {
  notices: NoticeStore
  brands: readonly NoticeBrand[]
}

/** `actor`: for the history. */
export interface NoticeAct {
  sent: unknown
  actor: string
  now: Date
}

/** What is wrong with what was sent, as sentences that say what to do. Nothing was changed. */
export interface NotUnderstood {
  faults: string[]
}

/** The notice as it is heard from now on, instead of the one for the same callers. */
export async function setNotice(
  { notices, brands }: NoticeParts,
  { sent, actor, now }: NoticeAct,
): Promise<Notice | NotUnderstood> {
  const order = understood(noticeOrder, sent, brands, now)
  if ('faults' in order) return order
  const notice = { ...order, until: order.until === null ? null : new Date(order.until).toISOString() }
  await notices.set(notice, actor, now)
  return { ...notice, since: now.toISOString() }
}

/** `not_on`: no notice was switched on for these callers. */
export async function clearNotice(
  { notices, brands }: NoticeParts,
  { sent, actor, now }: NoticeAct,
): Promise<'cleared' | 'not_on' | NotUnderstood> {
  const place = understood(noticePlace, sent, brands, now)
  if ('faults' in place) return place
  const on = await notices.current(now)
  if (!on.some(({ brand, topic }) => brand === place.brand && topic === place.topic)) return 'not_on'
  await notices.clear(place, actor, now)
  return 'cleared'
}

function understood<T extends z.ZodType<Parameters<typeof faultsOf>[0]>>(
  schema: T,
  sent: unknown,
  brands: readonly NoticeBrand[],
  now: Date,
): z.infer<T> | NotUnderstood {
  const read = schema.safeParse(sent)
  const faults = read.success
    ? faultsOf(read.data, brands, now)
    : read.error.issues.map(({ path, message }) => `${path.join('.') || 'The notice'}: ${message}.`)
  return read.success && faults.length === 0 ? read.data : { faults }
}
