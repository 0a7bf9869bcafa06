/** A server tells customers by itself: into the tray of a try-out, by a mail server that is set, and else not at all. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { SMTPServer } from 'smtp-server'
import { type Config, readConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/log/log.ts'
import type { AccountState } from '../../src/seams/account-book.ts'
import { openTelling } from '../../src/server/open-telling.ts'
import { type Running, serve } from '../../src/server/serve.ts'
import type { TrayMessage } from '../../src/simulator/view.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { PUBLIC_BASE_URL } from '../support/signing.ts'

const HANNA = { brand: 'rheinnetz', customerNumber: '407182632' }
const because = { actor: 'test', reason: 'told' }

/** A try-out of one brand with its demo, while `look` looks at it; gives what it has logged. */
async function tryout(set: Partial<Config>, look: (running: Running) => Promise<void>): Promise<string> {
  const lines: string[] = []
  const read = readConfig({ FLOWS_DIR: flowsOf('rheinnetz'), DATABASE_URL: 'memory:', DEMO: 'on' })
  const log = createLog({ level: 'info', to: { write: (line) => void lines.push(line) } })
  const running = await serve({ ...read, port: 0, ...set }, { log, noticeMs: 0, unproved: true })
  try {
    await look(running)
  } finally {
    await running.stop()
  }
  return lines.join('')
}

/** The message about it, when it no longer waits. */
async function told({ deps }: Running): Promise<AccountState['messages'][number]> {
  for (;;) {
    const message = (await deps.accounts.show(HANNA, because))?.messages[0]
    if (message && message.state !== 'waiting') return message
    await pause(50)
  }
}

const trayOf = async ({ baseUrl }: Running): Promise<TrayMessage[]> => {
  const answer = (await (await fetch(`${baseUrl}/simulator/api/messages`)).json()) as { messages: TrayMessage[] }
  return answer.messages
}

describe('what happens to a PIN', () => {
  it('lies in the tray of a try-out, is kept without the address, and is shown beside the contact', async () => {
    const logged = await tryout({}, async (running) => {
      await running.deps.accounts.clearPins(HANNA, because)
      expect(await told(running)).toMatchObject({
        about: 'pin_cleared',
        state: 'sent',
        channel: 'email',
        source: HANNA.customerNumber,
      })
      const tray = await trayOf(running)
      expect(tray).toMatchObject([{ to: 'hanna.reuter@example.org', subject: 'Ihre Telefon-PIN', channel: 'email' }])
      const { db } = running.deps.database
      const { ref } = await db
        .selectFrom('account')
        .select('ref')
        .where('customer_number', '=', HANNA.customerNumber)
        .executeTakeFirstOrThrow()
      const context = await running.deps.source.context(HANNA.brand, ref, new Date())
      expect(context?.contacts).toMatchObject([{ kind: 'email', sent: [{ about: 'pin_cleared' }] }])
      expect(JSON.stringify(await db.selectFrom('message').selectAll().execute())).not.toContain('hanna')
      expect((await fetch(`${running.baseUrl}/tray`)).status).toBe(200)
    })
    expect(logged).toContain('a customer was told')
    expect(logged).not.toContain('hanna')
  })

  it('goes by the mail server that is set', async () => {
    const to: string[] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo({ address }, _session, done) {
        to.push(address)
        done()
      },
    })
    server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    const { port } = server.server.address() as AddressInfo
    const mailServer = { host: '127.0.0.1', port, tls: false, user: null, password: null }
    await tryout({ mailServer }, async (running) => {
      await running.deps.accounts.clearPins(HANNA, because)
      expect(await told(running)).toMatchObject({ state: 'sent', channel: 'email' })
      expect(await trayOf(running)).toEqual([])
    })
    expect(to).toEqual(['hanna.reuter@example.org'])
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })

  it('is only written down where there is no mail server, and that is said once', async () => {
    const lines: string[] = []
    await tryout({}, async (running) => {
      const { outbox } = running.deps
      // The server of the try-out has nothing to send, and another one without any way out has.
      const deps = { ...running.deps, outbox: { ...outbox } }
      running.deps.outbox.claim = async () => []
      const log = createLog({ level: 'info', to: { write: (line) => void lines.push(line) } })
      const telling = openTelling(
        { mailServer: null, portal: null, publicBaseUrl: PUBLIC_BASE_URL, twilioRegion: null, twilioEdge: null },
        deps,
        log,
      )
      await running.deps.accounts.clearPins(HANNA, because)
      expect(await told(running)).toMatchObject({ state: 'dropped', reason: 'no_channel', channel: null })
      await telling.close()
    })
    expect(lines.filter((line) => /"no_sender".*SMTP_URL is not set/.test(line))).toHaveLength(1)
  })
})
