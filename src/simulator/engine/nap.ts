import type { Clock } from '../../seams/clock.ts'

/** A wait that somebody may cut short. */
export interface Nap {
  /** True when all of it passed. */
  sleep(ms: number): Promise<boolean>
  wake(): void
}

/** A clock's wait cannot be called off, so long ones are taken in pieces: nothing is left behind for longer than this. */
const PIECE_MS = 250

export function createNap(clock: Clock): Nap {
  let wakers: (() => void)[] = []

  async function sleep(ms: number): Promise<boolean> {
    const end = clock.now().getTime() + ms
    let awake = false
    let waker = (): void => {}
    const woken = new Promise<void>((resolve) => {
      waker = () => {
        awake = true
        resolve()
      }
    })
    wakers.push(waker)
    for (;;) {
      const left = end - clock.now().getTime()
      if (awake || left <= 0) {
        wakers = wakers.filter((one) => one !== waker)
        return !awake
      }
      await Promise.race([clock.wait(Math.min(left, PIECE_MS)), woken])
    }
  }

  return {
    sleep,
    wake() {
      const all = wakers
      wakers = []
      for (const wake of all) wake()
    },
  }
}
