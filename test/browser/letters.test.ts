/** A letter with a new PIN, ordered at the desk by keyboard: the agent reads what to say, and, who sees the account, when the next is possible. */
import { expect, it } from '@jest/globals'
import { accessibilityFindings } from '../support/chromium.ts'
import { fitsItsWidth } from '../support/pages.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const NADJA = { number: '42169482', pin: '6482' }

describeRealPages(
  'letters',
  (pages) => {
    it('are ordered by the agent with one press, and rest then', async () => {
      const phone = await pages().open('/phone')
      const anna = await pages().desk('anna')
      await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Kassemobil +494066969202' })
      await phone.getByRole('button', { name: 'Call', exact: true }).click()
      for (const [step, keys] of [
        ['language', '2'],
        ['topic', '1'],
        ['number', `${NADJA.number}#`],
        ['pin', NADJA.pin],
      ] as const) {
        await phone.locator(`.here[data-step=${step}]`).waitFor()
        for (const one of keys) await phone.keyboard.press(one)
      }
      await anna.getByText('Tariff', { exact: true }).first().waitFor()
      await pressOnDesk(anna, 'n')
      await phone.getByRole('button', { name: 'Answer' }).click()
      const order = anna.getByRole('button', { name: 'New PIN by post' })
      await order.waitFor()
      await pages().picture(anna, 'letter-before-en')
      await order.focus()
      await anna.keyboard.press('Enter')
      await anna.getByText('If the number has a contract, a letter goes to the address in it.').waitFor()
      await anna.getByText(/^Letter with a new PIN ordered: .* Possible again: /).waitFor()
      await expect(order.count()).resolves.toBe(0)
      for (const [language, colorScheme, width] of [
        ['Deutsch', 'dark', 390],
        ['Türkçe', 'light', 1024],
        ['English', 'light', 1400],
      ] as const) {
        await anna.getByRole('button', { name: language }).click()
        await anna.emulateMedia({ colorScheme })
        await anna.setViewportSize({ width, height: width === 390 ? 2200 : 1200 })
        expect(await fitsItsWidth(anna)).toBe(true)
        await pages().picture(anna, `letter-${language.slice(0, 2).toLowerCase()}-${width}-${colorScheme}`)
        expect(await accessibilityFindings(anna)).toEqual([])
      }
    })
  },
  { allBrands: true },
)
