/** The tray of a try-out: messages to customers lie here, where else they would be sent. In memory, the newest ones. */
import type { Message, MessageSender } from '../seams/outbox.ts'
import type { TrayMessage } from './view.ts'

/** As many as anybody looks through. */
const MOST = 50

export interface Tray {
  send: MessageSender
  /** Lays a letter with a new PIN in it. */
  post(letter: Pick<TrayMessage, 'id' | 'to' | 'name' | 'language' | 'subject' | 'text'>): void
  /** The newest first. */
  list(): TrayMessage[]
}

export function createTray(now: () => Date): Tray {
  const lying: TrayMessage[] = []
  function lay(message: Omit<TrayMessage, 'at'>): void {
    // As a mailbox does that gets the same one twice.
    if (lying.some((each) => each.id === message.id)) return
    lying.unshift({ ...message, at: now().toISOString() })
    lying.splice(MOST)
  }
  return {
    async send({ id, channel, to, from, name, language, subject, text }: Message) {
      lay({ id, channel, to, from, name, language, subject, text })
      return 'sent'
    },
    post: (letter) => lay({ ...letter, channel: 'letter', from: letter.name }),
    list: () => [...lying],
  }
}
