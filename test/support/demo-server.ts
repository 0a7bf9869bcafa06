/** One server with the demo customers for many calls. The store is opened once, and every call finds it as it was. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { prepareCall } from '../../src/cli/prepare-call.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Hotlines } from '../../src/hotlines/hotlines.ts'
import { openMemory } from '../../src/live/memory.ts'
import { createLog } from '../../src/log/log.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { DUPLICATE_POLL_MS } from '../../src/seams/patience.ts'
import { createApp } from '../../src/server/app.ts'
import { type Deps, openDeps, sealingOf, systemClock, turnParts, withTurns } from '../../src/server/deps.ts'
import { healthOf } from '../../src/server/health.ts'
import { CONNECTIONS } from '../../src/server/serve.ts'
import { readContext } from '../../src/simulator/script/facts.ts'
import { createNoticeStore } from '../../src/store/notices.ts'
import { createSpecialHours } from '../../src/store/special-hours.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { rememberSpecialHours } from '../../src/turn/remembered-hours.ts'
import { rememberNotices } from '../../src/turn/remembered-notices.ts'
import { flowsDir, shippedHotlines } from '../flow/shipped.ts'
import { anyStore, UNHURRIED } from './any-store.ts'
import { demoOf, testSettings } from './app.ts'
import { floorOver } from './floor.ts'
import type { Preparation, TranscriptServer } from './play-transcripts.ts'

/** A server as a call finds it: nothing locked, nobody waiting, at that moment. */
export interface DemoLine extends TranscriptServer {
  deps: Deps
}

export interface DemoServer {
  /** Forgets all earlier calls and tries, and does what the `before:` lines say. One call at a time. */
  begin(preparation?: Partial<Preparation>): Promise<DemoLine>
  /** Everything logged since the server began. */
  logged(): string
  close(): Promise<void>
}

/** The demo's dates were chosen for this moment. */
const DEMO_MOMENT = new Date('2026-11-23T09:15:00.000Z')

/**
 * One time for the server and the phone, moved by the waits of both. The phone's waits take no real time; the server's take
 * a little, and a delivery that waits for another one leaves it the time to hash.
 */
function sharedTime(start: Date): { server: Clock; phone: Clock } {
  let now = start.getTime()
  const clock = (pass: (ms: number) => Promise<unknown>): Clock => ({
    now: () => new Date(now),
    async wait(ms) {
      const due = now + ms
      await pass(ms)
      now = Math.max(now, due)
    },
  })
  return { server: clock((ms) => pause(ms === DUPLICATE_POLL_MS ? 15 : 3)), phone: clock(() => Promise.resolve()) }
}

/** @param hotlines default: those that are shipped. */
export async function openDemoServer(hotlines: Hotlines = shippedHotlines): Promise<DemoServer> {
  const lines: string[] = []
  const log = createLog({ level: 'trace', to: { write: (line) => void lines.push(line) } })
  const customers = demoOf('cheap')
  const { url, drop } = await anyStore(customers)
  const config = readConfig({ ...testSettings, DATABASE_URL: url, FLOWS_DIR: flowsDir })
  const store = await openDeps(config, log, systemClock, hotlines, UNHURRIED)
  await customers.fill(store.database)

  let app: RequestListener = (_request, response) => void response.writeHead(503).end()
  const server = createServer(CONNECTIONS, (request, response) => app(request, response))
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`

  const calendar = createHolidays()

  /** The parts of a call: live state and clock are its own, the database is everybody's. */
  function depsAt(clock: Clock): Deps {
    const live = openMemory(clock, sealingOf(store.keys, log))
    // Copies: what a `before:` line makes fail must not fail for the next call.
    const [source, attempts] = [{ ...store.source }, { ...store.attempts }]
    const [floorStore, matters] = [{ ...store.floorStore }, { ...store.matters }]
    const [pinChoice, verifier] = [{ ...store.pinChoice }, { ...store.verifier }]
    const letterOrders = { ...store.letterOrders }
    const notices = rememberNotices(createNoticeStore(store.database.db), clock)
    const specialHours = rememberSpecialHours(createSpecialHours(store.database.db), clock)
    const own = {
      ...store,
      clock,
      hotlines,
      live,
      source,
      attempts,
      floorStore,
      matters,
      pinChoice,
      verifier,
      letterOrders,
      notices,
      specialHours,
    }
    return withTurns(own, { ...turnParts(own, log, createHashingSlots(4)), calendar })
  }

  return {
    async begin({ on = null, before = [] } = {}) {
      await store.database.db.deleteFrom('pin_attempt').execute()
      await store.database.db.deleteFrom('pin_state').execute()
      await store.database.db.deleteFrom('proved_line').execute()
      await store.database.db.deleteFrom('queue_place').execute()
      await store.database.db.deleteFrom('assignment').execute()
      const time = sharedTime(on ?? DEMO_MOMENT)
      const deps = depsAt(time.server)
      // Their history only grows.
      for (const notice of await deps.notices.current(time.server.now()))
        await deps.notices.clear(notice, 'test', time.server.now())
      for (const hours of await deps.specialHours.from('1970-01-01'))
        await deps.specialHours.clear(hours, 'test', time.server.now())
      for (const line of before) await prepareCall(deps, time.server, line)
      const health = healthOf(deps, log)
      app = createApp({ ...config, publicBaseUrl: baseUrl }, deps, floorOver(deps, log), health, log).app
      const { twilioAccountSid: accountSid, twilioAuthTokens, apiToken } = deps.keys
      return {
        deps,
        baseUrl,
        accountSid,
        authToken: twilioAuthTokens[0] ?? '',
        clock: time.phone,
        context: (callSid) => readContext(baseUrl, apiToken, callSid),
      }
    },
    logged: () => lines.join(''),
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await store.close()
      await drop()
    },
  }
}
