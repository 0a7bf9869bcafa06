/** Text messages to customers by Twilio. https://www.twilio.com/docs/messaging/api/message-resource */
import type { MessageSender } from '../seams/outbox.ts'
import { createClient, isRefusal, type RestOptions } from './rest-client.ts'

/** A messaging service of Twilio's, which chooses the sender by itself. */
const SERVICE = /^MG[0-9a-f]{32}$/

/** @param publicBaseUrl where Twilio tells what becomes of each, below `/voice/message/`. */
export function createSmsSender({ publicBaseUrl, ...options }: RestOptions & { publicBaseUrl: string }): MessageSender {
  const clientOnce = createClient(options)
  const told = `${publicBaseUrl.replace(/\/+$/, '')}/voice/message/`
  return async ({ id, to, from, text }) => {
    const client = await clientOnce()
    const by = SERVICE.test(from) ? { messagingServiceSid: from } : { from }
    try {
      await client.messages.create({ to, body: text, ...by, statusCallback: told + Number.parseInt(id, 10) })
      return 'sent'
    } catch (error) {
      if (isRefusal(error)) return 'refused'
      throw error
    }
  }
}
