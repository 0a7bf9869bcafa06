/** The embedded side of `live/`: one process, nothing survives it. Leases run by the clock given. */
import { EventEmitter } from 'node:events'
import type { Signals } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { Live } from './live.ts'
import { memoryCalls } from './memory-calls.ts'

/** Holds no timer and no file: `close` has nothing to do. */
export function openMemory(clock: Clock): Live {
  return {
    calls: memoryCalls(clock),
    signals: memorySignals(),
    ping: async () => {},
    close: async () => {},
  }
}

/** One for every stream that is open, and no more than listen: a leak would show as a warning of Node's elsewhere. */
function memorySignals(): Signals {
  const bus = new EventEmitter().setMaxListeners(0)
  return {
    async send() {
      bus.emit('changed')
    },
    hear(listener) {
      bus.on('changed', listener)
      return () => bus.off('changed', listener)
    },
  }
}
