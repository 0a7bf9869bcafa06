/** The local stand-in for Twilio as a whole: to be created when the server listens, and mounted beside its doors. */
import type { RequestHandler } from 'express'
import { createTray, type Tray } from '../tray.ts'
import type { PhoneBook, Standing } from '../view.ts'
import { createExchange, type Exchange, type ExchangeOptions } from './exchange.ts'
import { createPhonesStream } from './phones-stream.ts'
import { simulatorRoutes } from './routes.ts'

export interface StandInOptions extends Omit<ExchangeOptions, 'brandOf' | 'isRegistered'> {
  hotlines: PhoneBook['hotlines']
  /** The demo customers, or none. */
  customers: PhoneBook['customers']
  /** The phones `client:NAME` of agents, as they are now. Others are not at home. */
  clients(): Promise<string[]>
  /** Null when nobody knows the call. */
  standingOf(callSid: string): Promise<Standing | null>
  /** A brand's flow as SVG; null: there is no such brand. */
  drawFlow(brand: string): Promise<string | null>
  /** Where the built pages are. */
  pagesDir: string
}

export interface StandIn {
  /** Passes on what is not its own. */
  routes: RequestHandler
  /** What stands in for `https://api.twilio.com`, without the version. */
  apiBaseUrl: string
  exchange: Exchange
  /** Where messages to customers lie instead of being sent. */
  tray: Tray
  /** Ends every leg and every page's stream. To be closed before the server stops, which hears of the ends. */
  close(): Promise<void>
}

export function createStandIn(options: StandInOptions): StandIn {
  const { hotlines, customers, clients, standingOf, connectTo } = options
  const exchange = createExchange({
    ...options,
    brandOf: (number) => hotlines.find((hotline) => hotline.number === number)?.brand ?? null,
    isRegistered: async (name) => (await clients()).includes(`client:${name}`),
  })
  const tray = createTray(() => options.clock.now())
  const stream = createPhonesStream(exchange, standingOf)
  const world = async (): Promise<PhoneBook> => ({ hotlines, customers, clients: await clients() })
  return {
    routes: simulatorRoutes({ ...options, exchange, world, stream: stream.handler, tray }),
    apiBaseUrl: `${connectTo.replace(/\/+$/, '')}/simulator`,
    exchange,
    tray,
    async close() {
      await exchange.close()
      stream.close()
    },
  }
}
