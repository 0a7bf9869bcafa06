import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { AssignmentView, DeskView } from '../../src/floor/view.ts'
import { accessibilityFindings } from '../support/chromium.ts'
import { ago, pageAssignment, pageDesk, pageStates, pageSupervision, SECOND } from '../support/page-desk.ts'
import { describePages, eventually, fitsItsWidth, looks } from '../support/pages.ts'
import { tellWhatIsShown } from '../support/shown.ts'

describePages('the desk page', (pages) => {
  const openDesk = async (assignment: AssignmentView | null, other: Partial<DeskView> = {}): Promise<Page> => {
    pages().server.show('desk', pageDesk({ assignment, ...other }))
    const page = await pages().open('/desk')
    await page.getByRole('heading', { name: 'Callers waiting' }).waitFor()
    return page
  }
  const change = (assignment: AssignmentView | null) => pages().server.show('desk', pageDesk({ assignment }))
  const paths = () => pages().server.posted.map(({ path }) => path.replace('/desk/api/', ''))

  const states = { idle: () => null, ...pageStates }
  it('shows each state at both widths, light and dark, without accessibility findings', async () => {
    pages().server.openUrl = true
    const page = await openDesk(null)
    const found: string[] = []
    for (const [name, make] of Object.entries(states)) {
      // The name says that this state has come.
      const me = { ...pageDesk().me, displayName: `Anna, ${name}` }
      pages().server.show('desk', pageDesk({ assignment: make(), me }))
      await page.getByText(me.displayName).first().waitFor({ state: 'attached' })
      for (const [width, colorScheme] of looks) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        const findings = [...(await accessibilityFindings(page)), ...((await fitsItsWidth(page)) ? [] : ['too wide'])]
        found.push(...findings.map((finding) => `${name}, ${width} pixels, ${colorScheme}: ${finding}`))
      }
    }
    expect(found).toEqual([])
  })

  it('answers each beat of its stream, and does nothing else by itself', async () => {
    const { server } = pages()
    server.beatEveryMs = 50
    await openDesk(null)
    await eventually(() => server.beats >= 5, true)
    expect(server.posted).toEqual([])
    server.endSession()
    const then = server.beats
    server.beatEveryMs = 5_000
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(server.beats - then).toBeLessThan(3)
  })

  it('finds what is wrong with a page, or the checks above would say nothing', async () => {
    const page = await openDesk(null)
    await page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    expect(await accessibilityFindings(page)).toEqual([expect.stringContaining('button-name')])
  })

  it('is in the error of a test that fails, with where it is and what it shows', async () => {
    await openDesk(pageStates.ringing())
    const error = new Error('It did not come')
    await tellWhatIsShown(error)
    expect(error.stack).toMatch(/^Error: It did not come\n\nThe page showed, at http.*\/desk:\n/)
    expect(error.stack).toMatch(/\n {2}\| Your phone is ringing\n[\s\S]*\n +at /)
  })

  it('shows the context before the ring is answered, and what follows from it', async () => {
    const page = await openDesk(pageStates.ringing())
    await page.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
    const call = page.locator('.call')
    for (const text of [
      'Identified',
      'Not checked: no PIN to hand. Give no customer details; what is listed below is allowed.',
      'Number has changed hands',
      '2 wrong PINs',
      'Report an outage',
    ])
      expect(await call.textContent()).toContain(text)
    expect(await page.locator('[aria-live=assertive]').textContent()).toBe(
      'New call: Caller without customer details, Identified, Bill.',
    )
    expect(await page.locator('.controls button').allTextContents()).toEqual([expect.stringContaining('Decline')])
  })

  it('says what rests and until when, and says it once', async () => {
    const page = await openDesk(pageStates.rests())
    const resting = page.locator('.resting')
    expect(await resting.getByRole('heading').textContent()).toMatch(/^Rests until .*[0-9]{2}:[0-9]{2}/)
    expect(await resting.textContent()).toContain('even for a verified caller')
    expect(await resting.getByRole('listitem').allTextContents()).toEqual(['Change the tariff', 'Change the address'])
    expect(await page.locator('.rights').textContent()).not.toContain('Change the address')
    change(pageStates.talking())
    await resting.waitFor({ state: 'detached' })
  })

  it('says no outcome of an earlier check while one is running', async () => {
    const page = await openDesk(pageStates.checking())
    await page.getByRole('heading', { name: 'PIN check is running' }).waitFor()
    expect(await page.getByText('Not checked: no PIN to hand.').count()).toBe(0)
    change(pageStates.refused())
    await page.getByText('Not checked: no PIN to hand.').waitFor()
  })

  it('shows tickets, where each contact is known from, and where a call was passed on from', async () => {
    const page = await openDesk(pageStates.talking())
    const text = await page.locator('.call').textContent()
    for (const said of [
      '7100482935',
      'Techniker bestellt',
      'from Vertrag 50284716, valid since 01/03/2019',
      'Transferred by Ben Kaya, topic Outage',
      'Note from Ben Kaya',
      'Licht am Router bleibt rot',
    ])
      expect(text).toContain(said)
  })

  it('tells what a colleague passed on once, where it is also their note', async () => {
    const talking = pageStates.talking()
    const written = { at: talking.since, agent: 'Ben Kaya', draft: false }
    const notes = [`${talking.from?.note}\n`, 'Kabel geprüft'].map((text) => ({ ...written, text }))
    const page = await openDesk({ ...talking, notes })
    const text = (await page.locator('.call').textContent()) ?? ''
    expect([text.split('Licht am Router').length - 1, text.split('Kabel geprüft').length - 1]).toEqual([1, 1])
  })

  it('shows what happened to the account, with its day, in the language of the page and not by colour alone', async () => {
    const page = await openDesk(pageStates.talking())
    const incident = page.getByRole('list', { name: 'Warnings' }).getByRole('listitem')
    await incident.getByText('Incident on 01/10/2026').waitFor()
    expect(await incident.count()).toBe(1)
    expect(await incident.textContent()).toMatch(/^Incident on 01\/10\/2026 A mail went out .* was not hacked/)
    expect(await incident.locator('svg').count()).toBe(1)
    await page.getByRole('button', { name: 'Deutsch' }).click()
    const german = page.getByRole('list', { name: 'Warnungen' }).getByRole('listitem')
    await german.getByText('Vorfall vom 01.10.2026').waitFor()
    expect(await german.textContent()).toContain('Das Konto wurde nicht gehackt')
    await page.getByRole('button', { name: 'Türkçe' }).click()
    const turkish = page.getByRole('list', { name: 'Uyarılar' }).getByRole('listitem')
    await turkish.getByText('01.10.2026 tarihli olay').waitFor()
    // Told in no Turkish: then in a language that there is, and named as such.
    expect(await turkish.locator('[lang=de]').textContent()).toContain('Das Konto wurde nicht gehackt')
    expect(await page.locator('html').getAttribute('lang')).toBe('tr')
  })

  it('says why each caller has their place', async () => {
    const page = await openDesk(null)
    const reasons = await page.locator('.reason').allTextContents()
    expect(reasons[0]).toMatch(/^ticket 7100482935, reported /)
    expect(reasons[1]).toMatch(/^kept the position of /)
    expect(reasons[2]).toMatch(/^waiting since /)
    expect(await page.getByTestId('counts').textContent()).toBe('4 in total · 3 yours')
  })

  it('does by key what its buttons do, with the token, and nothing that the view does not allow', async () => {
    const page = await openDesk(null)
    const press = async (key: string, path: string) => {
      await page.keyboard.press(key)
      await eventually(() => paths().at(-1), path)
      await page.locator('button[aria-disabled=true]').first().waitFor({ state: 'detached' })
    }
    await press('n', 'take')
    await page.keyboard.press('h')
    change(pageStates.talking())
    await page.getByRole('button', { name: 'Hold' }).waitFor()
    await press('h', 'assignments/as-1/hold')
    await press('p', 'assignments/as-1/check')
    change(pageStates.held())
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    await page.keyboard.press('p')
    await press('h', 'assignments/as-1/resume')
    await press('e', 'assignments/as-1/finish')
    await press('a', 'presence')
    expect(pages().server.posted.at(-1)).toEqual({
      path: '/desk/api/presence',
      csrf: 'token-1',
      body: { presence: 'away' },
    })
    expect(paths()).toHaveLength(6)
  })

  it('passes a call on to where the caller may go', async () => {
    const page = await openDesk(pageStates.refused())
    await page.keyboard.press('t')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await dialog.getByRole('button', { name: 'Bill' }).isDisabled()).toBe(true)
    expect(await accessibilityFindings(page)).toEqual([])
    // The keys are where a call goes on, and not in the note.
    expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^General/)
    await dialog.getByLabel('Note that goes with the call').fill('Twice billed')
    await dialog.getByRole('button', { name: 'Clara Voss' }).click()
    await eventually(() => pages().server.posted.at(-1)?.body, {
      to: { kind: 'agent', name: 'clara' },
      note: 'Twice billed',
    })
    await dialog.waitFor({ state: 'detached' })
  })

  it('gives the note on to a queue, and says which colleague would see no customer', async () => {
    const colleagues = [
      { name: 'clara', displayName: 'Clara Voss', state: 'free' as const, sees: 'no_account' as const },
      { name: 'dora', displayName: 'Dora Lind', state: 'free' as const, sees: 'not_theirs' as const },
      { name: 'emil', displayName: 'Emil Horn', state: 'free' as const, sees: 'the_same' as const },
    ]
    const page = await openDesk(pageStates.talking(), { colleagues })
    await page.getByRole('button', { name: 'Transfer' }).click()
    const dialog = page.getByRole('dialog')
    const names = ['Clara Voss', 'Dora Lind', 'Emil Horn'].map((name) => dialog.getByRole('button', { name }))
    expect(await Promise.all(names.map((button) => button.textContent()))).toEqual([
      'Clara Vossfree · sees no customer details',
      'Dora Lindfree · not for this brand',
      'Emil Hornfree',
    ])
    expect(await Promise.all(names.map((button) => button.isDisabled()))).toEqual([false, true, false])
    await dialog.getByLabel('Note that goes with the call').fill('Twice billed')
    await dialog.getByRole('button', { name: 'Outage' }).click()
    await eventually(() => pages().server.posted.at(-1)?.body, {
      to: { kind: 'queue', queue: 'rheinnetz.outage' },
      note: 'Twice billed',
    })
  })

  it('says whose phone rings and how long, fetches it back by key, and leaves it by the key that would end it', async () => {
    const page = await openDesk(pageStates.passing())
    await page.getByText(/^Ringing at Clara Voss … 0:1[5-9]$/).waitFor()
    expect(await page.getByRole('button', { name: 'End call' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Leave' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.keyboard.press('b')
    await eventually(paths, ['assignments/as-1/fetch-back'])
    change(pageStates.talking())
    await page.getByRole('button', { name: 'End call' }).waitFor()
    expect(await page.getByText('has not answered').count()).toBe(0)
    change(pageStates.passing())
    await page.getByRole('button', { name: 'Leave' }).waitFor()
    await page.keyboard.press('e')
    await eventually(paths, ['assignments/as-1/fetch-back', 'assignments/as-1/leave'])
  })

  it('says that a colleague has not taken the call, where the agent did not fetch it back', async () => {
    const page = await openDesk(pageStates.passing())
    await page.locator('.passing').waitFor()
    change(pageStates.talking())
    await page.getByRole('alert').getByText('Clara Voss has not answered.').waitFor()
  })

  it('says that a colleague has joined, and not that they have not answered', async () => {
    const page = await openDesk(pageStates.passing())
    await page.locator('.passing').waitFor()
    change(pageStates.three())
    await page.locator('.passing').getByText('All three, with Clara Voss.').waitFor()
    expect(await page.getByText('has not answered').count()).toBe(0)
    await page.keyboard.press('e')
    await eventually(paths, ['assignments/as-1/leave'])
  })

  it('shows topic, level and note of a call that a colleague passes on, and not whose it is', async () => {
    const page = await openDesk(pageStates.offered())
    await page.getByText('Licht am Router bleibt rot').waitFor()
    const text = (await page.locator('.call').textContent()) ?? ''
    for (const said of ['Verified', 'Outage', 'Transferred by Ben Kaya', 'You see customer details when you answer'])
      expect(text).toContain(said)
    expect(text).not.toMatch(/Hanna|407182632|You may/)
  })

  it('counts a hold from its start', async () => {
    const page = await openDesk(pageStates.held())
    await page
      .locator('.call-head')
      .getByText(/^for 0:0[89]|for 0:1\d$/)
      .waitFor()
  })

  it.each([
    ['caller', 'The caller hung up before you answered.'],
    ['fetched_back', 'The call was fetched back before you answered.'],
  ] as const)('says why a phone stopped ringing (%s), for a while', async (why, said) => {
    const page = await openDesk(null, { missed: { why, at: ago(55 * SECOND) } })
    await page.getByText(said).waitFor()
    await page.getByText(said).waitFor({ state: 'detached' })
  })

  it('says that nobody waits, or that there is a call already, when the key for the next finds none', async () => {
    const page = await openDesk(null, { waiting: { total: 0, mine: 0, callers: [] } })
    await page.keyboard.press('n')
    await page.getByRole('alert').getByText('Nobody is waiting for you.').waitFor()
    change(pageStates.talking())
    await page.getByRole('heading', { name: 'Talking' }).waitFor()
    await page.keyboard.press('n')
    await page.getByRole('alert').getByText('You have a call already.').waitFor()
    expect(paths()).toEqual([])
  })

  it('without a connection asks for nothing, and says that nothing was taken over', async () => {
    const page = await openDesk(pageStates.talking())
    pages().server.cut(true)
    await page.getByRole('status').getByText('No connection.').waitFor()
    await eventually(() => page.locator('.controls button:not([aria-disabled=true])').count(), 0)
    await page.keyboard.press('h')
    await page.getByRole('alert').getByText('No connection. Your entry was not taken over.').waitFor()
    expect(paths()).toEqual([])
    // What is written stays, and needs no connection: it is sent as soon as the server takes it.
    await page.locator('#note').fill('Still here')
    pages().server.cut(false)
    await page.getByText('No connection. What').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Hold' }).click()
    const clicked = () => paths().filter((path) => path !== 'assignments/as-1/draft')
    await eventually(clicked, ['assignments/as-1/hold'])
    expect(await page.locator('#note').inputValue()).toBe('Still here')
  })

  it('shows contacts in the language of the page, when they were confirmed, and what to beware of', async () => {
    const page = await openDesk(pageStates.talking())
    await page.getByText('Phone number', { exact: true }).last().waitFor()
    await page.getByRole('button', { name: 'Deutsch' }).click()
    const contact = page.locator('.contacts li')
    await contact.getByText('Rufnummer').waitFor()
    expect(await contact.textContent()).toMatch(
      /^Rufnummer \+492214710011 aus Vertrag .*, gültig seit .*, bestätigt am .*2024.*neu: noch kein Nachweis$/,
    )
  })

  it('shows in title and icon that a call rings, tells the browser when the page is hidden, and rings till it is over', async () => {
    pages().server.show('desk', pageDesk())
    const page = await pages().open('/desk')
    await page.evaluate(`
      document.hiddenNow = false
      Object.defineProperty(Document.prototype, 'hidden', { get: () => document.hiddenNow })
      window.shown = []
      window.asked = 0
      window.tones = 0
      window.Notification = class {
        static permission = 'default'
        static requestPermission() { window.asked += 1; window.Notification.permission = 'granted'; return Promise.resolve('granted') }
        constructor(title) { this.title = title; window.shown.push(title) }
        close() { window.shown.pop() }
      }
      const start = OscillatorNode.prototype.start
      OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at) }
    `)
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Notify me' }).click()
    await page.getByRole('button', { name: 'Notify me' }).waitFor({ state: 'detached' })
    const icon = () => page.evaluate("document.querySelector('link[rel=icon]').href")
    const before = [await page.title(), await icon()]
    await page.evaluate('document.hiddenNow = true')
    change(pageStates.ringing())
    await eventually(() => page.title(), '☎ Call: Bill')
    await eventually(() => page.evaluate('window.shown'), ['☎ Call: Bill'])
    expect(await icon()).toMatch(/icon-ringing/)
    await eventually(() => page.evaluate('window.tones > 1'), true)
    change(pageStates.talking())
    await eventually(async () => [await page.title(), await icon()], before)
    expect(await page.evaluate('[window.shown, window.asked]')).toEqual([[], 1])
    // Switched off it says nothing, and stays so.
    await page.getByLabel('Ring tone').uncheck()
    await page.evaluate('window.tones = 0')
    change(pageStates.ringing())
    await eventually(() => page.title(), '☎ Call: Bill')
    expect(await page.evaluate('window.tones')).toBe(0)
    await page.reload()
    await page.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
    expect(await page.getByLabel('Ring tone').isChecked()).toBe(false)
  })

  it('asks once for a double click, and says shortly when it was too late', async () => {
    const { server } = pages()
    let answer = () => {}
    const wait = new Promise<void>((resolve) => {
      answer = resolve
    })
    server.answer('/hold', { status: 409, code: 'too_late', wait })
    const page = await openDesk(pageStates.talking())
    const hold = page.getByRole('button', { name: 'Hold' })
    await hold.dblclick()
    await eventually(() => hold.getAttribute('aria-disabled'), 'true')
    await page.keyboard.press('h')
    answer()
    await page.getByRole('alert').getByText('Too late: the call has moved on.').waitFor()
    expect(paths()).toEqual(['assignments/as-1/hold'])
    server.answer('/check', { status: 200 })
    await page.getByRole('button', { name: 'Check PIN' }).dblclick()
    await eventually(paths, ['assignments/as-1/hold', 'assignments/as-1/check'])
    await page.locator('button[aria-disabled=true]').first().waitFor({ state: 'detached' })
    expect(await page.getByText('Too late').count()).toBe(0)
    expect(paths()).toHaveLength(2)
  })

  it('keeps the focus when its control goes, and while the note is being written', async () => {
    const page = await openDesk(pageStates.talking())
    await page.getByRole('button', { name: 'Hold' }).focus()
    change(pageStates.held())
    await page.getByRole('heading', { name: 'Caller is on hold' }).waitFor()
    await eventually(() => page.evaluate('document.activeElement.id'), 'call-title')
    await page.keyboard.press('o')
    await page.keyboard.type('Hello')
    change(pageAssignment({ state: 'wrap_up', wrapUpUntil: later(60), actions: ['wrap_up'] }))
    await page.getByRole('heading', { name: 'Wrap-up' }).waitFor()
    expect(await page.getByLabel('Note').inputValue()).toBe('Hello')
  })

  it('saves the wrap-up by key, with the note and what becomes of the ticket', async () => {
    const page = await openDesk(pageStates.wrapUp())
    await page.getByLabel('Note').fill('Agreed')
    await page.getByLabel('is closed').check()
    await page.keyboard.press('w')
    await eventually(() => pages().server.posted.at(-1)?.body, { note: 'Agreed', ticket: 'close', goesTo: null })
    change(null)
    await page.getByRole('heading', { name: 'No call' }).waitFor()
  })

  it('keeps what is written at the server, and nothing of it in the browser', async () => {
    const page = await openDesk(pageStates.talking())
    await page.getByLabel('Note').pressSequentially('Calls back')
    await page.getByText('Draft saved.').waitFor()
    const { posted } = pages().server
    expect(posted.map(({ path, body }) => [path, body])).toEqual([
      ['/desk/api/assignments/as-1/draft', { note: 'Calls back', ticket: 'keep', goesTo: null }],
    ])
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain('Calls back')
  })

  it('begins with the draft that the server has, and sends it again until the server takes it', async () => {
    const { server } = pages()
    const draft = { note: 'Written at another page', ticket: 'close', goesTo: null } as const
    server.answer('/draft', { status: 503, code: 'unreachable' })
    const page = await openDesk({ ...pageStates.wrapUp(), draft })
    expect(await page.getByLabel('Note').inputValue()).toBe('Written at another page')
    expect(await page.getByLabel('is closed').isChecked()).toBe(true)
    await page.getByLabel('Note').pressSequentially('.')
    await page.getByText('Not saved yet').waitFor()
    server.answer('/draft', { status: 200 })
    await page.getByText('Draft saved.').waitFor()
    expect(server.posted.at(-1)?.body).toEqual({ ...draft, note: 'Written at another page.' })
  })

  it('sends every word at once before the wrap-up runs out, when the server makes the draft a note', async () => {
    const page = await openDesk(pageAssignment({ state: 'wrap_up', wrapUpUntil: later(2.5), actions: ['wrap_up'] }))
    await page.getByLabel('Note').fill('In time')
    await eventually(() => pages().server.posted.at(-1)?.body, { note: 'In time', ticket: 'keep', goesTo: null })
  })

  it('still sends the draft when the wrap-up could not be saved', async () => {
    const { server } = pages()
    server.answer('/wrap-up', { status: 503, code: 'unreachable' })
    const page = await openDesk(pageStates.wrapUp())
    await page.getByLabel('Note').fill('Agreed')
    await page.keyboard.press('Control+Enter')
    await eventually(paths, ['assignments/as-1/wrap-up', 'assignments/as-1/draft'])
    expect(server.posted.at(-1)?.body).toEqual({ note: 'Agreed', ticket: 'keep', goesTo: null })
  })

  it('says of a keyed ticket whose queue it led to, where another topic was chosen', async () => {
    const { context } = pageStates.talking()
    const keyed = (topic: string) => context && { ...context, topic, ticket: '7100491850' }
    const page = await openDesk(pageAssignment({ topic: 'bill', context: keyed('outage') }))
    await page.getByText('7100491850 Bill').waitFor()
    change(pageAssignment({ topic: 'bill', context: keyed('bill') }))
    await page.getByText('7100491850', { exact: true }).waitFor()
  })

  it('shows what the network tells of the call, in plain words, and takes it for text', async () => {
    const { context } = pageStates.talking()
    const headers = [{ name: 'Cost-Centre', value: `<b>${'4711'.repeat(29)}</b>` }]
    const carried = { forwardedFrom: '+493023125400', attestation: 'partial' as const, headers }
    const page = await openDesk(pageAssignment({ topic: 'bill', context: context && { ...context, carried } }))
    await page.getByText('+493023125400').waitFor()
    await page.getByText('caller known, number not vouched for').waitFor()
    await page.getByText('<b>4711').waitFor()
    const over = await page.locator('.facts').evaluate((facts) => facts.scrollWidth - facts.clientWidth)
    expect(over).toBeLessThanOrEqual(0)
  })

  it('puts a note where the agent wants it: another ticket or matter of the customer', async () => {
    const page = await openDesk({ ...pageStates.talking(), topic: 'bill' })
    const goal = page.getByLabel('Keep it')
    expect(await goal.locator('option').allTextContents()).toEqual([
      'on a new ticket (Bill)',
      'on ticket 7100482935 (Outage)',
    ])
    await goal.selectOption({ label: 'on ticket 7100482935 (Outage)' })
    await eventually(() => pages().server.posted.at(-1)?.body, {
      note: '',
      ticket: 'keep',
      goesTo: { ticket: '7100482935' },
    })
  })

  it("opens the operator's own system with the reference that the server gives", async () => {
    const { server } = pages()
    server.openUrl = true
    server.answer('/reference', { status: 200, body: { url: `${server.url}/pages/crm` } })
    const page = await openDesk(pageStates.talking())
    const opened = page.context().waitForEvent('page')
    await page.getByRole('button', { name: 'Open in CRM' }).click()
    await (await opened).waitForURL(`${server.url}/pages/crm`)
  })

  it('lets supervisors choose a caller, and everyone switch single keys off', async () => {
    const page = await openDesk(null, { supervision: pageSupervision(), me: { ...pageDesk().me, role: 'supervisor' } })
    await page.getByRole('button', { name: 'Take: Position 1' }).click()
    await eventually(() => Object.keys(Object(pages().server.posted.at(-1)?.body)), ['callSid'])
    await page.keyboard.press('?')
    await page.getByLabel('Switch keyboard shortcuts on').uncheck()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('n')
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.getByRole('heading', { name: 'Wartende Anrufer' }).waitFor()
    expect(paths()).toEqual(['take'])
  })
})

const later = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
