/**
 * Pages of a test in the run's browser. The first page of each test is in one context for the whole file, emptied after
 * every test, for a new context is most of what a small page costs; other pages have contexts of their own, as other people's have.
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { SEEN_MS } from './hanging.ts'
import { showing } from './shown.ts'

/** What every page is opened with. */
const ALL = { locale: 'en-GB', reducedMotion: 'reduce' } satisfies BrowserContextOptions

/** After this a page that failed a test is not asked any longer what it shows. */
const SILENT_MS = 10_000

export interface Look {
  width?: number
  height?: number
  dark?: boolean
}

export interface Browsing {
  /** Opens a page. */
  open(url: string, look?: Look): Promise<Page>
  /** After each test: closes its pages, forgets what they kept, and says what broke in them, a policy or a script. */
  endTest(): Promise<string[]>
}

/** @param options of the pages of this file besides, as a time zone. */
export function browseIn(browser: Browser, options: BrowserContextOptions = {}): Browsing {
  const broken: string[] = []
  const others: BrowserContext[] = []
  const newContext = () => browser.newContext({ ...ALL, ...options })
  let first: Promise<BrowserContext> | null = null
  let isTaken = false

  /** All pages of this test as they are now. */
  async function shown(): Promise<string> {
    const own = await first
    const pages = [...(own ? [own] : []), ...others].flatMap((context) => context.pages())
    return (await Promise.all(pages.map(textOf))).join('\n')
  }

  async function contextForNext(): Promise<BrowserContext> {
    if (!isTaken) {
      isTaken = true
      first ??= newContext()
      return first
    }
    const other = await newContext()
    others.push(other)
    return other
  }

  return {
    async open(url, { width = 1280, height = 900, dark = false } = {}) {
      showing.add(shown)
      const page = await (await contextForNext()).newPage()
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
      page.setDefaultTimeout(SEEN_MS)
      page.on('pageerror', (error) => broken.push(error.message))
      page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text())
      })
      await page.goto(url)
      return page
    },
    async endTest() {
      showing.delete(shown)
      for (const other of others.splice(0)) await other.close()
      const context = await first
      isTaken = false
      if (context) await emptied(context)
      return broken.splice(0)
    },
  }
}

/** Where a page is, and its visible text, those of its frames too. One that does not answer says so. */
async function textOf(page: Page): Promise<string> {
  const frames = page.frames().map(async (frame) => {
    const silent = new Promise<string>((resolve) =>
      setTimeout(resolve, SILENT_MS, '(the page does not answer)').unref(),
    )
    const text = frame.evaluate<string>('document.body.innerText').catch((error: Error) => `(${error.message})`)
    return `The page showed, at ${frame.url()}:\n${(await Promise.race([text, silent])).replace(/^/gm, '  | ')}`
  })
  return (await Promise.all(frames)).join('\n')
}

async function emptied(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    // A page that is gone, or is none of ours, keeps nothing.
    await page.evaluate('localStorage.clear()').catch(() => {})
    await page.close()
  }
  await context.clearCookies()
  await context.clearPermissions()
}
