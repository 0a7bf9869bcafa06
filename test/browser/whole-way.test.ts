/**
 * The whole way in a real browser against the real server: phone in, wait, take, talk, hold, check the PIN, pass on, hang
 * up, wrap up. `PICTURES=folder` keeps a picture of each station for people to look at.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { readConfig } from '../../src/config.ts'
import { rulesOf, takenBy } from '../../src/hotlines.ts'
import { createLog } from '../../src/log.ts'
import { type Running, serve } from '../../src/serve.ts'
import { demoAgents, loadDemo, loadDemoAgents } from '../../src/store/demo.ts'
import { accessibilityFindings, chromiumMissing, startChromium } from '../support/chromium.ts'

const missing = chromiumMissing()
const isSkipped = missing !== null && process.env.REQUIRE_REAL !== '1'
const OPENING_MS = 120_000
const PATIENCE_MS = 20_000
const HANNA = { number: '407182632', pin: '4826' }

;(isSkipped ? describe.skip : describe)(`the whole way${isSkipped ? `, skipped: ${missing}` : ''}`, () => {
  let running: Running
  let browser: Browser
  const broken: string[] = []

  beforeAll(async () => {
    const config = { ...readConfig({ DATABASE_URL: 'memory:' }), port: 0 }
    running = await serve(config, { log: createLog({ level: 'error', to: process.stderr }), noticeMs: 0 })
    const { deps } = running
    await loadDemo(deps.database.db, deps.verifier, rulesOf(deps.hotlines))
    await loadDemoAgents(deps.agents, takenBy(deps.hotlines))
    browser = await startChromium()
  }, OPENING_MS)
  afterAll(async () => {
    await browser?.close()
    await running?.stop()
  }, OPENING_MS)

  async function open(path: string, { width = 1280, height = 900 } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('pageerror', (error) => broken.push(error.message))
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) broken.push(message.text())
    })
    await page.goto(running.baseUrl + path)
    return page
  }

  async function picture(page: Page, name: string): Promise<void> {
    const folder = process.env.PICTURES
    if (folder === undefined) return
    mkdirSync(folder, { recursive: true })
    await page.screenshot({ path: join(folder, `${name}.png`) })
  }

  /** The desk of an agent of the demo, signed in. */
  async function desk(name: string, look = {}): Promise<Page> {
    const page = await open('/desk', look)
    const agent = demoAgents().find((one) => one.name === name)
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill(agent?.password ?? '')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Callers waiting' }).waitFor()
    return page
  }

  /** Phones Rheinnetz from the page; keys go to the phone that is shown. */
  async function phoneIn(page: Page): Promise<void> {
    await page.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Rheinnetz +492214710100' })
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.locator('.here[data-step=topic]').waitFor()
  }

  const key = async (page: Page, keys: string): Promise<void> => {
    for (const one of keys) await page.keyboard.press(one === '#' ? '#' : one)
  }

  const isAt = (page: Page, step: string) => page.locator(`.here[data-step=${step}]`).waitFor()

  it('of a caller who is verified, held, checked again, passed on, and written down', async () => {
    const phone = await open('/phone')
    const anna = await desk('anna')
    const sam = await desk('sam')
    await phoneIn(phone)
    await picture(phone, '1-phone-greeting')
    await key(phone, '1')
    await isAt(phone, 'number')
    await key(phone, `${HANNA.number}#`)
    await isAt(phone, 'pin')
    const entered = performance.now()
    await key(phone, HANNA.pin)
    await anna.getByText('Bill', { exact: true }).first().waitFor()
    const shown = performance.now() - entered
    await picture(anna, '2-desk-waiting')

    const asked = performance.now()
    await anna.keyboard.press('n')
    await anna.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
    await anna.getByText('Hanna Reuter').first().waitFor()
    await picture(anna, '3-desk-offer')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await anna.getByRole('button', { name: 'Hold' }).waitFor()
    const connected = performance.now() - asked
    await picture(anna, '4-desk-talk')
    expect(await accessibilityFindings(anna)).toEqual([])

    await anna.keyboard.press('h')
    await anna.getByRole('heading', { name: 'Caller is on hold' }).waitFor()
    await anna.keyboard.press('h')
    await anna.getByRole('button', { name: 'Check PIN' }).waitFor()

    await anna.getByRole('button', { name: 'Check PIN' }).click()
    await picture(anna, '5-desk-check')
    await phone
      .getByRole('button', { name: /\+493023125999/ })
      .first()
      .click()
    // Keys count from the moment at which the prompt is heard.
    const heard = async (prompt: string, times: number): Promise<void> => {
      await phone
        .getByText(prompt)
        .nth(times - 1)
        .waitFor()
    }
    await heard('Niemand hört mit', 1)
    await picture(phone, '5-phone-check')
    await key(phone, `${HANNA.number}#`)
    await heard('Jetzt Ihre Telefon-PIN', 2)
    await key(phone, HANNA.pin)
    await anna.getByRole('button', { name: 'Hold' }).waitFor()

    await sam.keyboard.press('a')
    await anna.keyboard.press('t')
    const dialog = anna.getByRole('dialog')
    await dialog.getByRole('button', { name: /Fault|Outage/ }).click()
    await anna.getByRole('heading', { name: 'Wrap-up' }).waitFor()
    await anna.getByLabel('Note').fill('Bill explained; the line drops in the evening.')
    await picture(anna, '6-desk-wrap-up')
    await anna.getByRole('button', { name: 'Save' }).click()
    await anna.getByRole('heading', { name: 'No call' }).waitFor()

    await sam.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
    await picture(sam, '7-supervisor-offer')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await sam.getByRole('button', { name: 'Hold' }).waitFor()
    await phone
      .getByRole('button', { name: /\+493023125999/ })
      .first()
      .click()
    await phone.getByRole('button', { name: 'Hang up' }).click()
    await sam.getByRole('heading', { name: 'Wrap-up' }).waitFor()
    process.stdout.write(
      `  last key to the desk ${Math.round(shown)} ms, take to connected ${Math.round(connected)} ms (a hand between)\n`,
    )
    expect(broken).toEqual([])
  }, 120_000)
})
