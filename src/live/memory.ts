/** The embedded side of `live/`: one process, nothing survives it. Leases run by the clock given. */
import type { Clock } from '../seams.ts'
import type { Live } from './live.ts'
import { memoryCalls } from './memory-calls.ts'
import { memoryWaiting } from './memory-waiting.ts'

/** Holds no timer and no file: `close` has nothing to do. */
export function openMemory(clock: Clock): Live {
  return {
    calls: memoryCalls(clock),
    waiting: memoryWaiting(),
    ping: async () => {},
    close: async () => {},
  }
}
