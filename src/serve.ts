import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { drain } from './health.ts'
import { createLog } from './log.ts'
import { openFloor } from './open-floor.ts'
import { needsStandIn, openStandIn } from './open-stand-in.ts'
import { type OpenOptions, openRufpass } from './rufpass.ts'

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

/** A server that listens. */
export interface Running {
  deps: Deps
  port: number
  baseUrl: string
  /** Whether the demo customers can be phoned in as. */
  demo: boolean
  /** Finishes what is under way and closes every store; a second call waits for the same end. */
  stop(): Promise<void>
}

export interface ServeOptions extends Partial<OpenOptions> {
  /** Load balancers get this long to notice that the server stops (milliseconds). */
  noticeMs?: number
}

/** Opens Rufpass and listens; with port 0 on any free port. Throws `FlowError` when the proof has findings. */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Running> {
  const { log = createLog({ level: config.logLevel }), noticeMs } = options
  const opened = await openRufpass(config, { ...options, log })
  const { deps, health, demo } = opened
  try {
    const server = createServer(CONNECTIONS)
    const port = await listen(server, config.port)
    const baseUrl = config.port === 0 ? `http://localhost:${port}` : config.publicBaseUrl
    const served = { ...config, publicBaseUrl: baseUrl }
    const standIn = needsStandIn(config, deps) ? openStandIn(served, deps, { port, demo, log }) : null
    const floor = openFloor(served, deps, log, { apiUrl: standIn?.apiBaseUrl })
    const doors = createApp(served, deps, floor, health, log, standIn?.routes)
    server.on('request', doors.app)
    let stopped: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      // Its phones are put down while there is somebody to be told of it.
      await standIn?.close()
      await floor.close()
      const errors = await drain(server, {
        health,
        closables: [opened],
        endStreams: doors.close,
        ...(noticeMs === undefined ? {} : { noticeMs }),
      })
      for (const err of errors) log.error({ err }, 'a store could not be closed')
    }
    return {
      deps,
      port,
      baseUrl,
      demo,
      stop: () => {
        stopped ??= stop()
        return stopped
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => resolve((server.address() as AddressInfo).port))
  })
}
