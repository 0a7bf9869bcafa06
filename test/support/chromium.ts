/** Debian's Chromium for tests of pages, and what accessibility rules say of a page. */
import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserServer, chromium, type Page } from 'playwright-core'
import { askFor } from './run-servers.ts'

const PATH = '/usr/bin/chromium'
/** No sandbox, because containers run tests as root; and no talk with the network, which tests have none of. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Why there is no browser, or null when there is one. */
export function chromiumMissing(): string | null {
  return existsSync(PATH) ? null : `no browser at ${PATH}; apt-get install chromium`
}

/** The browser of the whole run. What a test opens in it is its own, and `close` ends that and not the browser. */
export async function openChromium(): Promise<Browser> {
  return chromium.connect(await askFor('chromium'))
}

/** For the run alone. Rejects where there is no browser. */
export async function startChromium(): Promise<BrowserServer> {
  const missing = chromiumMissing()
  if (missing !== null) throw new Error(`The real browser is required here, but there is ${missing}`)
  return chromium.launchServer({ executablePath: PATH, args: FLAGS })
}

/** What axe-core finds wrong, each as its rule and the element. Evaluated from outside, so the page's policy stays strict. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source)
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`)
}
