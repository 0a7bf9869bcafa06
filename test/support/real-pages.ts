/**
 * The server as `npm start` starts it, on a new store with the demo, and its pages in a real browser. `PICTURES=folder`
 * keeps pictures for people to look at; nothing compares them.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { createLog } from '../../src/log/log.ts'
import { type Running, serve } from '../../src/server/serve.ts'
import { demoAgents } from '../../src/store/demo-cast.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { flowsDir } from '../flow/shipped.ts'
import { type AnyStore, anyStore } from './any-store.ts'
import { type Browsing, browseIn, type Look } from './browsing.ts'
import { chromiumMissing, openChromium } from './chromium.ts'
import { freePort } from './free-port.ts'
import { openPathProxy, type PathProxy } from './path-proxy.ts'

export interface RealLook extends Look {
  /** Where to, if not straight to the server. */
  url?: string
}

export interface RealPages {
  running(): Running
  /** Opens a page; the test fails when its policy was broken or a script threw. */
  open(path: string, look?: RealLook): Promise<Page>
  /** The desk of an agent of the demo, signed in. */
  desk(name: string, look?: RealLook): Promise<Page>
  picture(page: Page, name: string): Promise<void>
  /** Stops the server, and starts it again on the same store, on another port. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Where the pages are, and whose calls. */
export interface Place {
  /** All of the demo; else Rheinnetz alone, which starts sooner. */
  allBrands?: boolean
  /** Instead of Rheinnetz alone. */
  brands?: readonly string[]
  /** Behind a proxy that serves them below this path, as `/hotline`; else straight at the server. */
  below?: string
}

/** Runs `body` in Debian's Chromium; a visible skip with its reason where there is none, unless REQUIRE_REAL=1. */
export function describeRealPages(
  name: string,
  body: (pages: () => RealPages) => void,
  { below, allBrands, brands = ['rheinnetz'] }: Place = {},
): void {
  const missing = chromiumMissing()
  if (missing !== null && process.env.REQUIRE_REAL !== '1') {
    describe(name, () => {
      it.skip(`skipped: ${missing}`, () => {})
    })
    return
  }
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'rufpass-browser-'))
    const FLOWS_DIR = allBrands ? flowsDir : flowsOf(...brands)
    const keys = freshKeys()
    let store: AnyStore | null = null
    let running: Running | null = null
    let browser: Browser | null = null
    let proxy: PathProxy | null = null
    let browsing: Browsing | null = null

    async function start(): Promise<void> {
      store ??= await anyStore(null, join(folder, 'db'))
      const config = { ...readConfig({ ...keys, DATABASE_URL: store.url, DEMO: 'on', FLOWS_DIR }), port: 0 }
      if (below !== undefined) {
        proxy ??= await openPathProxy(below)
        Object.assign(config, { publicBaseUrl: proxy.url, port: await freePort() })
        proxy.leadTo(config.port)
      }
      const log = createLog({ level: 'error', to: process.stderr })
      // What is shipped was proved elsewhere, and costs seconds each time.
      running = await serve(config, { log, noticeMs: 0, unproved: true })
    }
    beforeAll(async () => {
      await start()
      browser = await openChromium()
      browsing = browseIn(browser, { timezoneId: 'Europe/Berlin' })
    })
    afterEach(async () => {
      expect([await browsing?.endTest(), proxy?.beside() ?? []]).toEqual([[], []])
    })
    afterAll(async () => {
      await browser?.close()
      await running?.stop()
      await proxy?.close()
      await store?.drop()
      rmSync(folder, { recursive: true, force: true })
    })

    async function open(path: string, { url, ...look }: RealLook = {}): Promise<Page> {
      if (!running || !browsing) throw new Error('The server is there in tests, not while tests are being described.')
      return browsing.open((url ?? running.baseUrl) + path, look)
    }

    const pages: RealPages = {
      running() {
        if (!running) throw new Error('The server is there in tests, not while tests are being described.')
        return running
      },
      open,
      async desk(name, look) {
        const page = await open('/desk', look)
        await page.getByLabel('Name').fill(name)
        await page.getByLabel('Password').fill(demoAgents().find((agent) => agent.name === name)?.password ?? '')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page.getByRole('heading', { name: 'Callers waiting' }).waitFor()
        return page
      },
      async picture(page, name) {
        const pictures = process.env.PICTURES
        if (pictures === undefined) return
        mkdirSync(pictures, { recursive: true })
        await page.screenshot({ path: join(pictures, `${name}.png`) })
      },
      async stop() {
        await running?.stop()
      },
      start,
    }
    body(() => pages)
  })
}

/** Presses a key of the desk when nothing is under way there any more: what is pressed before that does nothing. */
export async function pressOnDesk(desk: Page, key: string): Promise<void> {
  await desk.locator('button[aria-disabled=true]').first().waitFor({ state: 'detached' })
  await desk.keyboard.press(key)
}
