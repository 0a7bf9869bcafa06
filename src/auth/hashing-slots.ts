/** Hashes at once for each core: 19 MiB each (docs/security.md#the-verifier). */
export const HASHES_PER_CORE = 2

/**
 * Slots for hashing: argon2 takes 19 MiB and a whole core each time, so only so many run at once, and nobody waits
 * longer than `patienceMs` for one (docs/security.md#when-something-fails: nothing is spent then).
 */
export interface HashingSlots {
  /** Waits for a slot; the returned function gives it back. Null when none came free in time. */
  take(): Promise<(() => void) | null>
}

export function createHashingSlots(atOnce: number, patienceMs: number): HashingSlots {
  let free = atOnce
  const queue: (() => void)[] = []
  const giveBack = (): void => {
    const next = queue.shift()
    if (next) next()
    else free++
  }
  const once = (): (() => void) => {
    let given = false
    return () => {
      if (!given) giveBack()
      given = true
    }
  }
  return {
    take() {
      if (free > 0) {
        free--
        return Promise.resolve(once())
      }
      return new Promise((resolve) => {
        const mine = (): void => {
          clearTimeout(timer)
          resolve(once())
        }
        const giveUp = (): void => {
          const place = queue.indexOf(mine)
          if (place < 0) return
          queue.splice(place, 1)
          resolve(null)
        }
        // A process that was busy runs this timer before it hears of the hashes that are done: those count.
        const timer = setTimeout(() => setImmediate(giveUp), patienceMs)
        queue.push(mine)
      })
    },
  }
}
