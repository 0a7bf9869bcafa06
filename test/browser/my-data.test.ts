/** "Meine Daten" as customers use it: choosing, being shown a new PIN this once and keying it, switching off, looking at who was here. */
import { json } from 'node:stream/consumers'
import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { eventually, fitsItsWidth } from '../support/pages.ts'
import { describeRealPages, type RealLook } from '../support/real-pages.ts'

const HANNA = { brand: 'rheinnetz', customerNumber: '407182632' }
const MAX = { customerNumber: '53173052', pin: '7951' }

describeRealPages(
  'the page for customers',
  (pages) => {
    async function openAs(name: string, look?: RealLook): Promise<Page> {
      const page = await pages().open('/my-data', look)
      await enterAs(page, name)
      return page
    }
    async function enterAs(page: Page, name: string): Promise<void> {
      await page
        .getByRole('button', { name: new RegExp(`^${name}`) })
        .first()
        .click()
      await page.getByRole('heading', { name }).waitFor()
      await page.locator('.own').first().waitFor()
    }
    /** With a clock of the test. It is one for all pages of a context, so this is never the page that the tests of a file share. */
    async function openWithClock(): Promise<Page> {
      await pages().open('/my-data')
      const page = await pages().open('/my-data')
      await page.clock.install()
      await page.reload()
      return page
    }
    const newPin = async (page: Page): Promise<string> => {
      await page.getByRole('button', { name: 'Get a random phone PIN' }).click()
      await page.getByRole('button', { name: 'Show it now' }).click()
      return page.locator('dialog .secret').innerText()
    }
    /** What the page and the browser keep, where others might read it. */
    const kept = (page: Page): Promise<string> =>
      page.evaluate('JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }, document.cookie])')

    it('says why a PIN is not taken and what would be, and takes that', async () => {
      const page = await openAs('Hanna Reuter')
      const field = page.getByLabel('Digits', { exact: true })
      expect(await field.getAttribute('type')).toBe('text')
      expect(await field.getAttribute('autocomplete')).toBe('off')
      await field.fill('12a34')
      expect(await field.inputValue()).toBe('1234')
      await page.getByRole('button', { name: 'Set it' }).click()
      await page.getByText(/^Das ist eine Zahlenreihe/).waitFor()
      const take = page.getByRole('button', { name: /^Take [0-9]{4}$/ })
      const suggestion = (await take.innerText()).slice('Take '.length)
      await take.click()
      expect(await field.inputValue()).toBe(suggestion)
      await page.getByRole('button', { name: 'Set it' }).click()
      await page.getByText('It works from now on').waitFor()
      expect(await field.inputValue()).toBe('')
      expect(await page.content()).not.toContain(suggestion)
    })

    it('shows a new PIN this once, which is right by phone and listed then; nothing of it is kept', async () => {
      const page = await openAs('Hanna Reuter')
      const pin = await newPin(page)
      expect(pin).toMatch(/^[0-9]{4}$/)
      expect(await kept(page)).not.toContain(pin)
      expect(await kept(page)).toMatch(/\/my-data",\{\},\{\},""\]$/)
      await page.keyboard.press('Escape')
      await page.locator('dialog').waitFor({ state: 'detached' })
      expect(await page.content()).not.toContain(pin)
      await eventually(() => page.evaluate('document.activeElement.innerText'), 'Get a random phone PIN')

      const phone = await pages().open('/phone')
      const hanna = phone.locator('.customers').getByRole('button', { name: 'Hanna Reuter' }).first()
      await hanna.click()
      const key = (digit: string) =>
        phone.locator('.dial-pad').getByRole('button', { name: digit, exact: true }).click()
      await key('1')
      await phone.getByText('The number is asked for').waitFor()
      await hanna.click()
      await phone.getByText('The PIN is asked for').waitFor()
      for (const digit of pin) await key(digit)
      const results = async () => (await pages().running().deps.portal.logIns(HANNA))?.map(({ result }) => result)
      await eventually(results, ['right'])
      await page.reload()
      await enterAs(page, 'Hanna Reuter')
      await page.getByText('Phone PIN: matched').waitFor()
      expect(await page.content()).not.toContain(pin)
    })

    it('drops a new PIN when its time is over, and when the page is left', async () => {
      const page = await openWithClock()
      await enterAs(page, 'Hanna Reuter')
      const first = await newPin(page)
      await page.clock.fastForward('02:01')
      await page.locator('dialog').waitFor({ state: 'detached' })
      const second = await newPin(page)
      await page.evaluate("dispatchEvent(new Event('pagehide'))")
      await page.locator('dialog').waitFor({ state: 'detached' })
      for (const pin of [first, second]) expect(await page.content()).not.toContain(pin)
    })

    it('takes back what was set by phone, and shows once what takes its place', async () => {
      const set = '8305'
      const phone = await pages().open('/phone')
      await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Alpenfunk +498999998300' })
      await phone.getByRole('button', { name: 'Call', exact: true }).click()
      for (const [prompt, keys] of [
        ['Kundenkennzahl ändern: die Drei', '3'],
        ['Sonst tippe deine', `${MAX.customerNumber}#`],
        ['Jetzt tippe deine Kundenkennzahl', `${MAX.pin}#`],
        ['Jetzt tippe bitte deine neue', set],
        ['neue Kundenkennzahl noch einmal', set],
      ] as const) {
        await phone.getByText(prompt).last().waitFor()
        for (const one of keys) await phone.keyboard.press(one)
      }
      await phone.getByText('Bis bald').waitFor()
      const page = await openAs('Max Gruber')
      await page.getByText(/^Until .* we make no risky changes by phone/).waitFor()
      await page.getByText('Something new was set by phone.').waitFor()
      await page.getByRole('button', { name: 'Take the change back' }).click()
      await page.locator('dialog').getByText('What was set by phone then no longer works.').waitFor()
      await page.locator('dialog').getByRole('button', { name: 'Show it now' }).click()
      const pin = await page.locator('dialog .secret').innerText()
      expect(pin).toMatch(/^[0-9]{4}$/)
      expect(pin).not.toBe(set)
      await page.locator('dialog').getByRole('button', { name: 'Close' }).click()
      expect(await page.content()).not.toContain(pin)
      await page.getByRole('button', { name: 'Take the change back' }).waitFor({ state: 'detached' })
    })

    it('shows the PIN in force where it may be looked up, this once and on purpose', async () => {
      const page = await pages().open('/my-data')
      const allowed = (body: string) => {
        const state = JSON.parse(body)
        return JSON.stringify({ ...state, allows: { ...state.allows, reveal: true } })
      }
      await page.route('**/portal/v1/state', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, body: allowed(await response.text()) })
      })
      const asked: string[] = []
      await page.route('**/portal/v1/reveal', (route) => {
        asked.push(route.request().method())
        return route.fulfill({ json: { pin: '4826' } })
      })
      await enterAs(page, 'Hanna Reuter')
      await page.getByRole('button', { name: 'Look up your phone PIN' }).click()
      await page.locator('dialog').getByText('write to you that they were looked at').waitFor()
      expect(asked).toEqual([])
      await page.locator('dialog').getByRole('button', { name: 'Show it now' }).click()
      await page.locator('dialog').getByText('4826').waitFor()
      await page.locator('dialog').getByText('These digits go on working.').waitFor()
      await page.locator('dialog').getByRole('button', { name: 'Close' }).click()
      expect(await page.content()).not.toContain('4826')
      expect(asked).toEqual(['POST'])
      // The next test has the same page.
      await page.unrouteAll({ behavior: 'wait' })
    })

    it('switches the PUK of one SIM off and on again', async () => {
      const page = await openAs('Max Gruber')
      const off = page.getByRole('button', { name: /^Switch the PUK off: SIM card/ })
      await page.getByText('The PUK counts by phone.').nth(1).waitFor()
      await off.first().click()
      await page.getByText('The PUK does not count by phone.').waitFor()
      expect(await off.count()).toBe(1)
      await page.getByRole('button', { name: /^Switch the PUK on: SIM card/ }).click()
      await page.getByText('The PUK does not count by phone.').waitFor({ state: 'detached' })
    })

    it('shows a code for a call with the time that it has left, as a number to dial too', async () => {
      const page = await openWithClock()
      await enterAs(page, 'Jana Wolter')
      await page.getByRole('button', { name: 'Show a code' }).click()
      const code = (await page.locator('.secret').innerText()).replaceAll(' ', '')
      expect(code).toMatch(/^[0-9]{16}$/)
      await page.getByText(/^[45]:[0-9]{2} left$/).waitFor()
      const dial = page.getByRole('link', { name: /^Call \+493023125400/ })
      expect(await dial.getAttribute('href')).toBe(`tel:+493023125400,,1,,,,${code}%23`)
      expect(await kept(page)).not.toContain(code)
      await page.clock.fastForward('05:01')
      await page.getByText('The code no longer works.').waitFor()
      expect(await page.content()).not.toContain(code)
    })

    it('gives the data as a file, and says why nothing is erased yet', async () => {
      const page = await openAs('Hanna Reuter')
      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download the data' }).click()
      const file = await (await downloading).createReadStream()
      expect(await json(file)).toMatchObject({ customerNumber: HANNA.customerNumber })
      await page.getByRole('button', { name: 'Ask for erasure' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Ask for erasure' }).click()
      await dialog.getByText(/^That cannot be done now/).waitFor()
    })

    it('asks for a new log-in when the one of before is too old', async () => {
      const page = await openAs('Hanna Reuter')
      const stale = { status: 401, contentType: 'application/problem+json', body: '{"code":"stale"}' }
      await page.route('**/portal/v1/**', (route) => route.fulfill(stale))
      await page.getByRole('button', { name: 'Download the data' }).click()
      await page.getByText('You logged in more than five minutes ago').waitFor()
      await page.unroute('**/portal/v1/**')
      await page.getByRole('button', { name: 'Log in as Hanna Reuter again' }).click()
      await page.locator('.own').first().waitFor()
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.getByRole('heading', { name: 'Who would you like to be?' }).waitFor()
      expect(await page.getByText('Log in as Hanna Reuter again').count()).toBe(0)
    })

    it('is without accessibility findings at both widths, light and dark', async () => {
      const found: string[] = []
      const page = await pages().open('/my-data')
      const look = async (name: string): Promise<void> => {
        for (const [width, colorScheme] of [
          [1400, 'light'],
          [380, 'dark'],
          [380, 'light'],
        ] as const) {
          await page.setViewportSize({ width, height: 900 })
          await page.emulateMedia({ colorScheme })
          const findings = [...(await accessibilityFindings(page)), ...((await fitsItsWidth(page)) ? [] : ['too wide'])]
          found.push(...findings.map((finding) => `${name}, ${width} pixels, ${colorScheme}: ${finding}`))
        }
      }
      await page.locator('.brands section').first().waitFor()
      await look('the log-in')
      await enterAs(page, 'Max Gruber')
      await page.getByLabel('Digits', { exact: true }).fill('1111')
      await page.getByRole('button', { name: 'Set it' }).click()
      await page.getByRole('button', { name: /^Take/ }).waitFor()
      await look('a PIN that is not taken')
      await page.getByRole('button', { name: /^Get a random/ }).click()
      await page.getByRole('button', { name: 'Show it now' }).click()
      await page.locator('dialog .secret').waitFor()
      await look('a new PIN')
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Log out' }).click()
      await enterAs(page, 'Jana Wolter')
      await page.getByRole('button', { name: 'Show a code' }).click()
      await page.locator('.secret').waitFor()
      await look('a code for a call')
      expect(found).toEqual([])
    })
  },
  { brands: ['rheinnetz', 'alpenfunk', 'fuldanetz'] },
)
