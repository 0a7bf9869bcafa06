/** Everything behind a proxy that serves it below a path of its host and takes the path off: pages, streams, API, webhooks. */
import { expect, it } from '@jest/globals'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'
import { signForm, twilioFields } from '../support/signing.ts'

describeRealPages(
  'below a path of its host',
  (pages) => {
    it('an agent signs in, and takes a call that was made at the telephone', async () => {
      const phone = await pages().open('/phone')
      const anna = await pages().desk('anna')
      await phone.getByLabel('Hotline', { exact: true }).selectOption({ label: 'Rheinnetz +492214710100' })
      await phone.getByRole('button', { name: 'Call', exact: true }).click()
      await phone.locator('.here[data-step=topic]').waitFor()
      await phone.getByText('Störung: die Zwei').waitFor()
      await phone.keyboard.press('2')
      await anna.getByRole('button', { name: 'Take the next' }).waitFor()
      await pressOnDesk(anna, 'n')
      await anna.getByRole('heading', { name: 'Your phone is ringing' }).waitFor()
      await phone.getByRole('button', { name: 'Answer' }).click()
      await anna.getByRole('heading', { name: 'Talking' }).waitFor()
      await pressOnDesk(anna, 'e')
      await anna.getByRole('heading', { name: 'Wrap-up' }).waitFor()
      await anna.getByRole('button', { name: 'Save' }).click()
      await anna.getByRole('heading', { name: 'No call' }).waitFor()

      const [cookie, ...others] = await anna.context().cookies()
      expect([cookie?.path, others]).toEqual(['/hotline', []])
    })

    it('telephone and desk stand side by side, and a page with a slash behind its name is the same page', async () => {
      const both = await pages().open('')
      await both.frameLocator('.side-phone').getByRole('button', { name: 'Call', exact: true }).waitFor()
      await both.frameLocator('.side-desk').getByLabel('Password').waitFor()
      const { baseUrl } = pages().running()
      for (const [path, own] of [
        ['/desk/', '/desk'],
        ['/phone/?client=anna', '/phone?client=anna'],
      ]) {
        const page = await pages().open(path ?? '')
        expect(page.url()).toBe(`${baseUrl}${own}`)
        await page.getByRole('heading').first().waitFor()
      }
    })

    it('the API says where it is', async () => {
      const { baseUrl, deps } = pages().running()
      const document = (await (await fetch(`${baseUrl}/api/openapi.json`)).json()) as {
        servers: { url: string }[]
        paths: Record<string, unknown>
      }
      const url = new URL(`${document.servers[0]?.url}/api/v1/notices`, baseUrl)
      expect(Object.keys(document.paths)).toContain('/api/v1/notices')
      const answer = await fetch(url, { headers: { authorization: `Bearer ${deps.keys.apiToken}` } })
      expect([answer.status, await answer.json()]).toEqual([200, { notices: [] }])
    })

    it('a webhook is signed over the public address, and told to come back there', async () => {
      const { baseUrl, deps } = pages().running()
      const { twilioAccountSid: AccountSid, twilioAuthTokens } = deps.keys
      const fields = { ...twilioFields(), AccountSid, To: '+492214710100', Called: '+492214710100' }
      const ring = (signedFor: string) => {
        const { headers, body } = signForm(`${signedFor}/voice/incoming`, fields, twilioAuthTokens[0])
        return fetch(`${baseUrl}/voice/incoming`, { method: 'POST', headers, body })
      }
      expect((await ring(new URL(baseUrl).origin)).status).toBe(403)
      const answer = await ring(baseUrl)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain(`action="${baseUrl}/voice/step/`)
    })
  },
  { below: '/hotline' },
)
