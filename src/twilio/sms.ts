/** Text messages to customers by Twilio. https://www.twilio.com/docs/messaging/api/message-resource */
import type { MessageSender } from '../seams/outbox.ts'
import { createClient, isRefusal, type RestOptions } from './rest-client.ts'

/** A messaging service of Twilio's, which chooses the sender by itself. */
const SERVICE = /^MG[0-9a-f]{32}$/

export function createSmsSender(options: RestOptions): MessageSender {
  const clientOnce = createClient(options)
  return async ({ to, from, text }) => {
    const client = await clientOnce()
    const by = SERVICE.test(from) ? { messagingServiceSid: from } : { from }
    try {
      await client.messages.create({ to, body: text, ...by })
      return 'sent'
    } catch (error) {
      if (isRefusal(error)) return 'refused'
      throw error
    }
  }
}
