import type { Clock } from '../seams/clock.ts'
import type { NoticeStore } from '../seams/notices.ts'
import { remembered } from './remembered.ts'

/** The same notices, read once for many calls. What is set or cleared through it is heard at once. */
export function rememberNotices(store: NoticeStore, clock: Clock): NoticeStore {
  const held = remembered((now) => store.current(now), clock)
  return {
    async current(at) {
      return (await held.get()).filter(({ until }) => until === null || Date.parse(until) > at.getTime())
    },
    async set(notice, actor, at) {
      await store.set(notice, actor, at)
      held.forget()
    },
    async clear(place, actor, at) {
      await store.clear(place, actor, at)
      held.forget()
    },
  }
}
