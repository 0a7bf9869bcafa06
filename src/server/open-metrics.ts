/**
 * `/metrics` on a port of its own, which nobody finds who finds the webhooks. It tells how many call, how many are refused and what
 * is noticed of it, so machines other than this one need a token.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { MetricsPlace } from '../config/config.ts'
import { createSupervision } from '../floor/supervision.ts'
import { isThere } from '../floor/there.ts'
import { bearerToken } from '../http/bearer-token.ts'
import { isSameSecret } from '../http/same-secret.ts'
import type { Counting } from '../metrics/counting.ts'
import type { ReadingParts } from '../metrics/readings.ts'
import type { Closable } from '../seams/closable.ts'
import type { Log } from '../seams/log.ts'
import type { Deps } from './deps.ts'
import type { Health } from './health.ts'
import { listen } from './listen.ts'

/** A scraper's request is one line and a few headers, ms. */
const CONNECTIONS = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 65_000 }

/** The port cannot be listened on. The sentence is for people. */
export class MetricsPortError extends Error {
  override readonly name = 'MetricsPortError'
}

export interface MetricsDoor extends Pick<Closable, 'close'> {
  port: number
}

/**
 * Listens, where the settings say so; with port 0 on any free port.
 * @throws {MetricsPortError}
 */
export function openMetrics(
  place: MetricsPlace | null,
  deps: Deps,
  health: Health,
  log: Pick<Log, 'error' | 'info'>,
): Promise<MetricsDoor | null> {
  return openMetricsOf(place, deps.counting, readingParts(deps, health), log)
}

/** The same, of a process that has other parts. @throws {MetricsPortError} */
export async function openMetricsOf(
  place: MetricsPlace | null,
  counting: Counting | null,
  parts: ReadingParts,
  log: Pick<Log, 'error' | 'info'>,
): Promise<MetricsDoor | null> {
  if (place === null || counting === null) return null
  const { metrics } = counting
  const { createReadings } = await import('../metrics/readings.ts')
  const { watchProcess } = await import('../metrics/process.ts')
  const watch = watchProcess(metrics)
  const read = createReadings(parts, metrics)
  const server = createServer(CONNECTIONS, (request, response) => {
    const answer = (status: number, type: string, body: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const refuse = (status: number, sentence: string, headers?: Record<string, string>): void =>
      answer(status, 'text/plain; charset=utf-8', `${sentence}\n`, headers)
    // Before anything else is told, even what there is.
    if (!isLetIn(request, place.token)) return refuse(401, 'A token is needed.', { 'WWW-Authenticate': 'Bearer' })
    if (request.url !== '/metrics') return refuse(404, 'There is nothing here but /metrics.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'GET alone.', { Allow: 'GET, HEAD' })
    read()
      .then(() => {
        watch.read()
        return metrics.registry.metrics()
      })
      .then((page) => answer(200, metrics.registry.contentType, page))
      .catch((err: unknown) => {
        log.error({ route: '/metrics', err }, 'the metrics could not be written')
        refuse(500, 'Something went wrong here. It has been logged.')
      })
  })
  const port = await listen(server, place.host, place.port).catch((cause: unknown) => {
    watch.stop()
    throw new MetricsPortError(
      `METRICS_HOST and METRICS_PORT (${place.host}, ${place.port}) cannot be listened on: another process may have the port, or the address is none of this machine.`,
      { cause },
    )
  })
  log.info({ port, route: '/metrics' }, 'metrics are served')
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        watch.stop()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function isLetIn({ headers }: IncomingMessage, token: string | null): boolean {
  if (token === null) return true
  const given = bearerToken({ headers })
  return given !== null && isSameSecret(given, token)
}

function readingParts(deps: Deps, health: Health): ReadingParts {
  const { floorStore, agents, clock, outbox, accountAudit, retention, sprays } = deps
  const supervision = createSupervision(deps)
  return {
    async floor() {
      const [waiting, rows, active, all] = await Promise.all([
        floorStore.list(clock.now()),
        floorStore.presences(),
        floorStore.active(),
        agents.list(),
      ])
      const floor = { waiting, presences: new Map(rows.map((row) => [row.agent, row])), active, agents: all }
      const { queues } = await supervision.now(floor)
      return { queues, agentsThere: all.filter((agent) => isThere(agent, floor)).length }
    },
    outbox,
    accountAudit,
    retention,
    sprays,
    stores: async () => (await health.ready()).stores,
    clock,
  }
}
