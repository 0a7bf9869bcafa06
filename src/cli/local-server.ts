import { type Config, loadConfig, readConfig } from '../config/config.ts'
import { completeKeys, type Keys } from '../config/keys.ts'
import type { LogLevel } from '../config/settings.ts'
import { loadHotlines, rulesOf } from '../hotlines/hotlines.ts'
import { createLog } from '../log/log.ts'
import type { Clock } from '../seams/clock.ts'
import { systemClock } from '../server/deps.ts'
import { type Running, type ServeOptions, serve } from '../server/serve.ts'
import { loadDemo } from '../store/demo.ts'
import type { CallDependencies } from './call.ts'
import type { CallServer, LocalServer } from './call-server.ts'
import { serverThatHas } from './command-store.ts'
import { flowsFolder } from './flows-folder.ts'
import { prepareCall } from './prepare-call.ts'
import { remoteServer } from './remote-server.ts'

/** What `rufpass call` calls: a server of its own, the one that runs on the configured store, or one elsewhere. */
export function callDependencies(): CallDependencies {
  return {
    startLocal: ({ clock, kind }) => (kind === 'demo' ? demoServer(clock) : configuredServer(clock)),
    remote: (url) => remoteServer(loadConfig(), url),
    async hotlines() {
      const { dir, types } = await flowsFolder()
      return [...loadHotlines(dir, types).byNumber].map(([number, { brand }]) => ({ brand: brand.name, number }))
    },
  }
}

/**
 * A server with the demo customers and nothing else, forgotten at the end: every play begins alike. It tells on standard
 * error what breaks, unless that is what is to be shown.
 */
export async function demoServer(
  clock: Clock,
  { flowsDir = loadConfig().flowsDir, silent = false } = {},
): Promise<LocalServer> {
  // Also flows with findings: how else would one hear the calls that the proof found?
  const settings = { DATABASE_URL: 'memory:', FLOWS_DIR: flowsDir, STEP_TYPES: loadConfig().stepTypes ?? undefined }
  const running = await quietServer(readConfig(settings), clock, {
    unproved: true,
    level: silent ? 'silent' : 'error',
  })
  const { deps } = running
  await loadDemo(deps.database.db, deps.verifier, rulesOf(deps.hotlines))
  return {
    ...serverAt(running.baseUrl, deps.keys),
    demo: true,
    prepare: (line) => prepareCall(deps, clock, line),
    close: running.stop,
  }
}

/** A server on the configured store, or the one that has it already. */
async function configuredServer(clock: Clock): Promise<LocalServer> {
  const config = loadConfig()
  const demo = config.demo === 'published'
  try {
    // A demo with PINs of its own is made by a start that tells them.
    const running = await quietServer({ ...config, demo: demo ? config.demo : null }, clock)
    return { ...serverAt(running.baseUrl, running.deps.keys), demo, close: running.stop }
  } catch (error) {
    const there = serverThatHas(config, error)
    const server = serverAt(there.url, completeKeys(config.keys, config.database))
    return { ...server, publicBaseUrl: there.publicBaseUrl, inRealTime: true, demo, close: async () => {} }
  }
}

/** On any free port of this machine alone, without load balancers to notify, and telling only what is wrong. */
function quietServer(
  config: Config,
  clock: Clock,
  { level = 'error', ...options }: Pick<ServeOptions, 'unproved'> & { level?: LogLevel } = {},
): Promise<Running> {
  const log = createLog({ level, to: process.stderr })
  return serve({ ...config, host: '127.0.0.1', port: 0 }, { ...options, log, clock: clock ?? systemClock, noticeMs: 0 })
}

function serverAt(baseUrl: string, { twilioAccountSid, twilioAuthTokens, apiToken }: Keys): CallServer {
  return { baseUrl, accountSid: twilioAccountSid, authToken: twilioAuthTokens[0] ?? '', apiToken }
}
