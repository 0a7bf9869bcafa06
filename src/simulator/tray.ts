/** The tray of a try-out: messages to customers lie here, where else they would be sent. In memory, the newest ones. */
import type { Message, MessageSender } from '../seams/outbox.ts'
import type { TrayMessage } from './view.ts'

/** As many as anybody looks through. */
const MOST = 50

export interface Tray {
  send: MessageSender
  /** The newest first. */
  list(): TrayMessage[]
}

export function createTray(now: () => Date): Tray {
  const lying: TrayMessage[] = []
  return {
    async send(message: Message) {
      const { id, channel, to, from, name, language, subject, text } = message
      // As a mailbox does that gets the same one twice.
      if (lying.some((each) => each.id === id)) return 'sent'
      lying.unshift({ id, at: now().toISOString(), channel, to, from, name, language, subject, text })
      lying.splice(MOST)
      return 'sent'
    },
    list: () => [...lying],
  }
}
