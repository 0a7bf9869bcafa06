import { expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { AssignmentView } from '../../src/floor/view.ts'
import { accessibilityFindings } from '../support/chromium.ts'
import { pageDesk, pageStates } from '../support/page-desk.ts'
import { describePages, eventually } from '../support/pages.ts'

describePages("the desk page's session and stream", (pages) => {
  const openDesk = async (assignment: AssignmentView | null): Promise<Page> => {
    pages().server.show('desk', pageDesk({ assignment }))
    const page = await pages().open('/desk')
    await page.getByRole('heading', { name: 'Callers waiting' }).waitFor()
    return page
  }

  it('signs in, and says what is wrong when that fails', async () => {
    const { server } = pages()
    server.signedIn = false
    server.show('desk', pageDesk())
    const page = await pages().open('/desk', { width: 380 })
    const send = async () => {
      await page.getByLabel('Name').fill('anna')
      await page.getByLabel('Password').fill('not this one')
      await page.keyboard.press('Enter')
    }
    server.answer('/sign-in', { status: 401 })
    await send()
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor()
    server.answer('/sign-in', { status: 429, retryAfter: 40 })
    await send()
    await page.getByRole('alert').getByText('wait a minute').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    server.answer('/sign-in', { status: 200 })
    await send()
    await page.getByText('Anna Berg').waitFor()
    await eventually(() => page.evaluate('document.activeElement.id'), 'call-title')
  })

  it('offers the agents of the demo by name where the server does, and says why it refuses', async () => {
    const { server } = pages()
    server.signedIn = false
    server.demoAgents = [{ name: 'anna', displayName: 'Anna Berg', role: 'agent' }]
    server.show('desk', pageDesk())
    const page = await pages().open('/desk', { width: 380 })
    const anna = page.getByRole('group', { name: 'To try it, sign in as' }).getByRole('button', { name: /^Anna/ })
    server.answer('/sign-in/demo', { status: 429, retryAfter: 40 })
    await anna.click()
    await page.getByRole('alert').getByText('wait a minute').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    server.answer('/sign-in/demo', { status: 200 })
    await anna.click()
    await page.getByRole('heading', { name: 'Callers waiting' }).waitFor()
    expect(server.posted.map(({ path, body }) => [path, body])).toEqual([
      ['/desk/api/sign-in/demo', { name: 'anna' }],
      ['/desk/api/sign-in/demo', { name: 'anna' }],
    ])
  })

  it('says that the connection is lost, comes back, and then shows what has changed', async () => {
    const { server } = pages()
    const page = await openDesk(pageStates.talking())
    server.cut(true)
    await page.getByRole('status').getByText('No connection.').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    server.show('desk', pageDesk())
    server.cut(false)
    await page.getByRole('heading', { name: 'No call' }).waitFor()
    await page.getByText('No connection.').waitFor({ state: 'detached' })
  })

  it('notices a connection that ended without a word by its silence', async () => {
    const { server } = pages()
    server.beatEveryMs = 400
    const page = await openDesk(pageStates.talking())
    server.fallSilent()
    await page.getByRole('status').getByText('No connection.').waitFor()
    server.show('desk', pageDesk())
    server.cut(false)
    await page.getByRole('heading', { name: 'No call' }).waitFor()
    await page.getByText('No connection.').waitFor({ state: 'detached' })
  })

  it('leads an ended session to the sign-in and keeps the note', async () => {
    const { server } = pages()
    const page = await openDesk(pageStates.wrapUp())
    await page.getByLabel('Note').fill('Calls back on Friday')
    server.endSession()
    await page.getByText('Your session has ended').waitFor()
    await page.getByLabel('Name').fill('anna')
    await page.getByLabel('Password').fill('right')
    await page.keyboard.press('Enter')
    await page.getByLabel('Note').waitFor()
    expect(await page.getByLabel('Note').inputValue()).toBe('Calls back on Friday')
    server.answer('/wrap-up', { status: 401 })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your session has ended').waitFor()
  })

  it('says at once that the machine has no network', async () => {
    const page = await openDesk(null)
    await page.context().setOffline(true)
    await page.getByRole('status').getByText('No connection.').waitFor()
    await page.context().setOffline(false)
    await page.getByText('No connection.').waitFor({ state: 'detached' })
  })

  it('notices after a lost connection that its session is over', async () => {
    const { server } = pages()
    const page = await openDesk(null)
    server.signedIn = false
    server.cut(false)
    await page.getByText('Your session has ended').waitFor()
  })
})
