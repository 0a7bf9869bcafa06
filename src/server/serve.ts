/** Rufpass on a port of its own: listens, and stops without cutting off a call. */
import { randomBytes } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Config } from '../config/config.ts'
import { isTryout } from '../config/tryout.ts'
import { createLog } from '../log/log.ts'
import { createApp } from './app.ts'
import { openDemoPortal } from './demo-portal.ts'
import { demoPortalRoutes } from './demo-portal-routes.ts'
import { openDemoPrinter } from './demo-printer.ts'
import type { Deps } from './deps.ts'
import { createExpressServer } from './express-server.ts'
import { drain } from './health.ts'
import { listen } from './listen.ts'
import type { Demo } from './open-demo.ts'
import { openFloor } from './open-floor.ts'
import { type MetricsDoor, openMetrics } from './open-metrics.ts'
import { openStandIn } from './open-stand-in.ts'
import { openTelling } from './open-telling.ts'
import { type Opened, type OpenOptions, openRufpass } from './rufpass.ts'
import { tellAddress } from './running-address.ts'

/**
 * How a server of webhooks treats its connections, in milliseconds.
 *
 * An idle one is kept longer than proxies in front keep theirs (60 s is usual), so that none of them sends a webhook into
 * a connection that is just being closed here; Node's own 5 s is shorter. Twilio gives up a webhook after 15 s: a request
 * that is not all there by then is not Twilio's. Node looks for such connections every 30 s unless it is told otherwise.
 */
export const CONNECTIONS = {
  keepAliveTimeout: 65_000,
  headersTimeout: 15_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
}

/** So much longer than a webhook's deadline are requests waited for at the end, ms. */
const GRACE_MS = 2_000

/** 256 bits, of this start alone. */
const OPERATOR_KEY_BYTES = 32

/** A server that listens. */
export interface Running {
  deps: Deps
  port: number
  /** Null: there is no `/metrics`. */
  metricsPort: number | null
  baseUrl: string
  /** Null: the store has no demo. */
  demo: Demo | null
  /** Whether the portal of a try-out is there, and its page. */
  hasDemoPortal: boolean
  /** What the proof found in the flows that may be served. */
  warnings: Opened['warnings']
  /** Finishes what is under way and closes every store; a second call waits for the same end. */
  stop(): Promise<void>
}

export interface ServeOptions extends Partial<OpenOptions> {
  /** Instead of the setting, how long load balancers get to notice that the server stops (milliseconds). */
  noticeMs?: number
}

/**
 * Listens, with port 0 on any free port, and opens Rufpass. The port comes first: where another server has it, nothing is
 * proved and no store touched. Throws `FlowError` when the flows are not safe.
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Running> {
  const { log = createLog({ level: config.logLevel }), noticeMs = config.drainMs } = options
  const { server, serve: answerBy } = createExpressServer(CONNECTIONS, notYet)
  const host = config.host ?? 'localhost'
  const port = await listen(server, host, config.port)
  let opened: Opened
  try {
    opened = await openRufpass(config, { ...options, log })
  } catch (error) {
    close(server)
    throw error
  }
  const { deps, health, demo, warnings } = opened
  let metrics: MetricsDoor | null = null
  try {
    const baseUrl = config.port === 0 ? `http://localhost:${port}` : config.publicBaseUrl
    const connectTo = ownUrl(host, port)
    const demoPortal = await openDemoPortal(config, demo, deps)
    const served = { ...config, publicBaseUrl: baseUrl, portal: demoPortal?.settings ?? config.portal }
    const operatorKey = randomBytes(OPERATOR_KEY_BYTES).toString('base64url')
    const standIn = config.telephony === 'stand-in' ? openStandIn(served, deps, { connectTo, demo, log }) : null
    metrics = await openMetrics(config.metrics, deps, health, log)
    const floor = openFloor(served, deps, log, { apiUrl: standIn?.apiBaseUrl })
    const telling = openTelling(served, deps, log, standIn?.tray)
    const printer = openDemoPrinter(config, deps, { tray: standIn?.tray, demo, log })
    const doors = createApp(served, deps, floor, health, log, {
      standIn: standIn?.routes,
      demoPortal:
        demoPortal && demoPortalRoutes({ ...deps, portal: demoPortal, publicBaseUrl: baseUrl, connectTo, log }),
      // As it was set, and not only as it listens now.
      demoAgents: isTryout(config) ? (demo?.agents ?? []) : [],
      operatorKey,
    })
    answerBy(doors.app)
    const forgetAddress = tellAddress(config, { url: connectTo, publicBaseUrl: baseUrl, operatorKey })
    let stopped: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      forgetAddress()
      // Its phones are put down while there is somebody to be told of it; nobody has hung up.
      if (standIn) floor.stops()
      await standIn?.close()
      const errors = await drain(server, {
        health,
        closables: [floor, telling, ...(printer ? [printer] : []), ...(metrics ? [metrics] : []), opened],
        endStreams: doors.close,
        noticeMs,
        graceMs: config.webhookDeadlineMs + GRACE_MS,
      })
      for (const err of errors) log.error({ err }, 'a store could not be closed')
    }
    return {
      deps,
      port,
      metricsPort: metrics?.port ?? null,
      baseUrl,
      demo,
      hasDemoPortal: demoPortal !== null,
      warnings,
      stop: () => {
        stopped ??= stop()
        return stopped
      },
    }
  } catch (error) {
    close(server)
    await metrics?.close()
    await opened.close()
    throw error
  }
}

/** While the stores are being opened. Twilio turns to its fallback then, as it does where nobody listens. */
const notYet: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '5', 'Content-Type': 'text/plain' }).end('Rufpass is starting.\n')
}

function close(server: Server): void {
  server.close()
  server.closeAllConnections()
}

/** Where this machine reaches a server that listens there: by its address, for `localhost` may lead to another one. */
export function ownUrl(host: string, port: number): string {
  const address = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`
}
