import type { Clock } from '../seams/clock.ts'

/** How long calls are told what was last read: what was set elsewhere counts within this time. */
const REMEMBERED_MS = 30_000
/** A store that did not answer is left alone for this long, so that not every caller waits for it. */
const LEFT_ALONE_MS = 5_000

export interface Remembered<T> {
  get(): Promise<T>
  /** What was read is not true any more. */
  forget(): void
}

/** The same answer, read once for many calls. */
export function remembered<T>(read: (now: Date) => Promise<T>, clock: Clock): Remembered<T> {
  let kept: { all: Promise<T>; until: number } | null = null

  function readAgain(now: Date): Promise<T> {
    const all = read(now)
    const mine = { all, until: now.getTime() + REMEMBERED_MS }
    kept = mine
    all.catch(() => {
      mine.until = now.getTime() + LEFT_ALONE_MS
    })
    return all
  }

  return {
    get() {
      const now = clock.now()
      return kept !== null && now.getTime() < kept.until ? kept.all : readAgain(now)
    },
    forget() {
      kept = null
    },
  }
}
