/** The embedded side of `live/`: one process, nothing survives it. Leases run by the clock given. */
import { EventEmitter } from 'node:events'
import type { CallerLimits } from '../seams/caller-limits.ts'
import type { Signals } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { FailureCounts } from '../seams/failure-counts.ts'
import type { Live } from './live.ts'
import { memoryCalls } from './memory-calls.ts'
import { countFailures } from './memory-failures.ts'
import { countInMemory } from './memory-limits.ts'
import { poolInMemory } from './memory-service.ts'
import { type Sealing, sealedCalls } from './sealed-calls.ts'

/** Holds no timer and no file: `close` has nothing to do. */
export function openMemory(clock: Clock, sealing: Sealing): Live {
  return {
    calls: sealedCalls(memoryCalls(clock), sealing),
    signals: memorySignals(),
    limits: memoryLimits(clock),
    failures: memoryFailures(clock),
    ping: async () => {},
    close: async () => {},
  }
}

/** There is one instance, so here is everywhere. */
function memoryLimits(clock: Clock): CallerLimits {
  const now = () => clock.now().getTime()
  const counters = countInMemory(now)
  const pools = poolInMemory(now)
  return {
    spend: async (attempt) => ({ full: counters.spend(attempt), counted: 'everywhere' }),
    spendOfAll: async ({ brand, token, ofAll }) => ({
      isLeft: ofAll === null || pools.spend(brand, ofAll, token),
      counted: 'everywhere',
    }),
    async giveBack(attempt, _by, proved = null) {
      const { brand, token, ofAll } = attempt
      counters.giveBack(attempt)
      pools.giveBack(brand, token)
      if (proved !== null && ofAll !== null) pools.prove(brand, ofAll, proved)
    },
  }
}

function memoryFailures(clock: Clock): FailureCounts {
  const counters = countFailures(() => clock.now().getTime())
  return {
    note: async (failed) => counters.note(failed),
    read: async (brand, withinMs) => ({ ...counters.read(brand, withinMs), counted: 'everywhere' }),
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
