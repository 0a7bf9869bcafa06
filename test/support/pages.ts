/** The loop over pages: serves them as the run's build has them, and opens them in a real browser. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { type Browsing, browseIn } from './browsing.ts'
import { chromiumMissing, openChromium } from './chromium.ts'
import { SEEN_MS } from './hanging.ts'
import { type PageServer, startPages } from './page-fixtures.ts'

export interface Pages {
  server: PageServer
  /** Opens a page; the test fails when its policy was broken or a script threw. */
  open(path: string, look?: { width?: number }): Promise<Page>
}

/** Runs `body` in Debian's Chromium; a visible skip with its reason where there is none, unless REQUIRE_REAL=1. */
export function describePages(name: string, body: (pages: () => Pages) => void): void {
  const missing = chromiumMissing()
  if (missing !== null && process.env.REQUIRE_REAL !== '1') {
    describe(name, () => {
      it.skip(`skipped: ${missing}`, () => {})
    })
    return
  }
  describe(name, () => {
    let browser: Browser | null = null
    let server: PageServer | null = null
    let browsing: Browsing | null = null
    beforeAll(async () => {
      server = await startPages('dist/pages')
      browser = await openChromium()
      browsing = browseIn(browser)
    })
    afterEach(async () => {
      const broken = await browsing?.endTest()
      server?.reset()
      expect(broken).toEqual([])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })
    body(() => {
      if (!server || !browsing) throw new Error('The pages are there in tests, not while tests are being described.')
      const [serving, { open }] = [server, browsing]
      return { server: serving, open: (path, look) => open(serving.url + path, look) }
    })
  })
}

/** Both widths, light and dark: colours are the same at every width. */
export const looks = [
  [1280, 'light'],
  [380, 'dark'],
] as const

/** Whether nothing must be scrolled sideways. */
export async function fitsItsWidth(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
}

/** Looks until what is seen is what is wanted; patient, because the machine may be busy. */
export async function eventually(look: () => Promise<unknown> | unknown, wanted: unknown): Promise<void> {
  for (const until = Date.now() + SEEN_MS; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20)))
    if (JSON.stringify(await look()) === JSON.stringify(wanted)) return
  expect(await look()).toEqual(wanted)
}
