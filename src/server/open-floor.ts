import type { Config } from '../config/config.ts'
import { createFloor } from '../floor/create-floor.ts'
import type { Floor } from '../floor/floor.ts'
import { SWEEP_MS } from '../floor/sweep.ts'
import type { Log } from '../seams/log.ts'
import { createTelephony } from '../twilio/client.ts'
import type { Deps } from './deps.ts'

/** So many sweeps in a row are left out while nothing happens; the next makes up for a word of another instance that got lost. */
const QUIET_SWEEPS = 4

/**
 * The floor over opened stores, with its sweep running. `publicBaseUrl` is where the network finds us, `apiUrl` a stand-in
 * for Twilio's REST API.
 */
export function openFloor(
  config: Pick<Config, 'publicBaseUrl' | 'twilioRegion' | 'twilioEdge'>,
  deps: Deps,
  log: Log,
  { apiUrl }: { apiUrl?: string | undefined } = {},
): Floor {
  const { keys, live, floorStore, counting } = deps
  const network = createTelephony({
    accountSid: keys.twilioAccountSid,
    authToken: keys.twilioAuthTokens[0] ?? '',
    publicBaseUrl: config.publicBaseUrl,
    apiUrl,
    region: config.twilioRegion ?? undefined,
    edge: config.twilioEdge ?? undefined,
  })
  const telephony = counting?.telephony(network) ?? network
  const floor = createFloor({
    ...deps,
    calls: live.calls,
    limits: live.limits,
    signals: live.signals,
    store: floorStore,
    telephony,
    log,
  })
  let sweeping: Promise<void> | null = null
  const sweep = async (): Promise<void> => {
    try {
      await floor.sweep()
    } catch (err) {
      log.error({ err }, 'the floor could not be looked after; the next round tries again')
    } finally {
      sweeping = null
    }
  }
  let skipped = 0
  const timer = setInterval(() => {
    skipped = floor.isQuiet() && skipped < QUIET_SWEEPS ? skipped + 1 : 0
    if (skipped === 0) sweeping ??= sweep()
  }, SWEEP_MS).unref()
  return {
    ...floor,
    async close() {
      clearInterval(timer)
      await sweeping
      await floor.close()
    },
  }
}
