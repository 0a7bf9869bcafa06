/** A receiver in somebody's hand: what is done to it from outside, in real time, becomes what the engine asks for. */
import type { Clock } from '../../seams/clock.ts'
import type { Caller, Cut, Cuts, Deed } from '../engine/caller.ts'
import { createNap } from '../engine/nap.ts'
import type { Fault } from '../view.ts'

export interface Receiver {
  caller: Caller & { cuts: Cuts }
  press(keys: string): void
  cut(cut: Cut): void
  /** What the network does to the next webhook. */
  order(fault: Fault | null): void
}

export function createReceiver(clock: Clock): Receiver {
  const nap = createNap(clock)
  let deeds: Deed[] = []
  let ordered: Fault | null = null
  let listeners = new Set<() => void>()

  function add(deed: Deed): void {
    deeds.push(deed)
    nap.wake()
    if (!isCut(deed)) return
    const all = listeners
    listeners = new Set()
    for (const tell of all) tell()
  }

  return {
    press(keys) {
      for (const key of keys) add({ kind: 'key', key })
    },
    cut(cut) {
      // Twilio: of two updates the last one wins.
      if (cut.kind === 'redirected') deeds = deeds.filter(({ kind }) => kind !== 'redirected')
      add(cut)
    },
    order(fault) {
      ordered = fault
    },
    caller: {
      async within(ms) {
        const end = clock.now().getTime() + ms
        for (;;) {
          const deed = deeds.shift()
          if (deed) return deed
          const left = end - clock.now().getTime()
          if (left <= 0) return null
          await nap.sleep(left)
        }
      },
      dropKeys() {
        const before = deeds.length
        deeds = deeds.filter(({ kind }) => kind !== 'key')
        return before - deeds.length
      },
      faultFor() {
        const fault = ordered
        ordered = null
        return fault
      },
      cuts: {
        take() {
          const cut = deeds.find(isCut) ?? null
          if (cut) deeds = deeds.filter((deed) => deed !== cut)
          return cut
        },
        there(stop) {
          if (stop.aborted || deeds.some(isCut)) return Promise.resolve()
          return new Promise((resolve) => {
            listeners.add(resolve)
            stop.addEventListener('abort', () => {
              listeners.delete(resolve)
              resolve()
            })
          })
        },
        look() {
          add({ kind: 'look' })
        },
      },
    },
  }
}

function isCut(deed: Deed): deed is Cut {
  return deed.kind === 'hang_up' || deed.kind === 'redirected' || deed.kind === 'completed'
}
