/**
 * Pages of a test in the run's browser. The first page of each test is one for the whole file, emptied after every test, for
 * a new one, its context and its process are most of what a small page costs; other pages have contexts of their own, as other
 * people's have. What a test does to the page for good, as a script that begins with every document, ends when it closes the page.
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
  let kept: Page | null = null
  let isTaken = false

  /** All pages of this test as they are now. */
  async function shown(): Promise<string> {
    const own = await first
    const pages = [...(own ? [own] : []), ...others].flatMap((context) => context.pages())
    return (await Promise.all(pages.map(textOf))).join('\n')
  }

  async function next(): Promise<Page> {
    if (isTaken) {
      const other = await newContext()
      others.push(other)
      return listened(await other.newPage())
    }
    isTaken = true
    first ??= newContext()
    if (kept === null || kept.isClosed()) kept = listened(await (await first).newPage())
    return kept
  }

  function listened(page: Page): Page {
    page.setDefaultTimeout(SEEN_MS)
    page.on('pageerror', (error) => broken.push(error.message))
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text())
    })
    return page
  }

  return {
    async open(url, { width = 1280, height = 900, dark = false } = {}) {
      showing.add(shown)
      const page = await next()
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
      await page.goto(url)
      return page
    },
    async endTest() {
      showing.delete(shown)
      for (const other of others.splice(0)) await other.close()
      const context = await first
      isTaken = false
      const found = broken.splice(0)
      if (context) await emptied(context, kept)
      // What a page says that is left in the middle of its work is nobody's.
      broken.length = 0
      return found
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

async function emptied(context: BrowserContext, kept: Page | null): Promise<void> {
  for (const page of context.pages()) {
    // A page that is gone, or is none of ours, keeps nothing.
    await page.evaluate('localStorage.clear(); sessionStorage.clear()').catch(() => {})
    if (page === kept) await page.goto('about:blank')
    else await page.close()
  }
  await context.clearCookies()
  await context.clearPermissions()
}
