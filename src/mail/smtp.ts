/** E-mail to customers by SMTP. This folder imports the seams and nodemailer. */
import { getSystemErrorName } from 'node:util'
import { addressForms, type MailServer, type Message, type MessageSender } from '../seams/outbox.ts'

/** A server that takes longer is one that does not answer, ms. */
const PATIENCE_MS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, dnsTimeout: 5_000 }

/** Only on the way to this machine may a message go in the clear. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1']

/** nodemailer's word for a server that refuses the recipient or the message, and not us. https://nodemailer.com/errors */
const OF_THE_MESSAGE = ['EENVELOPE', 'EMESSAGE']

/** The package is loaded with the first message. */
export function createSmtpSender(server: MailServer): MessageSender {
  return async (message) => {
    // nodemailer writes an address into the commands of SMTP as it is, and more recipients with it.
    if (![message.to, message.from].every((address) => addressForms.email.test(address))) return 'refused'
    const transport = await transportTo(server)
    try {
      await transport.sendMail(mailOf(message))
      return 'sent'
    } catch (error) {
      if (isRefusal(error)) return 'refused'
      throw error
    } finally {
      transport.close()
    }
  }
}

async function transportTo({ host, port, tls, user, password }: MailServer) {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    host,
    port,
    secure: tls,
    requireTLS: !tls && !THIS_MACHINE.includes(host),
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
    ...PATIENCE_MS,
    // A text is a text: nothing of it is read from files or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** What a mail server does with us: `failed` has a code of nodemailer or of the system. */
export type MailServerSeen = { kind: 'takes_us' } | { kind: 'refuses_login' } | { kind: 'failed'; code: string }

/** Connects, encrypts, signs in and leaves, and sends nothing. Never rejects. */
export async function lookAtMailServer(server: MailServer): Promise<MailServerSeen> {
  const transport = await transportTo(server)
  try {
    await transport.verify()
    return { kind: 'takes_us' }
  } catch (error) {
    const { code, errno } = error as { code?: unknown; errno?: unknown }
    if (code === 'EAUTH') return { kind: 'refuses_login' }
    // nodemailer has one code of its own (ESOCKET) for all that the system says.
    return {
      kind: 'failed',
      code: typeof errno === 'number' ? getSystemErrorName(errno) : String(code ?? 'reason unknown'),
    }
  } finally {
    transport.close()
  }
}

/** The envelope names sender and recipient by itself, so no header can add another. */
function mailOf({ id, to, from, name, subject, text }: Message) {
  return {
    envelope: { from, to: [to] },
    from: { name, address: from },
    to: { name: '', address: to },
    subject,
    text,
    messageId: `<rufpass.${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    // No machine is to answer. https://www.rfc-editor.org/rfc/rfc3834
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('responseCode' in error)) return false
  return OF_THE_MESSAGE.includes(String(error.code)) && Number(error.responseCode) >= 500
}
