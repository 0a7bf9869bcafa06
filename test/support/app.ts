/**
 * The whole application over real HTTP on a port of its own, with the demo customers: what the tests of turns and of
 * security call. Every request to Twilio's door is signed by Twilio's own code, every document that comes back is checked
 * against the table of TwiML, and everything logged at any level is kept.
 */
import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { createVerifier } from '../../src/auth/verifier.ts'
import { readConfig } from '../../src/config/config.ts'
import type { CallContext } from '../../src/context/call-context.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { createLog } from '../../src/log/log.ts'
import type { Clock } from '../../src/seams/clock.ts'
import type { Log } from '../../src/seams/log.ts'
import { type Patience, USUAL_PATIENCE } from '../../src/seams/patience.ts'
import { createApp } from '../../src/server/app.ts'
import { type Deps, openDeps, turnParts, withTurns } from '../../src/server/deps.ts'
import { healthOf } from '../../src/server/health.ts'
import { CONNECTIONS } from '../../src/server/serve.ts'
import { loadDemo } from '../../src/store/demo.ts'
import type { TurnParts } from '../../src/turn/take-turn.ts'
import { hotlinesIn, shippedHotlines } from '../flow/shipped.ts'
import { anyStore, type Filling, UNHURRIED } from './any-store.ts'
import { ask } from './ask.ts'
import { cheapMaker } from './cheap-verifiers.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { floorOver } from './floor.ts'
import { noLimits } from './no-limits.ts'
import { ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL, signForm } from './signing.ts'
import { checkTwiml } from './twiml-checker.ts'

export const API_TOKEN = 'a-token-of-the-desk-that-is-long-enough'
const PIN_KEY = Buffer.alloc(32, 'pin key of the tests')
const SUBJECT_KEY = Buffer.alloc(32, 'subject key of the tests')
/** What must never be found anywhere but in the settings. */
export const KEYS = { PIN_KEY, SUBJECT_KEY, API_TOKEN, AUTH_TOKEN }

export const testSettings = {
  PUBLIC_BASE_URL,
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  API_TOKEN,
  PIN_KEYS: `test:${PIN_KEY.toString('base64')}`,
  SUBJECT_KEY: SUBJECT_KEY.toString('base64'),
}

/** The demo customers below the tests' own keys. `cheap`: PINs are real rows that cost no time to compare. */
export function demoOf(pins: 'real' | 'cheap'): Filling {
  return {
    name: `demo_${pins}`,
    async fill({ db }) {
      const keys = { current: 'test', byId: new Map([['test', PIN_KEY]]) }
      const maker = pins === 'cheap' ? cheapMaker(keys) : createVerifier(keys)
      await loadDemo(db, maker, rulesOf(shippedHotlines))
    },
  }
}

/** Plenty: what happens when there is none is a test of its own. */
const SLOTS = 4

export interface Exchange {
  path: string
  body: string
  headers: Record<string, string>
  status: number
  answer: string
  /** By the clock of the application, milliseconds. */
  took: number
}

export interface AppOptions<C extends Clock = TestClock> {
  /** `postgres://…` or a directory; PGlite in memory by default. */
  database?: string
  /** Of a real Redis; the memory of this process by default. */
  redis?: string
  clock?: C
  /** What the floor goes by, if not by the same. */
  floorClock?: Clock
  /** Without one there is plenty, but where the test has a database or a Redis that it may end. */
  patience?: Patience
  /** What the clock says at first, if none is given. */
  start?: Date
  /** Settings beside those of the tests, or instead of them. */
  settings?: Record<string, string>
  /** Where log lines go besides `logged()`. */
  log?: (line: string) => void
  /** `cheap`: PINs are real rows that cost no time to compare (`cheap-verifiers.ts`). `none`: nobody is a customer. */
  customers?: 'real' | 'cheap' | 'none'
  /** Whether what is tried by line has limits: by default none, for what is tried here mostly comes from one line. */
  limits?: boolean
  /** Puts something between the application and its stores. */
  wrap?: (parts: TurnParts, deps: Deps) => Partial<TurnParts>
}

export interface TestApp<C extends Clock = TestClock> {
  deps: Deps
  clock: C
  port: number
  /** All that was sent to Twilio's door and came back, in order of the answers. */
  exchanges: Exchange[]
  /** All its doors. */
  doors: Express
  /** Everything logged so far, JSON lines. */
  logged(): string
  /** A signed webhook. Throws when the document breaks a rule of TwiML. */
  post(path: string, fields: Record<string, string>): Promise<Exchange>
  /** The same request once more, byte for byte. */
  repeat(exchange: Exchange): Promise<Exchange>
  /** Sends a webhook and hangs up without waiting for its answer. */
  sendAndLeave(path: string, fields: Record<string, string>): Promise<void>
  /** GET with the desk's token. */
  get(path: string, token?: string): Promise<{ status: number; body: string }>
  context(callId: string): Promise<CallContext>
  waiting(): Promise<CallContext[]>
  numberOf(brand: string): string
  close(): Promise<void>
}

export async function openApp<C extends Clock = TestClock>(options: AppOptions<C> = {}): Promise<TestApp<C>> {
  const clock = (options.clock ?? createTestClock(options.start)) as C
  const lines: string[] = []
  const write = (line: string): void => {
    lines.push(line)
    options.log?.(line)
  }
  const log = createLog({ level: 'trace', to: { write } })
  const { customers = 'real' } = options
  const store = options.database === undefined ? await anyStore(customers === 'none' ? null : demoOf(customers)) : null
  const config = readConfig({
    DATABASE_URL: store?.url ?? options.database,
    ...(options.redis === undefined ? {} : { REDIS_URL: options.redis }),
    ...testSettings,
    ...options.settings,
  })
  const hotlines = hotlinesIn(config.flowsDir)
  const isWhole = store !== null && options.redis === undefined
  const patience = options.patience ?? (isWhole ? UNHURRIED : USUAL_PATIENCE)
  const deps = rewired(await openDeps(config, log, clock, hotlines, patience), options, log)
  if (customers !== 'none') await demoOf(customers).fill(deps.database)

  const server = createServer(CONNECTIONS)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const health = healthOf(deps, log)
  const floor = floorOver({ ...deps, clock: options.floorClock ?? clock }, log)
  const { app: doors } = createApp({ ...config, port }, deps, floor, health, log)
  server.on('request', doors)
  const agent = new Agent({ keepAlive: true })
  const exchanges: Exchange[] = []

  async function send(path: string, headers: Record<string, string>, body: string): Promise<Exchange> {
    const began = clock.now().getTime()
    const { status, body: answer } = await ask(port, 'POST', path, headers, body, agent)
    const exchange = { path, body, headers, status, answer, took: clock.now().getTime() - began }
    exchanges.push(exchange)
    if (status === 200) {
      const broken = checkTwiml(answer, path === '/voice/wait' ? 'enqueueWait' : 'call', secretsIn(body))
      if (broken.length > 0) throw new Error(`${path} answered what is no TwiML (${broken}): ${answer}`)
    }
    return exchange
  }

  async function json<T>(path: string): Promise<T> {
    const { status, body } = await get(path, API_TOKEN)
    if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${body}`)
    return JSON.parse(body) as T
  }
  const get = (path: string, token = API_TOKEN) =>
    ask(port, 'GET', path, { authorization: `Bearer ${token}` }, '', agent)

  return {
    deps,
    clock,
    port,
    exchanges,
    doors,
    logged: () => lines.join(''),
    post(path, fields) {
      const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields)
      return send(path, headers, body)
    },
    repeat: ({ path, headers, body }) => send(path, headers, body),
    sendAndLeave(path, fields) {
      const { headers, body } = signForm(PUBLIC_BASE_URL + path, fields)
      return new Promise((resolve) => {
        const sent = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false })
        sent.on('error', () => resolve())
        sent.end(body, () => setImmediate(() => sent.destroy(new Error('the caller left'))))
      })
    },
    get,
    context: (callId) => json<CallContext>(`/api/v1/calls/${callId}`),
    waiting: async () => (await json<{ calls: CallContext[] }>('/api/v1/calls?state=waiting')).calls,
    numberOf(brand) {
      const [number] = deps.hotlines.byBrand.get(brand)?.brand.numbers ?? []
      if (number === undefined) throw new Error(`There is no brand ${brand}.`)
      return number
    },
    async close() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await floor.close()
      await deps.close()
      await store?.drop()
    },
  }
}

/** What the caller keyed may stand in no URL and no name of the answer. Single keys stand everywhere. */
function secretsIn(body: string): string[] {
  const keyed = new URLSearchParams(body).get('Digits') ?? ''
  return keyed.length >= 4 ? [keyed] : []
}

/** The same parts, joined again with what the test puts between them. */
function rewired(deps: Deps, { wrap, limits = false }: Pick<AppOptions<Clock>, 'wrap' | 'limits'>, log: Log): Deps {
  const all = turnParts(deps, log, createHashingSlots(SLOTS))
  const plain = limits ? all : { ...all, limits: noLimits }
  return withTurns(deps, { ...plain, ...wrap?.(plain, deps) })
}
