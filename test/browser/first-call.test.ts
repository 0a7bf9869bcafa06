/** The first call of README.md, on the page with a telephone and a desk; its picture stands there. */
import { it } from '@jest/globals'
import { describeRealPages } from '../support/real-pages.ts'

describeRealPages('the first call', (pages) => {
  it('comes to the desk beside the telephone, and is taken there', async () => {
    const page = await pages().open('/', { width: 1440, height: 860 })
    const [phone, desk] = [page.frameLocator('.side-phone'), page.frameLocator('.side-desk')]
    await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Rheinnetz +492214710100' })
    await phone.getByRole('button', { name: 'Call', exact: true }).click()
    // Keys count from the moment at which the prompt is heard, and interrupt it.
    for (const [prompt, keys] of [
      ['Rechnung: die Eins', '1'],
      ['Ihre Kundennummer', '407182632#'],
      ['Jetzt Ihre Telefon-PIN', '4826'],
    ] as const) {
      await phone.getByText(prompt).first().waitFor()
      for (const key of keys) await page.keyboard.press(key)
    }
    await desk.getByLabel('Name').fill('anna')
    await desk.getByLabel('Password').fill('anna-demo-desk')
    await desk.getByRole('button', { name: 'Sign in' }).click()
    await desk.getByRole('heading', { name: 'Callers waiting' }).waitFor()
    await page.keyboard.press('a')
    await desk.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
    await phone.getByRole('button', { name: 'Answer' }).click()
    await desk.getByRole('button', { name: 'Hold' }).waitFor()
    await desk.getByText('Hanna Reuter').first().waitFor()
    await phone
      .getByRole('button', { name: /\+493023125999/ })
      .first()
      .click()
    await phone.getByText('Wir verbinden Sie').first().waitFor()
    await pages().picture(page, 'first-call')
  }, 240_000)
})
