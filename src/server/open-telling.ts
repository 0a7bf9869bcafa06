import type { Config } from '../config/config.ts'
import { createSmtpSender } from '../mail/smtp.ts'
import type { Closable } from '../seams/closable.ts'
import type { Log } from '../seams/log.ts'
import type { MessageSenders } from '../seams/outbox.ts'
import type { Tray } from '../simulator/tray.ts'
import { createTelling } from '../tell/telling.ts'
import { createSmsSender } from '../twilio/sms.ts'
import type { Deps } from './deps.ts'

/** How often the outbox is looked into, ms. */
const EVERY_MS = 2_000

type Settings = Pick<Config, 'mailServer' | 'twilioRegion' | 'twilioEdge'>

/**
 * Sends what waits in the outbox, from time to time, until it is closed. `tray`: of a try-out, where all lies for which there
 * is no way out. Says once where customers of some brand cannot be told.
 */
export function openTelling(config: Settings, deps: Deps, log: Log, tray: Tray | null = null): Pick<Closable, 'close'> {
  const senders = sendersOf(config, deps, tray)
  if (senders.email === null)
    log.warn(
      { reason: 'SMTP_URL is not set' },
      'customers are told nothing by e-mail; what happens to their PINs is only written down',
    )
  const round = createTelling({ hotlines: deps.hotlines, outbox: deps.outbox, callCodes: deps.callCodes, senders, log })
  let isClosed = false
  let running: Promise<void> | null = null
  const rounds = async (): Promise<void> => {
    try {
      // What has piled up is sent without a pause between.
      while (!isClosed && (await round()) > 0);
    } catch (err) {
      log.error({ err }, 'the messages to customers could not be looked after; the next round tries again')
    } finally {
      running = null
    }
  }
  const timer = setInterval(() => {
    running ??= rounds()
  }, EVERY_MS).unref()
  return {
    async close() {
      isClosed = true
      clearInterval(timer)
      await running
    },
  }
}

/** With a tray nothing leaves this machine by telephone; a mail server that was set is meant. */
function sendersOf(
  { mailServer, twilioRegion, twilioEdge }: Settings,
  { keys }: Deps,
  tray: Tray | null,
): MessageSenders {
  const sms = (): MessageSenders['sms'] =>
    createSmsSender({
      accountSid: keys.twilioAccountSid,
      authToken: keys.twilioAuthTokens[0] ?? '',
      region: twilioRegion ?? undefined,
      edge: twilioEdge ?? undefined,
    })
  return {
    email: mailServer ? createSmtpSender(mailServer) : (tray?.send ?? null),
    sms: tray ? tray.send : sms(),
  }
}
