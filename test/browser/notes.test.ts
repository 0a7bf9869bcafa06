/** Notes in a real browser against the real server: they are drafts at the server, travel with the caller, and are found again. */
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { fitsItsWidth } from '../support/pages.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const HANNA = { number: '407182632', pin: '4826' }

describeRealPages('notes', (pages) => {
  async function phoneIn(page: Page, ...entries: string[]): Promise<void> {
    await page.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Rheinnetz +492214710100' })
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    for (const [step, keys] of [
      ['topic', entries[0]],
      ['number', entries[1]],
      ['pin', entries[2]],
    ] as const) {
      if (keys === undefined) return
      await page.locator(`.here[data-step=${step}]`).waitFor()
      for (const one of keys) await page.keyboard.press(one)
    }
  }
  const answer = (phone: Page) => phone.getByRole('button', { name: 'Answer' }).click()
  const hangUp = async (phone: Page): Promise<void> => {
    await phone
      .getByRole('button', { name: /\+493023125999/ })
      .first()
      .click()
    await phone.getByRole('button', { name: 'Hang up' }).click()
  }
  const note = (desk: Page) => desk.getByLabel('Note', { exact: false }).and(desk.locator('textarea'))
  const saved = (desk: Page) => desk.getByText('Draft saved.').waitFor()

  async function looks(desk: Page, name: string): Promise<void> {
    for (const width of [1400, 1024, 390]) {
      await desk.setViewportSize({ width, height: 1000 })
      expect(await fitsItsWidth(desk)).toBe(true)
      await pages().picture(desk, `notes-${name}-${width}`)
    }
    await desk.setViewportSize({ width: 1400, height: 1000 })
    await desk.emulateMedia({ colorScheme: 'dark' })
    expect(await accessibilityFindings(desk)).toEqual([])
    await pages().picture(desk, `notes-${name}-dark`)
    await desk.emulateMedia({ colorScheme: 'light' })
    await desk.getByRole('button', { name: 'Deutsch' }).click()
    await desk.setViewportSize({ width: 390, height: 1400 })
    expect(await fitsItsWidth(desk)).toBe(true)
    await desk.setViewportSize({ width: 1400, height: 1000 })
    await pages().picture(desk, `notes-${name}-de`)
    await desk.getByRole('button', { name: 'English' }).click()
  }

  it('keeps one of a caller without an account for its author, and says where', async () => {
    const { notices } = pages().running().deps
    const texts = { de: 'Im Norden ist das Netz gestört.', en: 'There is a fault in the north.' }
    await notices.set({ brand: 'rheinnetz', topic: 'outage', texts, until: null }, 'sam', new Date())
    const phone = await pages().open('/phone')
    const anna = await pages().desk('anna')
    await anna.getByText('There is a fault in the north.').waitFor()
    await phoneIn(phone, '0')
    await anna.getByText('General', { exact: true }).first().waitFor()
    await pressOnDesk(anna, 'n')
    await answer(phone)
    await anna.getByRole('button', { name: 'Hold' }).waitFor()
    await note(anna).fill('Asks for the opening hours in the shop.')
    await saved(anna)
    await anna.reload()
    await expect(note(anna).inputValue()).resolves.toBe('Asks for the opening hours in the shop.')
    await anna.getByText('Only you and your supervisors find it').waitFor()
    await hangUp(phone)
    await anna.getByRole('heading', { name: 'Wrap-up' }).waitFor()
    await looks(anna, 'wrap-up-without-account')
    await anna.getByRole('button', { name: 'Save' }).click()
    await anna.getByText('Note with the call, seven days').waitFor()
    await anna.getByText('My notes without customer data').click()
    await anna.getByText('Asks for the opening hours in the shop.').nth(1).waitFor()
    await looks(anna, 'between')
  })

  it('lets a note travel with the caller, and be found by a search', async () => {
    const phone = await pages().open('/phone')
    const [anna, sam] = [await pages().desk('anna'), await pages().desk('sam')]
    await phoneIn(phone, '1', `${HANNA.number}#`, HANNA.pin)
    await anna.getByText('Bill', { exact: true }).first().waitFor()
    await pressOnDesk(anna, 'n')
    await answer(phone)
    await anna.getByRole('button', { name: 'Hold' }).waitFor()
    await note(anna).fill('The line drops in the evening.')
    await saved(anna)
    await anna.getByRole('button', { name: 'Open a ticket' }).click()
    await anna
      .getByRole('button', { name: /^Close ticket/ })
      .first()
      .waitFor()
    await looks(anna, 'talk')
    await pressOnDesk(sam, 'a')
    await sam.getByText('You are available').waitFor()
    await pressOnDesk(anna, 't')
    await anna.getByRole('dialog').getByRole('button', { name: 'Outage' }).click()
    await sam.getByText('The line drops in the evening.').first().waitFor()
    await answer(phone)
    await sam.getByRole('button', { name: 'Hold' }).waitFor()
    await looks(sam, 'passed-on')
    await anna.getByRole('button', { name: 'Save' }).click()
    await anna.getByText(/^Note on ticket [0-9]+:/).waitFor()
    await anna.getByLabel('Customer or ticket number').fill(HANNA.number)
    await anna.getByRole('button', { name: 'Search' }).click()
    await anna.locator('.found').getByText('Hanna Reuter').waitFor()
    await looks(anna, 'search')
  })
})
