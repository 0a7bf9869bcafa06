import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { type Deps, openDeps, systemClock } from './deps.ts'
import type { StepTypes } from './flow/step.ts'
import { createHealth, drain } from './health.ts'
import { loadHotlines, refuseUnproved, rulesOf } from './hotlines.ts'
import { createLog, type Log } from './log.ts'
import type { Clock } from './seams.ts'
import { hasDemo, loadDemo } from './store/demo.ts'

/** How often numbers that belong to nobody, and old step tokens, are looked for. */
const PRUNE_EVERY_MS = 3_600_000

/**
 * How long an idle connection is kept, in milliseconds: longer than proxies in front keep theirs (60 s is usual), so
 * that none of them sends a webhook into a connection that is just being closed here. Node's own 5 s is shorter.
 */
export const KEEP_ALIVE_MS = 65_000

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

export interface ServeOptions {
  log?: Log
  clock?: Clock
  /** Load balancers get this long to notice that the server stops (milliseconds). */
  noticeMs?: number
  /** Step types of the operator's own, besides those of Rufpass. */
  stepTypes?: StepTypes
  /** Serves flows although the proof has findings: only to play the calls that it found, on a store of invented customers. */
  unproved?: true
}

/**
 * Reads and proves the flows, opens the stores, puts demo customers into a new default store, and listens. With port
 * 0 any free port is taken. Throws `FlowError` when the proof has findings.
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Running> {
  const log = options.log ?? createLog({ level: config.logLevel })
  const hotlines = loadHotlines(config.flowsDir, options.stepTypes)
  if (!options.unproved) refuseUnproved(hotlines)
  const deps = await openDeps(config, log, options.clock ?? systemClock, hotlines)
  try {
    if (wantsDemo(config)) await loadDemo(deps.database.db, deps.verifier, rulesOf(deps.hotlines))
    const demo = wantsDemo(config) && (await hasDemo(deps.database.db))
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
    const port = await listen(server, config.port)
    const baseUrl = config.port === 0 ? `http://localhost:${port}` : config.publicBaseUrl
    const health = createHealth({ database: deps.database, live: deps.live })
    server.on('request', createApp({ ...config, port, publicBaseUrl: baseUrl }, deps, health, log))
    const pruning = setInterval(() => void prune(deps, log), PRUNE_EVERY_MS).unref()
    let stopped: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      clearInterval(pruning)
      const noticeMs = options.noticeMs
      const errors = await drain(server, { health, closables: [deps], ...(noticeMs === undefined ? {} : { noticeMs }) })
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
    await deps.close()
    throw error
  }
}

async function prune({ attempts }: Deps, log: Log): Promise<void> {
  try {
    await attempts.pruneUnknown()
    await attempts.pruneTokens()
  } catch (err) {
    log.error({ err }, 'what is forgotten after a time could not be removed')
  }
}

function wantsDemo({ database }: Config): boolean {
  return database.kind === 'directory' && database.demo
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => resolve((server.address() as AddressInfo).port))
  })
}
