/**
 * The whole way in a real browser against the real server: phone in, wait, take, talk, hold, check the PIN, pass on, hang
 * up, wrap up.
 */
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { fitsItsWidth } from '../support/pages.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const HANNA = { number: '407182632', pin: '4826' }

describeRealPages('the whole way', (pages) => {
  const picture = (page: Page, name: string) => pages().picture(page, name)

  /** Phones Rheinnetz from the page; keys go to the phone that is shown. */
  async function phoneIn(page: Page): Promise<void> {
    await page.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Rheinnetz +492214710100' })
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await page.locator('.here[data-step=topic]').waitFor()
  }

  /** Keys count from the moment at which the prompt is heard, and interrupt it. */
  async function key(page: Page, prompt: string, times: number, keys: string): Promise<void> {
    await page
      .getByText(prompt)
      .nth(times - 1)
      .waitFor()
    for (const one of keys) await page.keyboard.press(one)
  }

  const theCaller = (phone: Page) => phone.getByRole('button', { name: /\+493023125999/ }).first()
  const answer = (phone: Page) => phone.getByRole('button', { name: 'Answer' }).click()
  const heading = (desk: Page, name: string) => desk.getByRole('heading', { name }).waitFor()

  /** The same desk as others see it: on a small screen, in the dark. */
  async function otherLooks(desk: Page, name: string): Promise<void> {
    await desk.setViewportSize({ width: 380, height: 1180 })
    expect(await fitsItsWidth(desk)).toBe(true)
    await picture(desk, `${name}-narrow`)
    await desk.setViewportSize({ width: 1280, height: 900 })
    await desk.emulateMedia({ colorScheme: 'dark' })
    expect(await accessibilityFindings(desk)).toEqual([])
    await picture(desk, `${name}-dark`)
    await desk.emulateMedia({ colorScheme: 'light' })
  }

  it('of a caller who is verified, held, checked again, passed on, and written down', async () => {
    const phone = await pages().open('/phone')
    const anna = await pages().desk('anna')
    const sam = await pages().desk('sam')
    await phoneIn(phone)
    await phone.getByText('Mit uns sprechen: die Null').waitFor()
    await picture(phone, '1-phone-menu')
    await key(phone, 'Rechnung: Bitte drücken Sie die Eins', 1, '1')
    await key(phone, 'Bitte tippen Sie Ihre Kundennummer ein', 1, `${HANNA.number}#`)
    const entered = performance.now()
    await key(phone, 'Jetzt tippen Sie bitte Ihre Telefon-PIN ein', 1, HANNA.pin)
    await anna.getByText('Bill', { exact: true }).first().waitFor()
    const shown = performance.now() - entered
    await picture(anna, '2-desk-waiting')

    const asked = performance.now()
    await pressOnDesk(anna, 'n')
    await heading(anna, 'Your phone is ringing')
    await anna.getByText('Hanna Reuter').first().waitFor()
    await picture(anna, '3-desk-offer')
    await answer(phone)
    await anna.getByRole('button', { name: 'Hold' }).waitFor()
    const connected = performance.now() - asked
    await picture(anna, '4-desk-talk')
    expect(await accessibilityFindings(anna)).toEqual([])
    await otherLooks(anna, '4-desk-talk')

    await pressOnDesk(anna, 'h')
    await heading(anna, 'Caller is on hold')
    await pressOnDesk(anna, 'h')
    await pressOnDesk(anna, 'p')
    await heading(anna, 'PIN check is running')
    await picture(anna, '5-desk-check')
    await theCaller(phone).click()
    await phone.getByText('Niemand hört mit').waitFor()
    await phone.emulateMedia({ colorScheme: 'dark' })
    await picture(phone, '5-phone-check')
    await phone.emulateMedia({ colorScheme: 'light' })
    await key(phone, 'Bitte tippen Sie Ihre Kundennummer ein', 2, `${HANNA.number}#`)
    await key(phone, 'Jetzt tippen Sie bitte Ihre Telefon-PIN ein', 2, HANNA.pin)
    await anna.getByRole('button', { name: 'Hold' }).waitFor()

    await pressOnDesk(sam, 'a')
    await sam.getByText('You are available').waitFor()
    await pressOnDesk(anna, 't')
    await anna.getByRole('dialog').getByRole('button', { name: 'Outage' }).click()
    await heading(anna, 'Wrap-up')
    await anna.getByLabel('Note').fill('Bill explained; the line drops in the evening.')
    await picture(anna, '6-desk-wrap-up')
    await anna.getByRole('button', { name: 'Save' }).click()
    await heading(anna, 'No call')

    await heading(sam, 'Your phone is ringing')
    await answer(phone)
    await sam.getByRole('button', { name: 'Hold' }).waitFor()
    await theCaller(phone).click()
    await phone.getByRole('button', { name: 'Hang up' }).click()
    await heading(sam, 'Wrap-up')
    process.stdout.write(
      `  last key to the desk ${Math.round(shown)} ms, take to connected ${Math.round(connected)} ms (a hand between)\n`,
    )
  })
})
