/** The window of the desk in which an agent types the call code that a caller tells, in a real browser. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { pageAssignment, pageContext, pageDesk } from '../support/page-desk.ts'
import { describePages, fitsItsWidth } from '../support/pages.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const CODE = '5836 1957 2840 3912'
const unproved = pageContext({
  assurance: { level: 1, method: null, at: null },
  outcome: 'no_pin',
  account: null,
  may: ['general_advice'],
})
const ACTIONS = ['hold', 'check', 'transfer', 'finish'] as const

describePages('a call code', (pages) => {
  const show = (context: typeof unproved, canType: boolean) =>
    pages().server.show(
      'desk',
      pageDesk({ assignment: pageAssignment({ context, actions: canType ? ['code', ...ACTIONS] : [...ACTIONS] }) }),
    )

  async function looks(desk: Page, name: string): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await desk.emulateMedia({ colorScheme })
      for (const width of [390, 1400]) {
        await desk.setViewportSize({ width, height: 900 })
        expect(await fitsItsWidth(desk)).toBe(true)
        const folder = process.env.PICTURES
        if (folder === undefined) continue
        mkdirSync(folder, { recursive: true })
        await desk.screenshot({ path: join(folder, `callcode-${name}-${colorScheme}-${width}.png`) })
      }
      expect(await accessibilityFindings(desk)).toEqual([])
    }
  }

  it('is typed there: no says no more and empties the field, a slip stays to be mended, yes closes the window', async () => {
    const { server } = pages()
    show(unproved, true)
    const desk = await pages().open('/desk')
    await desk.getByRole('button', { name: 'Call code' }).click()
    const field = desk.getByLabel('Call code', { exact: true })
    const type = async (code: string, answer: Parameters<typeof server.answer>[1]): Promise<void> => {
      await desk.locator('button[type=submit][aria-disabled=true]').waitFor({ state: 'detached' })
      server.answer('/code', answer)
      await field.fill(code)
      await field.press('Enter')
    }

    await type('5836 1957 2840 3913', { status: 400, code: 'code_form' })
    await desk.locator('dialog').getByText('One digit looks wrong. A call code has 16 digits.').waitFor()
    expect(await field.inputValue()).toBe('5836 1957 2840 3913')
    await looks(desk, 'slip')

    await type(CODE, { status: 200, body: { right: false } })
    await desk.getByText('Not confirmed. A new code may help.').waitFor()
    expect(await field.inputValue()).toBe('')
    expect(await desk.content()).not.toContain(CODE)

    // With the last entry of the call it still says what came of it.
    show(unproved, false)
    await desk.getByText('No more entries in this call.').waitFor()
    expect(await field.isDisabled()).toBe(true)
    await looks(desk, 'last')

    show(unproved, true)
    await desk.locator('#call-code:not([disabled])').waitFor()
    await type(CODE, { status: 200, body: { right: true } })
    await field.waitFor({ state: 'detached' })
    show(
      pageContext({ assurance: { ...pageContext().assurance, method: 'call_code' }, flags: ['other_account'] }),
      false,
    )
    await desk.getByText(/^by call code at/).waitFor()
    await desk.getByText('The code is of another customer than the number before').waitFor()
    expect(await desk.getByRole('button', { name: 'Call code' }).count()).toBe(0)
    await looks(desk, 'yes')
    expect(desk.url()).not.toMatch(/[0-9]{4} ?[0-9]{4} /)
    expect(server.posted.map(({ path, body }) => [path, body])).toEqual(
      ['5836 1957 2840 3913', CODE, CODE].map((code) => ['/desk/api/assignments/as-1/code', { code }]),
    )
  })
})

const JANA = { brand: 'fuldanetz', customerNumber: '305719467' }

describeRealPages(
  'a call code that a caller tells',
  (pages) => {
    it('proves the running call: the desk shows who it is, and what the agent may do then', async () => {
      const phone = await pages().open('/phone')
      const anna = await pages().desk('anna')
      await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Fuldanetz +493023125400' })
      await phone.getByRole('button', { name: 'Call', exact: true }).click()
      for (const [step, keys] of [
        ['topic', '1'],
        ['number', '0#'],
      ] as const) {
        await phone.locator(`.here[data-step=${step}]`).waitFor()
        for (const one of keys) await phone.keyboard.press(one)
      }
      await anna.getByText('1 in total · 1 yours').waitFor()
      await pressOnDesk(anna, 'n')
      await phone.getByRole('button', { name: 'Answer' }).click()
      await anna.getByRole('button', { name: 'Call code' }).waitFor()
      expect(await anna.getByText('Jana Wolter').count()).toBe(0)
      const { callCodes } = pages().running().deps
      const made = await callCodes.make(JANA, { actor: 'cli', reason: 'a caller who cannot key' })
      if (made === null || 'refused' in made) throw new Error('There is no code.')
      const code = made.code.reveal()
      const other = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10)

      await pressOnDesk(anna, 'c')
      const field = anna.getByLabel('Call code', { exact: true })
      await field.fill(other)
      await field.press('Enter')
      await anna.locator('dialog').getByText('One digit looks wrong. A call code has 16 digits.').waitFor()
      await field.fill(code)
      await field.press('Enter')
      await field.waitFor({ state: 'detached' })
      await anna.getByText('Jana Wolter').first().waitFor()
      await anna.getByText(/^by call code at/).waitFor()
      await anna.getByText('Change the address').waitFor()
      expect(await anna.getByRole('button', { name: 'Call code' }).count()).toBe(0)
      expect(await anna.content()).not.toContain(code)
    })
  },
  { brands: ['rheinnetz', 'fuldanetz'] },
)
