import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { DeskView } from '../../src/floor/view.ts'
import { accessibilityFindings } from '../support/chromium.ts'
import { ago, pageDesk, pageFigures, pageSupervision, SECOND } from '../support/page-desk.ts'
import { pageHeard, pageSprays } from '../support/page-switches.ts'
import { describePages, eventually, fitsItsWidth } from '../support/pages.ts'

const texts = { de: 'Das Netz ist gestört.', en: 'There is a fault.' }

type Look = readonly [width: number, colorScheme: 'light' | 'dark', language: string]

async function fits(page: Page, looks: readonly Look[]): Promise<void> {
  for (const [width, colorScheme, language] of looks) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await page.getByRole('button', { name: language }).click()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(await fitsItsWidth(page)).toBe(true)
  }
}

describePages('the page of a supervisor', (pages) => {
  const supervised = (other: Partial<DeskView> = {}): DeskView =>
    pageDesk({
      me: { ...pageDesk().me, role: 'supervisor' },
      supervision: pageSupervision(),
      figures: pageFigures(),
      ...other,
    })
  const openDesk = async (): Promise<Page> => {
    pages().server.show('desk', supervised())
    const page = await pages().open('/desk')
    await page.getByRole('heading', { name: 'Special hours' }).waitFor()
    return page
  }
  const posted = () => pages().server.posted.map(({ path, body }) => [path.replace('/desk/api/', ''), body])

  it('fits 1280, 1024 and 390 px, light and dark, in each language, without accessibility findings', async () => {
    const page = await openDesk()
    await fits(page, [
      [1280, 'light', 'English'],
      [1024, 'dark', 'Deutsch'],
      [390, 'light', 'Türkçe'],
      [390, 'dark', 'Deutsch'],
    ])
  })

  it('says who is signed in and in what state, what they take, and why somebody is away', async () => {
    const page = await openDesk()
    const rows = page.locator('.agent-row')
    expect(await rows.allTextContents()).toEqual(
      [
        'Ben KayatalkingBill, Outage, General · German, English',
        'Clara VossavailableSet awayBill, Outage, General · German, English',
        'Dora Lindaway: phone not answeredBill, Outage, General · German, English',
        'Emil Hornphone is ringingBill, Outage, General · German, English',
        'Fee Sanderwrap-upBill, Outage, General · German, English',
      ].map((line) => line.replaceAll('Bill, Outage, General', 'all topics')),
    )
  })

  it('sets an agent away who is available, and nobody else', async () => {
    const page = await openDesk()
    expect(await page.locator('.agent-row button').count()).toBe(1)
    await page.getByRole('button', { name: 'Set away: Clara Voss' }).click()
    await eventually(
      () => pages().server.posted.map(({ path, body }) => [path, body]),
      [['/desk/api/away', { agent: 'clara' }]],
    )
  })

  it('puts a queue that is over its threshold first, and says it once to those who do not see it', async () => {
    const page = await openDesk()
    const alarm = page.getByTestId('queue-alarm')
    await eventually(() => alarm.textContent(), 'Bill, Rheinnetz: wait over 3 min.')
    expect(await page.locator('.queue-row.over').allTextContents()).toEqual([
      expect.stringMatching(/^Bill Rheinnetzwait over 3 minwaiting2longest4:0\dagents free2 of 3$/),
    ])
    const { agents, queues } = pageSupervision()
    const [bill, outage, general] = queues
    if (!bill || !outage || !general) throw new Error('there are three')
    const now = [
      { ...bill, longestSince: ago(SECOND) },
      { ...outage, waiting: 5 },
      { ...general, waiting: 1, longestSince: ago(SECOND) },
    ]
    pages().server.show('desk', supervised({ supervision: { agents, queues: now } }))
    await eventually(
      () => alarm.textContent(),
      'Outage, Rheinnetz: 5 or more waiting. General, Sternmobil: nobody takes it. Bill, Rheinnetz: within limits again.',
    )
  })

  it('has the day by brand: who needed a proof, checks in mid-call, turned away and out of hours', async () => {
    const page = await openDesk()
    const [rheinnetz = '', sternmobil = ''] = await page.locator('.brand').allTextContents()
    for (const text of [
      '83 of 100 who needed it were verified',
      '9 PIN checks in mid-call, 7 passed',
      '4 turned away because too many waited',
      '23 out of hours',
    ])
      expect(rheinnetz).toContain(text)
    expect(sternmobil).toContain('no PIN check in mid-call')
    await page.getByRole('img', { name: '61 taken, 7 hung up waiting' }).waitFor()
    await page.getByRole('img', { name: /^verified 83, no PIN 17/ }).waitFor()
  })

  it('sets a notice after showing what callers hear, and switches it off', async () => {
    const { server } = pages()
    server.answer('/heard', { status: 200, body: { heard: pageHeard } })
    const page = await openDesk()
    await page.getByRole('button', { name: 'New notice' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Who hears it').selectOption('outage')
    // Nothing is sent that the server would refuse for what is missing.
    await dialog.getByRole('button', { name: 'Heard like this' }).click()
    expect(posted()).toEqual([])
    await dialog.getByLabel('Text (German)').fill(texts.de)
    await dialog.getByLabel('Text (English)').fill(texts.en)
    await dialog.getByRole('button', { name: 'Heard like this' }).click()
    await dialog.getByRole('heading', { name: 'What callers hear: German' }).waitFor()
    expect(await dialog.locator('mark').allTextContents()).toEqual([texts.de, texts.en])
    expect(await accessibilityFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Switch on' }).click()
    await dialog.waitFor({ state: 'detached' })
    const order = { brand: 'rheinnetz', topic: 'outage', texts, until: null }
    expect(posted()).toEqual([
      ['heard', { kind: 'notice', order }],
      ['notices', order],
    ])
    await page.getByRole('button', { name: 'Switch off: Rheinnetz, Outage' }).click()
    await eventually(() => posted().at(-1), ['notices/clear', { brand: 'rheinnetz', topic: 'outage' }])
  })

  it('does not show as heard what was changed since', async () => {
    pages().server.answer('/heard', { status: 200, body: { heard: pageHeard } })
    const page = await openDesk()
    await page.getByRole('button', { name: 'New notice' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Text (German)').fill(texts.de)
    await dialog.getByLabel('Text (English)').fill(texts.en)
    await dialog.getByRole('button', { name: 'Heard like this' }).click()
    await dialog.locator('.heard').waitFor()
    await dialog.getByLabel('Text (English)').fill('Another.')
    await dialog.locator('.heard').waitFor({ state: 'detached' })
  })

  it('closes a day from a time on, and keeps the parts of one that is changed', async () => {
    const page = await openDesk()
    await page.getByRole('button', { name: 'Change a day' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Closed from', { exact: true }).last().fill('14:30')
    await dialog.getByRole('button', { name: 'Set', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    const day = ago(0).slice(0, 10)
    expect(posted()).toEqual([['hours', { brand: 'rheinnetz', day, texts: {}, closed_from: '14:30' }]])
    await page
      .locator('.switches', { hasText: 'Special hours' })
      .getByRole('button', { name: 'Change', exact: true })
      .click()
    await dialog.getByRole('button', { name: 'Set', exact: true }).click()
    await eventually(
      () => posted().at(-1),
      [
        'hours',
        {
          brand: 'sternmobil',
          day,
          texts: { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' },
          hours: ['08:00-12:00', '13:00-14:00'],
        },
      ],
    )
  })

  it('cries out when many accounts are being guessed at, and ends it with a reason', async () => {
    const { server } = pages()
    server.sprays = pageSprays()
    const page = await openDesk()
    const alarm = page.locator('.sprays')
    await alarm.getByText('Many accounts are being guessed at.').first().waitFor()
    expect(await alarm.getByRole('alert').textContent()).toBe(
      'Rheinnetz: Many accounts are being guessed at. Each call has one try. All brands: Switched on by a command. Each call has one try.',
    )
    expect(await alarm.locator('.spray').allTextContents()).toEqual([
      expect.stringMatching(
        /^Rheinnetz Many accounts are being guessed at\. Each call has one try\.213 tries failed on 190 numbers in ten minutes · since \d\d:\d\d, until \d\d:\d\d at leastEnd$/,
      ),
      expect.stringMatching(/^All brands .* at least$/),
    ])
    await fits(page, [
      [1280, 'dark', 'Deutsch'],
      [390, 'light', 'Türkçe'],
      [390, 'dark', 'English'],
    ])
    await alarm.getByRole('button', { name: 'End', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('Bills went out')
    await dialog.getByRole('button', { name: 'End', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(posted()).toEqual([['sprays/end', { brand: 'rheinnetz', reason: 'Bills went out' }]])
  })

  it('gives calls one try for as long as is said, and names what the server did not take', async () => {
    const { server } = pages()
    const page = await openDesk()
    await page.getByText('No sign of guessing at many accounts.').waitFor()
    await page.getByRole('button', { name: 'One try a call' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Brand').selectOption('sternmobil')
    await dialog.getByLabel('How long').selectOption('240')
    await dialog.getByLabel('Reason').fill('of 1234')
    const faults = [{ code: 'form', field: 'reason' }]
    server.answer('/sprays', { status: 400, body: { code: 'not_understood', faults } })
    await dialog.getByRole('button', { name: 'Switch on' }).click()
    await dialog.getByRole('alert').getByText('Please check: Reason, without names of people.').waitFor()
    server.answer('/sprays', { status: 200 })
    await dialog.getByLabel('Reason').fill('Warned by the police')
    await dialog.getByRole('button', { name: 'Switch on' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(posted().at(-1)).toEqual(['sprays', { brand: 'sternmobil', minutes: 240, reason: 'Warned by the police' }])
  })

  it('says what the server refused, and keeps what was typed', async () => {
    const { server } = pages()
    server.answer('/incidents', { status: 400, code: 'not_understood' })
    const page = await openDesk()
    await page.getByRole('button', { name: 'New incident' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Short name').fill('mail-2026-11')
    await dialog.getByLabel('What agents say about it (German)').fill('Nicht gehackt.')
    await dialog.getByLabel('What agents say about it (English)').fill('Not hacked.')
    await dialog.getByRole('button', { name: 'Open the incident' }).click()
    await dialog.getByRole('alert').getByText('This was not taken over.').waitFor()
    expect(await dialog.getByLabel('Short name').inputValue()).toBe('mail-2026-11')
    server.answer('/incidents', { status: 200 })
    await dialog.getByRole('button', { name: 'Open the incident' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('says in its own language what is wrong with which field, also where the network is gone', async () => {
    const { server } = pages()
    const fault = (code: string, field: string | null) => ({ code, field })
    const page = await openDesk()
    await page.getByRole('button', { name: 'New notice' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Text (German)').fill(texts.de)
    await dialog.getByLabel('Text (English)').fill(texts.en)
    const says = async (answer: object, text: string) => {
      server.answer('/notices', { status: 400, body: { code: 'not_understood', ...answer } })
      await dialog.getByRole('button', { name: 'Switch on' }).click()
      await eventually(() => dialog.getByRole('alert').textContent(), text)
    }
    const refused = 'This was not taken over.'
    const two = [fault('is_over', 'until'), fault('form', 'texts.de')]
    await says({ faults: two }, `${refused} This is over already: End. Please check: Text (German).`)
    await says({ faults: [fault('form', 'customer_numbers.4')] }, `${refused} Please check: line 5.`)
    await says(
      { faults: [fault('closed_anyway', 'closed_from')] },
      `${refused} It is closed then anyway. Choose an earlier time.`,
    )
    // A word that this page does not know yet, and whatever else, is at least told as a refusal.
    await says({ faults: [fault('__proto__', 'texts')] }, refused)
    await says({ code: 'not_found' }, `${refused} It is not on any more, or closed already.`)
    await says({ code: 'unreachable' }, `${refused} The telephone network does not answer. Please try again.`)
  })

  it('takes the numbers of a file, and names no more of the unknown than can be read', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, index) => `9${index}`)
    const body = { marked: 0, before: 0, unknown: 50_000, unknownLines: numbers.map((_, index) => index + 1) }
    pages().server.answer('/incidents/mark', { status: 200, body })
    const page = await openDesk()
    await page.getByRole('button', { name: 'Mark customers' }).click()
    const dialog = page.getByRole('dialog')
    const buffer = Buffer.from(`${numbers.join('\r\n')}\n`)
    await dialog.getByLabel('Or a file').setInputFiles({ name: 'numbers.txt', mimeType: 'text/plain', buffer })
    await dialog.getByRole('button', { name: 'Mark customers' }).click()
    await dialog.getByText(/Unknown: 90, 91, .*, 919, 49980 more\. Nobody was marked\.$/).waitFor()
    expect(posted().at(-1)).toMatchObject(['incidents/mark', { customer_numbers: numbers }])
  })

  it('marks customers of an incident, and names the numbers that nobody has', async () => {
    const { server } = pages()
    const body = { marked: 0, before: 0, unknown: 1, unknownLines: [2] }
    server.answer('/incidents/mark', { status: 200, body })
    const page = await openDesk()
    await page.getByRole('button', { name: 'Mark customers' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Customer numbers, one a line').fill('407182632\n\n 99 \n')
    await dialog.getByRole('button', { name: 'Mark customers' }).click()
    await dialog.getByText('0 marked now, 0 marked before. Unknown: 99. Nobody was marked.').waitFor()
    expect(posted()).toEqual([
      [
        'incidents/mark',
        { brand: 'rheinnetz', name: 'mail-2026-10', customer_numbers: ['407182632', '99'], skip_unknown: false },
      ],
    ])
  })
})
