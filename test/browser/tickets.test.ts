/** Tickets from every channel in a real browser: read in order, merged, taken apart and reopened by keyboard; and the name ticked. */
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { fitsItsWidth } from '../support/pages.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const HANNA = { number: '407182632', pin: '4826' }
const texts = { mail: 'Die Rechnung ist doppelt so hoch wie sonst.', shop: 'Fragt noch einmal nach der Rechnung.' }

describeRealPages('tickets', (pages) => {
  async function looks(desk: Page, name: string): Promise<void> {
    for (const [language, colorScheme] of [
      ['Deutsch', 'dark'],
      ['Türkçe', 'light'],
      ['English', 'light'],
    ] as const) {
      await desk.getByRole('button', { name: language }).click()
      await desk.emulateMedia({ colorScheme })
      for (const width of [390, 1400]) {
        await desk.setViewportSize({ width, height: width === 390 ? 2200 : 1200 })
        expect(await fitsItsWidth(desk)).toBe(true)
        await pages().picture(desk, `tickets-${name}-${language.slice(0, 2).toLowerCase()}-${width}`)
      }
      expect(await accessibilityFindings(desk)).toEqual([])
    }
  }

  it('are merged, taken apart and reopened by the keyboard alone, and the name is ticked', async () => {
    const { reports } = pages().running().deps
    const report = (topic: string, channel: keyof typeof texts, hours: number) =>
      reports.report(
        {
          ...{ brand: 'rheinnetz', customerNumber: HANNA.number, topic, id: null, number: null },
          ...{ at: new Date(Date.now() - hours * 3_600_000), channel, text: texts[channel] },
        },
        { actor: 'crm', received: new Date(), newNumber: () => String(7_000_000_000 + hours) },
      )
    await report('bill', 'shop', 2)
    await report('bill', 'mail', 30)
    await report('outage', 'mail', 50)
    const [bill, outage] = ['7000000002', '7000000050']

    const phone = await pages().open('/phone')
    const anna = await pages().desk('anna')
    await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Rheinnetz +492214710100' })
    await phone.getByRole('button', { name: 'Call', exact: true }).click()
    for (const [step, keys] of [
      ['topic', '1'],
      ['number', `${HANNA.number}#`],
      ['pin', HANNA.pin],
    ] as const) {
      await phone.locator(`.here[data-step=${step}]`).waitFor()
      for (const one of keys) await phone.keyboard.press(one)
    }
    await anna.getByText('Bill', { exact: true }).first().waitFor()
    await pressOnDesk(anna, 'n')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await anna.getByRole('button', { name: 'Hold' }).waitFor()
    const of = (number: string) =>
      anna.locator('.tickets > li').filter({ has: anna.getByText(number, { exact: true }) })
    // The first report first, whichever came first.
    await expect(of(bill).locator('.ticket-note').allInnerTexts()).resolves.toEqual([
      expect.stringContaining(texts.mail),
      expect.stringContaining(texts.shop),
    ])
    await looks(anna, 'two')

    const name = anna.getByRole('checkbox', { name: 'Name matches' })
    await name.focus()
    await anna.keyboard.press('Space')
    await anna.getByText(/^confirmed by Anna/).waitFor()
    expect(await name.isChecked()).toBe(true)

    await anna.getByRole('button', { name: `Merge ticket ${outage} into another` }).focus()
    await anna.keyboard.press('Enter')
    const into = anna.locator('select:focus').and(anna.getByRole('combobox', { name: 'Merge into' }))
    await into.waitFor()
    await anna.keyboard.press('Escape')
    await into.waitFor({ state: 'detached' })
    await anna.keyboard.press('Enter')
    await into.waitFor()
    await looks(anna, 'merging')
    await anna.getByRole('combobox', { name: 'Merge into' }).focus()
    await anna.keyboard.press('Tab')
    await anna.keyboard.press('Enter')
    await of(bill).getByText(`Merged with ${outage} (Outage)`).waitFor()
    await expect(anna.locator('.tickets > li').count()).resolves.toBe(1)
    await looks(anna, 'merged')

    await anna.getByRole('button', { name: `Undo the merge of ticket ${outage}` }).press('Enter')
    await of(outage).waitFor()
    await anna.getByRole('button', { name: `Close ticket ${outage}` }).press('Enter')
    await anna.getByRole('button', { name: `Reopen ticket ${outage}` }).press('Enter')
    await anna.getByRole('button', { name: `Undo reopening of ticket ${outage}` }).waitFor()
    await looks(anna, 'reopened')
    await anna.getByRole('button', { name: `Undo reopening of ticket ${outage}` }).press('Enter')
    await of(outage).getByText('closed').waitFor()
  })
})
