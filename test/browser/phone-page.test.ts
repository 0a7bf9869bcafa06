import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { accessibilityFindings } from '../support/chromium.ts'
import { pageDesk, pageStates } from '../support/page-desk.ts'
import { agentPhone, pagePhone } from '../support/page-world.ts'
import { describePages, eventually, fitsItsWidth, looks } from '../support/pages.ts'

describePages('the telephone page', (pages) => {
  const show = (...phones: unknown[]) => pages().server.show('phones', { phones })
  const posted = () => pages().server.posted.map(({ path, body }) => [path.replace('/simulator/api/phones', ''), body])
  const dialling = () => pagePhone({ state: 'dialling', listening: null, step: null, asks: null, lines: [] })
  const openPhone = async (path = '/phone'): Promise<Page> => {
    const page = await pages().open(path)
    await page.getByRole('button', { name: 'Call', exact: true }).waitFor()
    return page
  }

  const states = {
    'no phone': { phones: [], seen: '.phone-side' },
    'a call that nobody has answered yet': { phones: [dialling()], seen: '.dial-pad [aria-disabled=true]' },
    'a caller at the hotline': { phones: [pagePhone()], seen: '.dial-pad' },
    "an agent's phone that rings": { phones: [pagePhone(), agentPhone('ringing')], seen: '.row-ringing' },
    'a room': { phones: [pagePhone({ state: 'in_room', listening: null }), agentPhone('in_room')], seen: '.say' },
    'an ended call': {
      phones: [pagePhone({ state: 'ended', listening: null, step: null })],
      seen: '.ended-phones summary',
    },
  }
  it('shows each state at both widths, light and dark, without accessibility findings', async () => {
    show()
    const page = await openPhone()
    await page.locator('[data-step=welcome]').waitFor({ state: 'attached' })
    const found: string[] = []
    for (const [name, { phones, seen }] of Object.entries(states)) {
      show(...phones)
      await page.locator(seen).first().waitFor()
      for (const [width, colorScheme] of looks) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        const findings = [...(await accessibilityFindings(page)), ...((await fitsItsWidth(page)) ? [] : ['too wide'])]
        found.push(...findings.map((finding) => `${name}, ${width} pixels, ${colorScheme}: ${finding}`))
      }
    }
    expect(found).toEqual([])
  })

  it('phones a hotline as a customer, as nobody known, and with the number withheld', async () => {
    show()
    const page = await openPhone()
    const call = async () => {
      const before = pages().server.posted.length
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await eventually(() => pages().server.posted.length, before + 1)
      await page.locator('button[aria-disabled=true]').waitFor({ state: 'detached' })
    }
    await call()
    await page.getByLabel('Who is calling').selectOption({ label: 'Hanna Reuter +492214710011' })
    await call()
    await page.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Sternmobil +494066969200' })
    await page.getByLabel('Who is calling').selectOption({ label: 'Number withheld' })
    await call()
    expect(posted()).toEqual([
      ['', { to: '+492214710100', from: '+493023125999' }],
      ['', { to: '+492214710100', from: '+492214710011' }],
      ['', { to: '+494066969200', from: null }],
    ])
  })

  it('takes keys from when the call is answered: before, they would be lost', async () => {
    show(dialling())
    const page = await openPhone()
    const one = page.locator('.dial-pad').getByRole('button', { name: '1', exact: true })
    await one.waitFor()
    expect(await one.getAttribute('aria-disabled')).toBe('true')
    await one.click({ force: true })
    await page.keyboard.press('2')
    show(pagePhone())
    // As a test clicks that does not look: not before it may.
    await one.click()
    await page.keyboard.press('3')
    await eventually(posted, [
      ['/ph-1/keys', { keys: '1' }],
      ['/ph-1/keys', { keys: '3' }],
    ])
  })

  it('shows who said what, keyed digits as dots, and where the call stands in the flow', async () => {
    show(pagePhone())
    const page = await openPhone()
    await page.locator('.here[data-step=pin]').waitFor()
    expect(await page.locator('.line-keyed').textContent()).toMatch(/•$/)
    expect(await page.locator('.line-said').last().getByText('Telefon-PIN').getAttribute('lang')).toBe('de')
    await page.getByText('Waiting for keys: 4 digits').waitFor()
    show(pagePhone({ step: 'queue_verified', state: 'waiting', listening: null }))
    await page.locator('.here[data-step=queue_verified]').waitFor()
    expect(await page.locator('.here').count()).toBe(1)
    show(pagePhone({ step: 'queue_verified', inCheck: true }))
    await page.getByText('The call is in the PIN check and comes back to queue_verified.').waitFor()
  })

  it('tells what happened in the language of the page', async () => {
    show(pagePhone())
    const page = await openPhone()
    await page.getByText('In the queue rheinnetz.bill.').waitFor()
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.getByText('In der Warteschlange rheinnetz.bill.').waitFor()
    await page.getByRole('button', { name: 'Türkçe' }).click()
    await page.getByText('Kuyrukta: rheinnetz.bill.').waitFor()
    expect(await page.title()).toBe('Rufpass – telefon')
    await page.reload()
    await page.getByText('Kuyrukta: rheinnetz.bill.').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.setViewportSize({ width: 380, height: 800 })
    expect(await fitsItsWidth(page)).toBe(true)
  })

  it('calls as a customer by a click, and keys the number and the PIN by the next ones, each once', async () => {
    show()
    const page = await openPhone()
    expect(await page.getByLabel('Hotline', { exact: true }).locator('option:checked').textContent()).toContain(
      'Rheinnetz',
    )
    expect(await page.locator('.customer-groups h3').allTextContents()).toEqual(['Verified with the PIN', 'No PIN'])
    expect(await page.locator('.flow').getAttribute('open')).toBe(null)
    await page.getByRole('button', { name: 'Tom Albers Sternmobil' }).click()
    await eventually(posted, [['', { to: '+494066969200', from: '+491713920001' }]])
    const hanna = page.locator('.customers').getByRole('button', { name: 'Hanna Reuter' })
    const said = (text: string) => ({ at: new Date().toISOString(), kind: 'said', text, language: 'de' })
    show(pagePhone({ step: 'topic', asks: null }))
    await page.getByText('When the number or the PIN is asked for').waitFor()
    expect(await page.locator('.flow').getAttribute('open')).toBe('')
    expect(await page.locator('.customers').getByText('Tom Albers').count()).toBe(0)
    await hanna.click({ force: true })
    show(pagePhone({ asks: { for: 'number', hash: true }, lines: [said('Nummer?')] }))
    await page.getByText('The number is asked for').waitFor()
    await hanna.click()
    await hanna.click()
    // The answer is there before it is heard: keys would be lost.
    const keyed = { at: new Date().toISOString(), kind: 'keyed', text: '•' }
    show(pagePhone({ asks: { for: 'secret', hash: false }, lines: [said('Nummer?'), keyed] }))
    await page.getByText('When the number or the PIN is asked for').waitFor()
    await hanna.click({ force: true })
    show(pagePhone({ asks: { for: 'secret', hash: false }, lines: [said('PIN?')] }))
    await page.getByText('The PIN is asked for').waitFor()
    const deniz = page.getByRole('button', { name: /Deniz Aksoy .*no PIN/ })
    expect(await deniz.getAttribute('aria-disabled')).toBe('true')
    await deniz.click({ force: true })
    await page.getByRole('button', { name: 'Key the PIN: 4826', exact: true }).click()
    await hanna.click()
    await page.keyboard.press('5')
    await eventually(
      () => posted().slice(1),
      [
        ['/ph-1/keys', { keys: '407182632#' }],
        ['/ph-1/keys', { keys: '4826' }],
        ['/ph-1/keys', { keys: '5' }],
      ],
    )
  })

  it('tells those without a PIN what to do when it is asked for', async () => {
    const asked = { asks: { for: 'secret', hash: false }, number: '+492214710014' }
    show(pagePhone({ ...asked, listening: null }))
    const page = await openPhone()
    await page.getByText('No PIN to hand: key nothing').waitFor()
    show(pagePhone({ ...asked, asks: { for: 'number', hash: true } }))
    await page.getByRole('button', { name: 'Key the number: 730519286#' }).waitFor()
    expect(await page.getByText('No PIN to hand').count()).toBe(0)
  })

  it('draws the flow in the language of the page, whichever it is', async () => {
    show(pagePhone())
    const page = await openPhone()
    await page.locator('.flow-frame').getByText('Many steps lead to these').waitFor()
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.locator('.flow-frame').getByText('Hierher führen viele Schritte').waitFor()
    await page.locator('.flow').getByText('eine Nummer genannt').waitFor()
  })

  it('has every key in view at 1400 pixels, and long names within their place', async () => {
    const long = 'Wilhelmine-Charlotte Freifrau von Hohenschwangau-Schwarzenberg-Untermünkheim'
    show(
      pagePhone({ number: `+49${'1'.repeat(13)}`, with: long }),
      agentPhone('ringing'),
      pagePhone({ id: 'x', brand: long }),
    )
    const page = await openPhone()
    for (const [width, height] of [
      [630, 840],
      [1400, 900],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const name of ['Answer', 'Hang up', '#']) {
        const box = await page.getByRole('button', { name, exact: true }).boundingBox()
        expect([name, (box?.y ?? height) + (box?.height ?? 0) <= height]).toEqual([name, true])
      }
      expect(await fitsItsWidth(page)).toBe(true)
    }
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await fitsItsWidth(page)).toBe(true)
  })

  it('says that nothing was taken over when nobody answers', async () => {
    show(pagePhone())
    const page = await openPhone()
    pages().server.fallSilent()
    await page.getByRole('button', { name: '5', exact: true }).click()
    await page.getByText('No connection. Nothing was taken over.').waitFor()
  })

  it('keys by mouse and keyboard, but not while somebody writes', async () => {
    show(pagePhone({ state: 'in_room' }))
    const page = await openPhone()
    await page.getByRole('button', { name: '5', exact: true }).click()
    await page.keyboard.press('#')
    await eventually(posted, [
      ['/ph-1/keys', { keys: '5' }],
      ['/ph-1/keys', { keys: '#' }],
    ])
    await page.getByLabel('Typed speech').fill('at ')
    await page.keyboard.type('12')
    await page.keyboard.press('Enter')
    await eventually(() => posted().slice(2), [['/ph-1/say', { text: 'at 12' }]])
  })

  it('sets a fault for the next step, hangs up, and forgets an ended call', async () => {
    show(pagePhone())
    const page = await openPhone()
    await page.getByLabel('Fault at the next step').selectOption('late')
    await page.getByRole('button', { name: 'Hang up' }).click()
    await eventually(posted, [
      ['/ph-1/fault', { fault: 'late' }],
      ['/ph-1/hang-up', {}],
    ])
    show(pagePhone({ state: 'ended' }), pagePhone({ id: 'ph-5', state: 'ended' }), agentPhone('in_room'))
    const ended = page.getByText('2 ended calls')
    expect(await page.getByRole('button', { name: 'Remove', exact: true }).first().isVisible()).toBe(false)
    await ended.click()
    await page.getByRole('button', { name: 'Remove', exact: true }).first().click()
    await eventually(() => posted().at(-1), ['/ph-5', null])
    await page.locator('.ended-phones').getByRole('button', { name: 'Call again' }).first().click()
    await eventually(() => posted().at(-1), ['', { to: '+492214710100', from: '+492214710011' }])
    await page.getByRole('button', { name: 'Remove all' }).click()
    await eventually(
      () => posted().slice(-2),
      [
        ['/ph-5', null],
        ['/ph-1', null],
      ],
    )
  })

  it("rings one agent's phone alone when the address names them, and answers it", async () => {
    show(pagePhone(), agentPhone('ringing'), { ...agentPhone('ringing'), id: 'ph-3', number: 'client:ben' })
    const page = await openPhone('/phone?client=anna')
    await eventually(() => page.locator('[aria-live=assertive]').textContent(), 'The phone of anna is ringing.')
    expect(await page.getByRole('button', { name: 'Answer' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Answer' }).click()
    await eventually(posted, [['/ph-2/answer', {}]])
    await page.getByLabel('Phone of agent').selectOption('ben')
    await page.getByRole('button', { name: 'Decline' }).click()
    await eventually(() => posted().at(-1), ['/ph-3/decline', {}])
  })

  it('speaks prompts in their language and never what was keyed', async () => {
    show(pagePhone())
    const page = await pages().open('/pages/nowhere')
    await page.addInitScript(VOICES)
    await page.goto(`${pages().server.url}/phone`)
    await page.getByLabel('Read aloud').check()
    const lines = (pagePhone().lines as object[]).slice(0, 2)
    const at = new Date(Date.now() + 1000).toISOString()
    const keyed = { at, kind: 'keyed', text: '4826', language: 'de' }
    const said = { at, kind: 'said', text: 'Please wait.', language: 'en' }
    show(pagePhone({ lines: [...lines, keyed, said] }))
    await eventually(() => page.evaluate('window.spoken'), ['en-GB: Please wait.'])
    const greeting = { at: new Date().toISOString(), kind: 'said', text: 'Good day.', language: 'en' }
    show(pagePhone({ lines: [...lines, keyed, said] }), pagePhone({ id: 'ph-9', number: null, lines: [greeting] }))
    await page.getByRole('button', { name: 'Number withheld' }).click()
    await eventually(() => page.evaluate('window.spoken'), ['en-GB: Please wait.', 'en-GB: Good day.'])
    await page.close()
  })

  it('leaves the reading switch off and closed where the browser has no voice', async () => {
    show(pagePhone())
    const page = await openPhone()
    expect(await page.getByLabel('Read aloud (no voice)').isDisabled()).toBe(true)
  })

  it('comes back after a lost connection', async () => {
    show(pagePhone())
    const page = await openPhone()
    pages().server.cut(true)
    await page.getByText('Connection lost').waitFor()
    show(pagePhone({ state: 'waiting' }))
    pages().server.cut(false)
    await page.locator('.handset').getByText('waiting', { exact: true }).waitFor()
    await page.getByText('Connection lost').waitFor({ state: 'detached' })
  })

  it('stands beside the desk, and takes turns with it where there is no room for both', async () => {
    show(pagePhone(), agentPhone('ringing'))
    pages().server.show('desk', pageDesk({ assignment: pageStates.ringing() }))
    const page = await pages().open('/?client=anna')
    await page.frameLocator('.side-phone').getByRole('button', { name: 'Answer' }).waitFor()
    expect(await page.getByRole('list').first().getByRole('listitem').count()).toBe(3)
    await page.frameLocator('.side-desk').getByText('Your phone is ringing').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.setViewportSize({ width: 380, height: 800 })
    await page.locator('.side-desk').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Desk' }).click()
    await page.locator('.side-desk').waitFor({ state: 'visible' })
    await page.locator('.side-phone').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Hide' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Desk' }).waitFor()
    expect(await page.getByRole('listitem').count()).toBe(0)
  })
})

/** A browser with one English voice that writes down what it says. */
const VOICES = `
  window.spoken = []
  Object.defineProperty(window, 'speechSynthesis', { value: Object.assign(new EventTarget(), {
    getVoices: () => [{ lang: 'en-GB' }],
    cancel() {},
    speak: ({ voice, lang, text }) => window.spoken.push((voice ? voice.lang : lang) + ': ' + text),
  }) })
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
`
