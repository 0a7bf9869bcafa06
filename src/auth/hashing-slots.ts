/**
 * Tries under way for each core: while one of them hashes, the store spends or settles the other (docs/security.md#the-verifier).
 */
export const HASHES_PER_CORE = 2

/** What is left to wait, ms; it may become more meanwhile. */
interface Patience {
  left(): number
}

/**
 * Slots for hashing: argon2 takes 19 MiB and a whole core each time, so only so many run at once. They are given in the order
 * in which they were asked for, to those who still have patience (docs/security.md#when-something-fails: nothing is spent then).
 */
export interface HashingSlots {
  /**
   * Waits for a slot; the returned function gives it back. Null when none came free in time.
   * @param whose only one at a time has a slot for this, for the tries of one account are counted before they are compared:
   *   a fourth that is begun before the first three have ended would be refused, right as it may be.
   */
  take(patience: Patience, whose?: string): Promise<(() => void) | null>
}

interface Waiting {
  whose: string | undefined
  go(): void
}

export function createHashingSlots(atOnce: number): HashingSlots {
  let free = atOnce
  const atWork = new Set<string>()
  const queue: Waiting[] = []

  function serve(): void {
    while (free > 0) {
      const place = queue.findIndex(({ whose }) => whose === undefined || !atWork.has(whose))
      const [next] = place < 0 ? [] : queue.splice(place, 1)
      if (next === undefined) return
      free--
      if (next.whose !== undefined) atWork.add(next.whose)
      next.go()
    }
  }

  function once(whose: string | undefined): () => void {
    let given = false
    return () => {
      if (given) return
      given = true
      free++
      if (whose !== undefined) atWork.delete(whose)
      serve()
    }
  }

  return {
    take: (patience, whose) =>
      new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined
        const mine: Waiting = {
          whose,
          go() {
            clearTimeout(timer)
            resolve(once(whose))
          },
        }
        // A process that was busy runs this timer before it hears of the hashes that are done: those count.
        const waitOn = (): void => {
          timer = setTimeout(() => setImmediate(giveUp), patience.left())
        }
        function giveUp(): void {
          const place = queue.indexOf(mine)
          if (place < 0) return
          if (patience.left() > 0) waitOn()
          else {
            queue.splice(place, 1)
            resolve(null)
          }
        }
        queue.push(mine)
        serve()
        if (queue.includes(mine)) waitOn()
      }),
  }
}

/** `waits`: nobody is on the line for it, so whatever else is asked for meanwhile goes first. */
type Urgency = 'asked' | 'waits'

/**
 * Lets so many of what it is given run at once, the others in the order of asking, those that can wait behind all that are asked for. Two hashes on one core take each other's 19 MiB
 * out of its cache: one after the other costs less, and the last is done sooner.
 */
export function atMost(atOnce: number): <T>(work: () => Promise<T>, urgency?: Urgency) => Promise<T> {
  let free = atOnce
  const waiting: Record<Urgency, (() => void)[]> = { asked: [], waits: [] }
  return async (work, urgency = 'asked') => {
    if (free > 0) free -= 1
    else await new Promise<void>((go) => waiting[urgency].push(go))
    try {
      return await work()
    } finally {
      const next = waiting.asked.shift() ?? waiting.waits.shift()
      if (next) next()
      else free += 1
    }
  }
}
