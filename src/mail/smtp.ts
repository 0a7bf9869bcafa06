/** E-mail to customers by SMTP. This folder imports the seams and nodemailer. */
import { addressForms, type MailServer, type Message, type MessageSender } from '../seams/outbox.ts'

/** A server that takes longer is one that does not answer, ms. */
const PATIENCE_MS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, dnsTimeout: 5_000 }

/** Only on the way to this machine may a message go in the clear. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1']

/** nodemailer's word for a server that refuses the recipient or the message, and not us. https://nodemailer.com/errors */
const OF_THE_MESSAGE = ['EENVELOPE', 'EMESSAGE']

/** The package is loaded with the first message. */
export function createSmtpSender({ host, port, tls, user, password }: MailServer): MessageSender {
  const isHere = THIS_MACHINE.includes(host)
  return async (message) => {
    // nodemailer writes an address into the commands of SMTP as it is, and more recipients with it.
    if (![message.to, message.from].every((address) => addressForms.email.test(address))) return 'refused'
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host,
      port,
      secure: tls,
      requireTLS: !tls && !isHere,
      ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
      ...PATIENCE_MS,
      // A text is a text: nothing of it is read from files or fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
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
