/** A caller who cannot key tells the agent a call code, in a real browser: no, then yes, and the desk shows what that proves. */
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { fitsItsWidth } from '../support/pages.ts'
import { people } from '../support/people.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const { first: HEIKE, second: BASTIAN } = people.fuldanetz as NonNullable<typeof people.fuldanetz>
const NOBODYS = '5836 1957 2840 3912'

describeRealPages(
  'a call code',
  (pages) => {
    async function looks(desk: Page, name: string): Promise<void> {
      for (const colorScheme of ['dark', 'light'] as const) {
        await desk.emulateMedia({ colorScheme })
        for (const width of [390, 1400]) {
          await desk.setViewportSize({ width, height: 900 })
          expect(await fitsItsWidth(desk)).toBe(true)
          await pages().picture(desk, `call-code-${name}-${colorScheme}-${width}`)
        }
        expect(await accessibilityFindings(desk)).toEqual([])
      }
    }

    it('is typed by the agent: no says no more, yes shows the customer at once, and nothing typed stays on the page', async () => {
      const { callCodes } = pages().running().deps
      const codeOf = async ({ number: customerNumber }: { number: string }) => {
        const made = await callCodes.make(
          { brand: 'fuldanetz', customerNumber },
          { actor: 'api/app', reason: 'In the app' },
        )
        if (made === null || 'refused' in made) throw new Error('no code was made')
        return made.code.reveal()
      }
      const phone = await pages().open('/phone')
      const anna = await pages().desk('anna')
      await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Fuldanetz +493023125400' })
      await phone.getByRole('button', { name: 'Call', exact: true }).click()
      for (const [step, keys] of [
        ['topic', '2'],
        ['number', `${BASTIAN.number}#`],
      ] as const) {
        await phone.locator(`.here[data-step=${step}]`).waitFor()
        for (const one of keys) await phone.keyboard.press(one)
      }
      await anna.getByText('Outage', { exact: true }).first().waitFor()
      await pressOnDesk(anna, 'n')
      await phone.getByRole('button', { name: 'Answer' }).click()
      await anna.getByRole('button', { name: 'Hold' }).waitFor()

      await pressOnDesk(anna, 'c')
      const field = anna.getByLabel('Call code', { exact: true })
      await field.fill('5836 1957 2840 3913')
      await field.press('Enter')
      await anna.getByText('One digit looks wrong. A call code has 16 digits.').last().waitFor()
      await field.fill(NOBODYS)
      await looks(anna, 'typed')
      await field.press('Enter')
      await anna.getByText('Not confirmed. A new code may help.').waitFor()
      expect(await field.inputValue()).toBe('')
      await looks(anna, 'no')

      const code = await codeOf(HEIKE)
      await field.fill(code)
      await field.press('Enter')
      await anna.getByText(/^by call code at/).waitFor()
      await field.waitFor({ state: 'detached' })
      await anna.getByText('The code is of another customer than the number before').waitFor()
      expect(await anna.getByText(HEIKE.number).count()).toBeGreaterThan(0)
      expect(await anna.getByRole('button', { name: 'Call code' }).count()).toBe(0)
      expect(await anna.content()).not.toContain(code)
      expect(anna.url()).not.toContain(code)
      await looks(anna, 'yes')
    })
  },
  { allBrands: true },
)
