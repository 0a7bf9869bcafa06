/** The stand-in's door: Twilio's REST API, the telephone page and what it asks. For this machine alone, wherever it is mounted. */
import { join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
import { thisMachineOnly } from '../../http/own-machine.ts'
import { withoutSlash } from '../../http/page-place.ts'
import { sameOriginOnly } from '../../http/same-origin.ts'
import { type PageParts, pageApi } from './page-api.ts'
import { phonePageHeaders } from './page-guard.ts'
import { type RestParts, restRoutes } from './rest.ts'

export interface SimulatorParts extends RestParts, PageParts {
  /** Where Vite has put the pages: `phone/index.html`, `tray/index.html`, `both/index.html` and their assets. */
  pagesDir: string
}

/** `/simulator`, the pages `/`, `/phone` and `/tray`, and their assets below `/pages/`. What it does not answer is passed on. */
export function simulatorRoutes(parts: SimulatorParts): Router {
  const router = Router()
  const headers = phonePageHeaders()
  router.use(['/simulator', '/pages', '/phone', '/tray'], thisMachineOnly())
  router.use('/simulator/2010-04-01', restRoutes(parts))
  router.use('/simulator/api', headers, sameOriginOnly(parts.publicBaseUrl), pageApi(parts))
  router.get('/phone', withoutSlash, headers, page(join(parts.pagesDir, 'phone')))
  router.get('/tray', withoutSlash, headers, page(join(parts.pagesDir, 'tray')))
  router.get('/', thisMachineOnly(), headers, page(join(parts.pagesDir, 'both')))
  // Names of assets carry a digest of their content; everything else is looked up again.
  const assets = express.static(join(parts.pagesDir, 'assets'), { index: false, immutable: true, maxAge: '1y' })
  router.use('/pages/assets', headers, assets)
  return router
}

/** A page that has not been built is not there. */
function page(root: string): RequestHandler {
  return (_request, response, next) => {
    response.sendFile(
      'index.html',
      { root, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } },
      (error) => {
        if (error && !response.headersSent) next('status' in error && error.status === 404 ? undefined : error)
      },
    )
  }
}
