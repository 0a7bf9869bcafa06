/** CPU, memory, and how late the event loop is, under the names that prom-client's own have. Those go on when a server is closed. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

/** How often it is looked whether the event loop comes round, ms; that much is no lag. */
const RESOLUTION_MS = 10
const NANOSECONDS = 1e9

export interface ProcessWatch {
  /** Into the gauges: CPU and memory as they are, the lag since it was last asked. */
  read(): void
  stop(): void
}

export function watchProcess({ cpuSeconds, residentBytes, startTime, lag }: Metrics): ProcessWatch {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let counted = 0
  startTime.set(Date.now() / 1000 - process.uptime())
  const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000)
  return {
    read() {
      const { user, system } = process.cpuUsage()
      const used = (user + system) / 1e6
      cpuSeconds.inc(Math.max(0, used - counted))
      counted = used
      residentBytes.set(process.memoryUsage.rss())
      lag.p50.set(seconds(delays.percentile(50)))
      lag.p99.set(seconds(delays.percentile(99)))
      lag.max.set(seconds(delays.max))
      delays.reset()
    },
    stop: () => delays.disable(),
  }
}
