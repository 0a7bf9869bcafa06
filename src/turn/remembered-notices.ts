import type { Clock } from '../seams/clock.ts'
import type { Notice, NoticeStore } from '../seams/notices.ts'

/** How long calls are told what was last read: one that was set elsewhere is heard within this time. */
const REMEMBERED_MS = 30_000
/** A store that did not answer is left alone for this long, so that not every caller waits for it. */
const LEFT_ALONE_MS = 5_000

/** The same notices, read once for many calls. What is set or cleared through it is heard at once. */
export function rememberNotices(store: NoticeStore, clock: Clock): NoticeStore {
  let read: { all: Promise<Notice[]>; until: number } | null = null

  function readAgain(now: Date): Promise<Notice[]> {
    const all = store.current(now)
    const mine = { all, until: now.getTime() + REMEMBERED_MS }
    read = mine
    all.catch(() => {
      mine.until = now.getTime() + LEFT_ALONE_MS
    })
    return all
  }

  return {
    async current(at) {
      const now = clock.now()
      const all = await (read !== null && now.getTime() < read.until ? read.all : readAgain(now))
      return all.filter(({ until }) => until === null || Date.parse(until) > at.getTime())
    },
    async set(notice, actor, at) {
      await store.set(notice, actor, at)
      read = null
    },
    async clear(place, actor, at) {
      await store.clear(place, actor, at)
      read = null
    },
  }
}
