/** The first call of README.md, on the page with a telephone and a desk; its picture stands there. */
import { expect, it } from '@jest/globals'
import { describeRealPages } from '../support/real-pages.ts'

describeRealPages('the first call', (pages) => {
  it('comes to the desk beside the telephone, and is taken there', async () => {
    const page = await pages().open('/', { width: 1440, height: 860 })
    const [phone, desk] = [page.frameLocator('.side-phone'), page.frameLocator('.side-desk')]
    await desk.getByRole('button', { name: /^Anna/ }).click()
    await desk.getByRole('button', { name: 'Available' }).click()
    const hanna = phone.locator('.customers').getByRole('button', { name: 'Hanna Reuter' }).first()
    await hanna.click()
    await phone.locator('.dial-pad').getByRole('button', { name: '1', exact: true }).click()
    for (const asked of ['The number is asked for', 'The PIN is asked for']) {
      await phone.getByText(asked).waitFor()
      await hanna.click()
    }
    await desk.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
    // An agent who answers sooner than that cuts it short, and it is never heard.
    await phone.getByText('Wir verbinden Sie').first().waitFor()
    const owners = phone.locator('.phone-choice strong')
    const ringing = await owners.allTextContents()
    await phone.getByRole('button', { name: 'Answer' }).click()
    await desk.getByRole('button', { name: 'Hold' }).waitFor()
    await phone.getByRole('button', { name: 'Answer' }).waitFor({ state: 'detached' })
    // A row that moved while it was pressed was not chosen.
    expect(await owners.allTextContents()).toEqual(ringing)
    expect(ringing).toEqual(['Hanna Reuter', 'Anna'])
    await desk.getByText('Hanna Reuter').first().waitFor()
    await phone.locator('.phone-choice', { hasText: 'Hanna Reuter' }).click()
    await phone.getByText('Wir verbinden Sie').first().waitFor()
    await pages().picture(page, 'first-call')
  })
})
