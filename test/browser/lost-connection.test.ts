/** A desk loses its connection to the real server, in three ways, while its agent writes a note. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { type Line, openLine } from '../support/line.ts'
import { openPhoneBank, type PhoneBank } from '../support/phone-bank.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'

const RHEINNETZ = '+492214710100'

describeRealPages('a lost connection', (pages) => {
  let line: Line
  let phones: PhoneBank
  beforeEach(async () => {
    const { port, baseUrl } = pages().running()
    line = await openLine(port)
    phones = await openPhoneBank(baseUrl)
  })
  afterEach(async () => {
    for (const { id, state } of phones.all()) if (state !== 'ended') await phones.act(id, 'hang-up').catch(() => {})
    phones.close()
    await line.close()
  })

  /** Somebody with a fault, in the queue. */
  async function caller(): Promise<string> {
    const id = await phones.call(RHEINNETZ, null)
    await phones.key(id, '2')
    await phones.until('they wait', () => phones.phone(id)?.state === 'waiting')
    return id
  }

  /** Anna talks to somebody and has begun a note. */
  async function talk(): Promise<Page> {
    await caller()
    const anna = await pages().desk('anna', { url: line.url })
    await anna.getByRole('button', { name: 'Take the next' }).waitFor()
    await pressOnDesk(anna, 'n')
    const phone = await phones.until('a phone rings', () => phones.all().find(({ state }) => state === 'ringing'))
    await phones.act(phone.id, 'answer')
    await anna.getByRole('heading', { name: 'Talking' }).waitFor()
    await anna.getByLabel('Note').fill('The line drops every')
    return anna
  }

  const lost = (desk: Page) => desk.getByRole('status').getByText('No connection.')
  const goesOn = async (desk: Page): Promise<void> => {
    await lost(desk).waitFor({ state: 'detached' })
    await desk.getByLabel('Note').pressSequentially(' evening.')
    expect(await desk.getByLabel('Note').inputValue()).toBe('The line drops every evening.')
  }
  const wrapsUp = async (desk: Page): Promise<void> => {
    await desk.getByRole('heading', { name: 'Wrap-up' }).waitFor()
    expect(await desk.getByLabel('Note').inputValue()).toBe('The line drops every evening.')
    await desk.getByRole('button', { name: 'Save' }).click()
    await desk.getByRole('heading', { name: 'No call' }).waitFor()
  }

  /** With the caller who came meanwhile, and with the note. */
  const comesBack = async (desk: Page): Promise<void> => {
    await lost(desk).waitFor()
    await caller()
    line.restore()
    await desk.getByTestId('counts').getByText('1 in total').waitFor()
    await goesOn(desk)
    await desk.getByRole('button', { name: 'End call' }).click()
    await wrapsUp(desk)
  }

  it('by a cut comes back by itself, with who came meanwhile, and with the note', async () => {
    const anna = await talk()
    line.cut()
    await comesBack(anna)
  })

  it('by silence is noticed and comes back likewise, while a desk that only hears heartbeats stays', async () => {
    const sam = await pages().desk('sam')
    const opened: string[] = []
    sam.on('request', (request) => {
      if (request.url().includes('/desk/api/stream')) opened.push(request.url())
    })
    const anna = await talk()
    line.fallSilent()
    await comesBack(anna)
    expect(opened).toEqual([])
  })

  it('by a restart of the server on the same store leaves the agent signed in, with the note', async () => {
    const anna = await talk()
    await pages().stop()
    await lost(anna).waitFor()
    await pages().start()
    line.leadTo(pages().running().port)
    // The stand-in’s phones went with the server: the caller is gone.
    await anna.getByRole('heading', { name: 'Wrap-up' }).waitFor()
    phones.close()
    phones = await openPhoneBank(pages().running().baseUrl)
    await caller()
    await anna.getByTestId('counts').getByText('1 in total').waitFor()
    await goesOn(anna)
    await wrapsUp(anna)
  })
})
