/** When an answer must be out: made at the door, once for each webhook, and handed down to whatever waits for something. */

export interface Deadline {
  /** ms; 0 when it is over. */
  left(): number
  /** The caller was asked to hold on, and comes back for the answer: there are so many ms again, from now. */
  extend(ms: number): void
}

/** By the process's own clock, which nobody sets: a system clock that jumps makes no webhook late. */
export function deadlineIn(ms: number): Deadline {
  let over = performance.now() + ms
  return {
    left: () => Math.max(0, over - performance.now()),
    extend(more) {
      over = performance.now() + more
    },
  }
}

/**
 * The answer, or null when the deadline comes first, `beforeMs` ahead of it; the work then goes on. What has arrived counts, as
 * in `within`: a busy process reads its sockets once more before it gives up.
 */
export function inTime<T extends object>(
  by: Pick<Deadline, 'left'>,
  work: Promise<T>,
  beforeMs = 0,
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const late = (): void => resolve(null)
    const limit = setTimeout(() => setImmediate(late), Math.max(0, by.left() - beforeMs))
    work.then(resolve, reject).finally(() => clearTimeout(limit))
  })
}

/**
 * Before what takes long and nobody would wait for any more. What has arrived counts, as in `inTime`: it may say that the caller holds on.
 * @throws Error where the deadline is over.
 */
export async function refuseLate(by: Pick<Deadline, 'left'>): Promise<void> {
  if (by.left() > 0) return
  await new Promise((resolve) => setImmediate(resolve))
  if (by.left() <= 0) throw new Error('The deadline of the webhook came first.')
}
