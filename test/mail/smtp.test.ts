import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { createSmtpSender } from '../../src/mail/smtp.ts'
import type { Message } from '../../src/seams/outbox.ts'

const message: Message = {
  id: '12.rheinnetz',
  channel: 'email',
  to: 'ada@example.org',
  from: 'hinweis@rheinnetz.example',
  name: 'Rheinnetz',
  language: 'de',
  subject: 'Ihre Telefon-PIN',
  text: 'Rheinnetz: Ihre Telefon-PIN hat am Telefon mehrmals nicht gestimmt.',
}

interface Mail {
  from: string
  to: string[]
  isEncrypted: boolean
  text: string
}

let server: SMTPServer | null = null
afterEach(async () => {
  if (server) await new Promise<void>((resolve) => server?.close(() => resolve()))
  server = null
})

/** A real mail server of this test. */
async function mailServer(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = []
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope, secure }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          isEncrypted: secure,
          text: Buffer.concat(parts).toString(),
        })
        done()
      })
    },
    ...options,
  })
  // A client that hangs up at once is what some of these tests are about.
  server.on('error', () => {})
  server.listen(0, '0.0.0.0')
  await once(server.server, 'listening')
  return { port: (server.server.address() as AddressInfo).port, mails }
}

const here = (port: number, over: object = {}) =>
  createSmtpSender({ host: '127.0.0.1', port, tls: false, user: null, password: null, ...over })

/** Headers by their names, each folded line one. */
function headersOf(text: string): Map<string, string> {
  const [head = ''] = text.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}

describe('e-mail to a customer', () => {
  it('comes to one recipient, as plain text that no machine is to answer', async () => {
    const { port, mails } = await mailServer()
    expect(await here(port)(message)).toBe('sent')
    expect(mails).toHaveLength(1)
    const [{ from, to, text } = {} as Mail] = mails
    expect([from, to]).toEqual([message.from, [message.to]])
    const headers = headersOf(text)
    expect(Object.fromEntries(headers)).toMatchObject({
      from: 'Rheinnetz <hinweis@rheinnetz.example>',
      to: 'ada@example.org',
      subject: 'Ihre Telefon-PIN',
      'message-id': '<rufpass.12.rheinnetz@rheinnetz.example>',
      'auto-submitted': 'auto-generated',
    })
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(text).toContain('mehrmals nicht gestimmt')
  })

  it('is the same message each time it is tried', async () => {
    const { port, mails } = await mailServer()
    await here(port)(message)
    await here(port)(message)
    expect(new Set(mails.map(({ text }) => headersOf(text).get('message-id'))).size).toBe(1)
  })

  it.each([
    ['name', 'Rheinnetz\r\nBcc: eve@example.org'],
    ['subject', 'PIN\r\nBcc: eve@example.org\r\n\r\nhello'],
    ['id', '12>\r\nBcc: eve@example.org\r\nX: <'],
    ['name', 'Rhein"netz <eve@example.org>, "'],
    ['text', 'text\r\n.\r\nRCPT TO:<eve@example.org>\r\n'],
  ])('has no header and no recipient that its %s would add (threat 53)', async (field, value) => {
    const { port, mails } = await mailServer()
    await here(port)({ ...message, [field]: value })
    expect(mails.map(({ to }) => to)).toEqual([['ada@example.org']])
    const headers = headersOf(mails[0]?.text ?? '')
    expect(headers.has('bcc')).toBe(false)
    expect(headers.get('to')).toBe('ada@example.org')
    expect(headers.get('from')).toMatch(/<hinweis@rheinnetz\.example>$/)
  })

  it.each([
    'ada@example.org\r\nRCPT TO:<eve@example.org>',
    'ada@example.org>,<eve@example.org',
    'ada>,<eve@example.org',
  ])('goes nowhere else when an address is %j', async (to) => {
    const { port, mails } = await mailServer()
    expect(await here(port)({ ...message, to })).toBe('refused')
    expect(mails).toEqual([])
  })

  it('is refused by a server that does not know the recipient, and would be again', async () => {
    const { port } = await mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
    })
    expect(await here(port)(message)).toBe('refused')
  })

  it('may be taken later by a server that is busy, lets nobody in, or is not there', async () => {
    const { port } = await mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('later'), { responseCode: 451 })),
      onAuth: (_auth, _session, done) => done(Object.assign(new Error('no'), { responseCode: 535 })),
    })
    await expect(here(port)(message)).rejects.toThrow('451')
    await expect(here(port, { user: 'rufpass', password: 'other' })(message)).rejects.toThrow()
    await expect(here(1)(message)).rejects.toThrow('ECONNREFUSED')
  })

  it('is not sent in the clear to any other machine', async () => {
    const { port, mails } = await mailServer()
    // This machine too, under an address that is not told to be.
    await expect(here(port, { host: '127.0.0.2' })(message)).rejects.toThrow(/STARTTLS/)
    expect(mails).toEqual([])
  })

  it('is not sent to a server whose certificate nobody vouches for', async () => {
    const { port, mails } = await mailServer({ disabledCommands: [] })
    await expect(here(port, { host: '127.0.0.2' })(message)).rejects.toThrow(/certificate/i)
    expect(mails).toEqual([])
  })
})
