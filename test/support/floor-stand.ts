/**
 * The whole floor over real HTTP: the application with the demo customers, agents, and the exchange that stands in for
 * Twilio, each asking the other with real signatures and real REST. Time runs faster than it really does, for everybody.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readConfig } from '../../src/config/config.ts'
import type { Floor } from '../../src/floor/floor.ts'
import { SWEEP_MS } from '../../src/floor/sweep.ts'
import type { AssignmentView, DeskView } from '../../src/floor/view.ts'
import { createLog } from '../../src/log/log.ts'
import type { Agent } from '../../src/seams/agents.ts'
import type { Clock } from '../../src/seams/clock.ts'
import type { Telephony } from '../../src/seams/telephony.ts'
import { createApp } from '../../src/server/app.ts'
import { type Deps, openDeps } from '../../src/server/deps.ts'
import { healthOf } from '../../src/server/health.ts'
import { CONNECTIONS } from '../../src/server/serve.ts'
import type { RoomCallback } from '../../src/simulator/engine/rooms.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import type { Disturbance } from '../../src/simulator/exchange/room-callbacks.ts'
import { createStandIn, type StandIn } from '../../src/simulator/exchange/stand-in.ts'
import { createTelephony } from '../../src/twilio/client.ts'
import { hotlinesIn } from '../flow/shipped.ts'
import { anyStore, UNHURRIED } from './any-store.ts'
import { demoOf, testSettings } from './app.ts'
import { createTickingClock } from './clock.ts'
import { agentsOf, floorOver } from './floor.ts'
import { WAITED_MS } from './hanging.ts'
import { noLimits } from './no-limits.ts'

/** So many times as fast as real time, unless a test says otherwise. */
const SPEED = 6
/** Well within a lease, ms. */
const BEAT_MS = 20_000
/** Between two looks at what is in this process, real ms. */
const LOOK_MS = 15
/** Between two at what is in the store, unless something is logged: then it is looked at as soon as at the other. */
const ASK_MS = 60

const everyBrand = ['alpenfunk', 'fuldanetz', 'kassemobil', 'korbmobil', 'rheinnetz', 'sternmobil']
const everyTopic = ['bill', 'tariff', 'contract', 'outage', 'order', 'sim_lost', 'join', 'general']

export const agents: Agent[] = [
  agent('anna', { topics: everyTopic }),
  agent('ben', { topics: ['bill', 'general'] }),
  agent('sam', { topics: everyTopic, role: 'supervisor' }),
  /** At a telephone, and not at the page. */
  agent('dora', { topics: everyTopic, phone: '+493023125460' }),
]

function agent(name: string, other: Partial<Agent>): Agent {
  return {
    name,
    displayName: name[0]?.toUpperCase() + name.slice(1),
    role: 'agent',
    brands: everyBrand,
    topics: [],
    languages: ['de', 'en'],
    disabled: false,
    phone: `client:${name}`,
    ...other,
  }
}

const phoneOf = (name: string) => agents.find((agent) => agent.name === name)?.phone

export const HANNA = { customerNumber: '407182632', pin: '4826' }
export const OLIVER = { customerNumber: '519038476', pin: '7395' }

export interface FloorStand {
  deps: Deps
  floor: Floor
  standIn: StandIn
  clock: Clock
  /** Phones a brand and keys one entry after the other, each when the hotline waits for keys or speaks. */
  caller(brand: string, ...keys: string[]): Promise<Handset>
  /** In the queue for bills at level 2: Hanna, unless it is to be somebody else. One customer has one place for one matter. */
  verified(customer?: typeof HANNA): Promise<Handset>
  /** The phone of an agent that rings now. */
  ringing(name: string): Promise<Handset>
  view(name: string): Promise<DeskView>
  /** The agent's assignment, as soon as it is in this state. */
  inState(name: string, state: AssignmentView['state']): Promise<AssignmentView>
  /** The step of the flow where a caller stands. */
  stepOf(caller: Handset): Promise<string | undefined>
  /** Keys an entry at this step of the flow, when the phone waits for keys: what is keyed between two documents is lost. */
  enter(caller: Handset, step: string, entry: string): Promise<void>
  /** Waits until it is so; throws with `what` if that takes too long. */
  until<T>(what: string, find: () => Promise<T | null | undefined | false> | T | null | undefined | false): Promise<T>
  logged(): string
  /** Where the application listens. */
  url: string
  close(): Promise<void>
}

export interface StandOptions {
  disturb?: (callback: RoomCallback) => Disturbance
  wrap?: (telephony: Telephony) => Telephony
  database?: string
  /** So many times as fast as real time. */
  speed?: number
  /** Instead of one of that speed: a clock that the test holds. */
  clock?: Clock
}

export async function openFloorStand(options: StandOptions = {}): Promise<FloorStand> {
  const { speed = SPEED } = options
  const ticking = createTickingClock(speed)
  const clock = options.clock ?? ticking
  const lines: string[] = []
  const asleep = new Set<() => void>()
  const write = (line: string): void => {
    lines.push(line)
    for (const wake of asleep) wake()
  }
  const log = createLog({ level: 'trace', to: { write } })
  const server = createServer(CONNECTIONS)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const customers = demoOf('cheap')
  const store = options.database === undefined ? await anyStore(customers) : null
  const config = readConfig({ ...testSettings, DATABASE_URL: store?.url ?? options.database, PUBLIC_BASE_URL: url })
  const deps = await openDeps(config, log, clock, hotlinesIn(config.flowsDir), UNHURRIED)
  // All its callers have one number.
  Object.assign(deps.live.limits, noLimits)
  await customers.fill(deps.database)
  const accountSid = deps.keys.twilioAccountSid
  const authToken = deps.keys.twilioAuthTokens[0] ?? ''
  const standIn = createStandIn({
    connectTo: url,
    publicBaseUrl: url,
    accountSid,
    authToken,
    clock,
    hotlines: [...deps.hotlines.byBrand.values()].map(({ brand }) => ({
      brand: brand.name,
      name: brand.name,
      number: brand.numbers[0] ?? '',
    })),
    customers: [],
    clients: async () => agents.map(({ phone }) => phone),
    standingOf: async () => null,
    drawFlow: async () => null,
    pagesDir: 'dist/pages',
    log,
    ...(options.disturb ? { disturb: options.disturb } : {}),
  })
  const twilio = createTelephony({ accountSid, authToken, publicBaseUrl: url, apiUrl: standIn.apiBaseUrl })
  const telephony = options.wrap?.(twilio) ?? twilio
  const floor = floorOver(deps, log, { agents: agentsOf(agents), telephony })
  const health = healthOf(deps, log)
  const { app } = createApp(config, deps, floor, health, log, { standIn: standIn.routes })
  server.on('request', app)
  let isOpen = true
  let close = (): void => {}
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  const sweeping = (async () => {
    let beaten = performance.now()
    while (isOpen) {
      await floor.sweep()
      // The pages of those who have come are there, however long a busy machine takes for a test: leases are in real time.
      if (performance.now() - beaten > BEAT_MS) {
        beaten = performance.now()
        for (const { agent, heard } of await deps.floorStore.presences()) if (heard) await floor.beat(agent)
      }
      await Promise.race([ticking.wait(SWEEP_MS), closed])
    }
  })()

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  function somethingLogged(mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        asleep.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, mostMs)
      asleep.add(wake)
    })
  }

  async function until<T>(
    what: string,
    find: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  ) {
    const end = Date.now() + WAITED_MS
    for (;;) {
      const told = lines.length
      const look = find()
      const found = await look
      if (found) return found
      if (Date.now() > end) throw new Error(`It did not come to this: ${what}.\n${lines.slice(-40).join('')}`)
      await pause(LOOK_MS)
      if (look instanceof Promise && lines.length === told) await somethingLogged(ASK_MS - LOOK_MS)
    }
  }

  async function caller(brand: string, ...keys: string[]): Promise<Handset> {
    const number = deps.hotlines.byBrand.get(brand)?.brand.numbers[0] ?? ''
    const phone = standIn.exchange.phoneIn({ to: number, from: '+491713920099' })
    if (!phone) throw new Error('The exchange takes no more calls.')
    for (const entry of keys) {
      const spoken = () => phone.view().lines.filter(({ kind }) => kind === 'said').length
      const before = heard.get(phone) ?? 0
      await until('the hotline speaks', () => spoken() > before || null)
      heard.set(phone, spoken())
      // All of the call: two answers between two ticks of the clock were given at one time.
      const step = async () => JSON.stringify(await deps.live.calls.get(phone.callSid))
      const was = await step()
      phone.press(entry)
      await until(`the hotline answers to an entry of ${entry.length} keys`, async () => (await step()) !== was || null)
    }
    return phone
  }
  const heard = new WeakMap<Handset, number>()

  const stepOf = async ({ callSid }: Handset) => (await deps.live.calls.get(callSid))?.step

  async function view(name: string): Promise<DeskView> {
    const found = await floor.view(name)
    if (!found) throw new Error(`There is no agent ${name}.`)
    return found
  }

  return {
    deps,
    floor,
    standIn,
    clock,
    until,
    caller,
    async verified({ customerNumber, pin } = HANNA) {
      const phone = await caller('rheinnetz', '1', `${customerNumber}#`, pin)
      await until('the caller waits', () => phone.view().state === 'waiting')
      return phone
    },
    ringing: (name) =>
      until(`the phone of ${name} rings`, () =>
        standIn.exchange.handsets().find(({ view }) => view().number === phoneOf(name) && view().state === 'ringing'),
      ),
    view,
    inState: (name, state) =>
      until(`${name} is ${state}`, async () => {
        const { assignment } = await view(name)
        return assignment?.state === state && assignment
      }),
    stepOf,
    async enter(phone, step, entry) {
      await until(`${step} is asked`, async () => (await stepOf(phone)) === step && phone.view().listening !== null)
      phone.press(entry)
    },
    logged: () => lines.join(''),
    url,
    async close() {
      await standIn.close()
      isOpen = false
      close()
      await sweeping
      await floor.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await deps.close()
      await store?.drop()
      ticking.stop()
    },
  }
}
