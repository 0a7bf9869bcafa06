/**
 * Rufpass as a whole: read and proved flows, open stores, and the doors over them. `serve.ts` listens with it, and
 * operators mount it on an Express app of their own. This folder imports all others but `cli` and `proof`; only `main`,
 * `index` and `cli` import it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Config, loadConfig } from '../config/config.ts'
import { isTryout } from '../config/tryout.ts'
import type { Finding } from '../flow/files/finding.ts'
import { type OperatorSteps, withOperatorSteps } from '../flow/own-steps/operator-steps.ts'
import { type Hotlines, loadHotlines, refuseUnsafe } from '../hotlines/hotlines.ts'
import { loadStepTypes } from '../hotlines/load-step-types.ts'
import { type ProvedBefore, provedBefore } from '../hotlines/proved-before.ts'
import { createLog } from '../log/log.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { oldestHour } from '../turn/sprays.ts'
import { createDoors } from './app.ts'
import { startDailyAudit } from './daily-audit.ts'
import { startDailyRetention } from './daily-retention.ts'
import { type Deps, openDeps, systemClock } from './deps.ts'
import { type Health, healthOf } from './health.ts'
import { type Demo, openDemo } from './open-demo.ts'
import { openFloor } from './open-floor.ts'
import { openMetrics } from './open-metrics.ts'
import { openTelling } from './open-telling.ts'
import { startLooking } from './spray-looks.ts'
import { codesOf } from './warnings.ts'

/** How often accounts to be erased, numbers that belong to nobody and notes without an account are looked for. What is kept for days goes daily. */
const PRUNE_EVERY_MS = 3_600_000

export interface RufpassOptions {
  /** Settings by their names in `.env.example`, over those of the environment and of `.env`. */
  settings?: Readonly<Record<string, string | undefined>>
  /** Step types made with `defineStep`, as a list or a table by name. Without them those of STEP_TYPES. */
  stepTypes?: OperatorSteps
  /** As FLOWS_DIR. */
  flowsDir?: string
  /** Gets the log, one line of JSON after the other; standard output by default. */
  log?: { write(line: string): void }
}

/** Rufpass without a server of its own. */
export interface Rufpass {
  /**
   * Mount it with `app.use(rufpass.routes)`, or below a path with `app.use('/hotline', rufpass.routes)` and a
   * PUBLIC_BASE_URL that ends with that path; in either case before any body parser, which would destroy what Twilio has
   * signed. It answers `/voice`, `/health/live`, `/health/ready`, `/api/openapi.json`, `/api/v1`, `/desk` and the files of
   * that page below `/pages/assets`, and passes on everything else. It has settings of its own: those of the host app change nothing.
   */
  routes: (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void
  /** The hotlines that are served, with their called numbers. */
  hotlines: readonly { brand: string; numbers: readonly string[] }[]
  /** What the check finds in these flows and may be served: calls are safe, but slow or in vain somewhere. */
  warnings: readonly Finding[]
  /** Closes the stores. Close the server that the routes are mounted on first. */
  close(): Promise<void>
}

/**
 * Reads the settings, reads and proves the flows, and opens the stores. The public base URL is that below which the outside
 * finds the routes. Where the host app listens is not known here, so this is never a try-out: keys, token, Twilio account and
 * store must have been set, and there is neither demo nor stand-in.
 * @throws ConfigError with every problem of the settings; FlowError with `findings`, when flows cannot be read or are not
 * safe; StepTypeError for a step type that cannot be used; and an error with a sentence for people when a
 * store cannot be had.
 */
export async function createRufpass(options: RufpassOptions = {}): Promise<Rufpass> {
  const { settings, flowsDir, stepTypes, log: to } = options
  const over = { ...settings, ...(flowsDir === undefined ? {} : { FLOWS_DIR: flowsDir }) }
  const config = loadConfig({ over, mounted: true })
  const log = createLog({ level: config.logLevel, ...(to === undefined ? {} : { to }) })
  const { deps, health, warnings, close } = await openRufpass(config, {
    log,
    ...(stepTypes === undefined ? {} : { stepTypes }),
  })
  const metrics = await openMetrics(config.metrics, deps, health, log).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const floor = openFloor(config, deps, log)
  const telling = openTelling(config, deps, log)
  const doors = createDoors(config, deps, floor, health, log)
  let closed: Promise<void> | undefined
  return {
    routes: doors.app as Rufpass['routes'],
    hotlines: [...deps.hotlines.byBrand.values()].map(({ brand }) => ({ brand: brand.name, numbers: brand.numbers })),
    warnings,
    close() {
      doors.close()
      closed ??= Promise.all([floor.close(), telling.close(), metrics?.close()])
        .then(() => {})
        .finally(close)
      return closed
    },
  }
}

export interface OpenOptions {
  log: Log
  clock?: Clock
  /** Instead of those of the settings. */
  stepTypes?: OperatorSteps
  /** Serves flows although they are not safe: only to play the calls that it found, on a store of invented customers. */
  unproved?: true
  /** Hears what is done next, in a line without a line feed. */
  told?: (step: string) => void
}

/** What a door needs behind it. */
export interface Opened {
  deps: Deps
  health: Health
  /** Null: the store has no demo. */
  demo: Demo | null
  /** What the proof found that may be served. */
  warnings: readonly Finding[]
  close(): Promise<void>
}

/**
 * Reads and proves the flows, opens the stores, and puts the demo into a new one where the settings want it. Throws
 * `FlowError` when they are not safe.
 */
export async function openRufpass(config: Config, options: OpenOptions): Promise<Opened> {
  const { log, clock = systemClock, stepTypes, unproved, told = () => {} } = options
  const types = stepTypes === undefined ? await loadStepTypes(config.stepTypes) : withOperatorSteps(stepTypes)
  const before = provedBefore({ flowsDir: config.flowsDir, types })
  const hotlines = loadHotlines(config.flowsDir, types)
  const warnings = unproved ? [] : proveOnce(hotlines, before, told)
  if (warnings.length > 0)
    log.warn(
      { count: warnings.length, reason: codesOf(warnings) },
      'flows are served with findings: rufpass flows check',
    )
  told(`[2/3] Opening the store${config.database.kind === 'directory' ? ` in ${config.database.path}` : ''}.`)
  const deps = await openDeps(config, log, clock, hotlines)
  try {
    if (config.demo !== null) told('[3/3] Looking after the demo: a new store gets its customers and agents.')
    const demo = await openDemo(deps, { demo: config.demo, tryout: isTryout(config) })
    const health = healthOf(deps, log)
    const pruning = setInterval(() => void prune(deps, log), PRUNE_EVERY_MS).unref()
    const stopAudit = startDailyAudit({ ...deps, log })
    const stopRetention = startDailyRetention({ ...deps, log })
    const stopLooking = await startLooking(deps.sprays)
    return {
      deps,
      health,
      demo,
      warnings,
      async close() {
        health.startDraining()
        clearInterval(pruning)
        stopAudit()
        stopRetention()
        await stopLooking()
        await deps.close()
      },
    }
  } catch (error) {
    await deps.close()
    throw error
  }
}

/** What was found is not remembered: it is told at every start. @throws FlowError when the flows are not safe. */
function proveOnce(hotlines: Hotlines, before: ProvedBefore, told: (step: string) => void): readonly Finding[] {
  if (before.isKnown()) {
    told('[1/3] The flows are as they were when they were proved.')
    return []
  }
  const count = hotlines.byBrand.size
  told(`[1/3] Proving every call that the flows of ${count} hotline${count === 1 ? '' : 's'} can have.`)
  const warnings = refuseUnsafe(hotlines)
  if (warnings.length === 0) before.keep()
  return warnings
}

/** What is forgotten after hours. One that fails keeps no other from it, and the next round tries again. */
export async function prune(
  {
    attempts,
    notes,
    portal,
    erasures,
    sprayBook,
    clock,
  }: Pick<Deps, 'attempts' | 'notes' | 'portal' | 'erasures' | 'sprayBook' | 'clock'>,
  log: Log,
): Promise<void> {
  try {
    const { erased } = await erasures.carryOut('server')
    if (erased > 0) log.info({ count: erased }, 'accounts that were due are erased')
  } catch (err) {
    log.error({ err }, 'accounts that are due could not be erased; the next round tries again')
  }
  try {
    await attempts.pruneUnknown()
    await notes.prune(clock.now())
    await portal.prune(clock.now())
    await sprayBook.prune(oldestHour(clock.now()))
  } catch (err) {
    log.error({ err }, 'what is forgotten after a time could not be removed')
  }
}
