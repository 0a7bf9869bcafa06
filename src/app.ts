import express from 'express'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { deskRoutes } from './desk/routes.ts'
import type { Floor } from './floor/floor.ts'
import { createWaitWords } from './floor/wait-words.ts'
import { type Health, healthRoutes } from './health.ts'
import type { Log } from './turn/log.ts'
import { twilioRoutes } from './twilio/routes.ts'
import { CONNECTION_OVERRIDES, type Voices } from './twilio/twiml.ts'

/** Rufpass alone: what none of its doors answers is not there. It listens nowhere yet. */
export function createApp(config: Config, deps: Deps, floor: Floor, health: Health, log: Log): express.Express {
  const app = createDoors(config, deps, floor, health, log)
  app.use((_request: express.Request, response: express.Response) => {
    response.status(404).type('text/plain').send('There is nothing here.\n')
  })
  return app
}

/**
 * All doors, to be mounted anywhere: an app and not a router, so that it has settings of its own wherever it is. Twilio's
 * door comes first, before anything reads a body. What no door answers is passed on.
 */
export function createDoors(config: Config, deps: Deps, floor: Floor, health: Health, log: Log): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.disable('trust proxy')
  app.set('query parser', 'simple')
  // Express lets a mounted app inherit what it has not set, down to how its JSON is written.
  app.on('mount', () => Object.setPrototypeOf(app.settings, null))
  app.use(
    twilioRoutes({
      turns: deps.turns,
      floor,
      publicBaseUrl: config.publicBaseUrl,
      accountSid: deps.keys.twilioAccountSid,
      authTokens: deps.keys.twilioAuthTokens,
      personNumber: config.fallbackNumber,
      waitMusicUrl: config.waitMusicUrl,
      connectionOverrides: overridesOf(config),
      voicesOf: (brand) => voicesOf(deps, brand),
      waitWords: createWaitWords({ ...deps, store: deps.floorStore, log }),
      log,
    }),
  )
  app.use(healthRoutes(health))
  app.use(
    deskRoutes({
      contexts: deps.contexts,
      notices: deps.notices,
      brands: [...deps.hotlines.byBrand.values()].map(({ brand }) => brand),
      apiToken: deps.keys.apiToken,
      clock: deps.clock,
      log,
    }),
  )
  app.use((error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    if (isBadRequest(error)) {
      response.status(400).type('text/plain').send('This request cannot be understood.\n')
      return
    }
    log.error({ err: error }, 'request broke')
    response.status(500).type('text/plain').send('Something went wrong here. It has been logged.\n')
  })
  return app
}

/** Express refuses addresses that it cannot decode, and says so in the error. */
function isBadRequest(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 400
}

/** Twilio asks us from the edge that the operator chose, else from its own default. */
function overridesOf({ twilioEdge }: Config): string {
  return twilioEdge === null ? CONNECTION_OVERRIDES : `${CONNECTION_OVERRIDES}&e=${twilioEdge}`
}

function voicesOf(deps: Deps, brand: string): Voices {
  const languages = deps.hotlines.byBrand.get(brand)?.brand.languages ?? []
  return Object.fromEntries(languages.map(({ code, voice, locale }) => [code, { voice, locale }]))
}
