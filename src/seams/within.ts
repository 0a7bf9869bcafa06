/** What was asked gave no answer in time. It may still be done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/**
 * The answer, or `NoAnswer` after `ms`. An answer that has arrived counts, however late we are: a process that was busy
 * runs the timers that are due before it reads its sockets, so it reads them once more before it gives up.
 * https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
 */
export function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new NoAnswer(`no answer within ${Math.round(ms)} ms`))
    const limit = setTimeout(() => setImmediate(giveUp), ms)
    const settled = (settle: () => void): void => {
      clearTimeout(limit)
      settle()
    }
    answer.then(
      (value) => settled(() => resolve(value)),
      (error: unknown) => settled(() => reject(error)),
    )
  })
}
