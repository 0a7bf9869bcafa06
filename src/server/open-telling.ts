import type { Config } from '../config/config.ts'
import { createSmtpSender } from '../mail/smtp.ts'
import type { Closable } from '../seams/closable.ts'
import type { Log } from '../seams/log.ts'
import { channels, type MessageSenders } from '../seams/outbox.ts'
import type { Tray } from '../simulator/tray.ts'
import { createTelling } from '../tell/telling.ts'
import { unfitWays } from '../tell/ways-out.ts'
import { createSmsSender } from '../twilio/sms.ts'
import type { Deps } from './deps.ts'

/** How often the outbox is looked into, ms. */
const EVERY_MS = 2_000

type Settings = Pick<Config, 'mailServer' | 'portal' | 'publicBaseUrl' | 'twilioRegion' | 'twilioEdge'>

/**
 * Sends what waits in the outbox, from time to time, until it is closed. `tray`: of a try-out, where all lies for which there
 * is no way out. Says once where a brand file and the settings do not fit, so that customers are not told.
 */
export function openTelling(config: Settings, deps: Deps, log: Log, tray: Tray | null = null): Pick<Closable, 'close'> {
  const senders = sendersOf(config, deps, tray)
  const there = new Set(channels.filter((channel) => senders[channel] !== null))
  const brands = [...deps.hotlines.byBrand.values()].map(({ brand }) => brand)
  for (const { reason, brands: of, sentence } of unfitWays(brands, there, { isPortalOpen: config.portal !== null }))
    for (const brand of of.length === 0 ? [undefined] : of)
      log.warn({ reason, ...(brand !== undefined && { brand }) }, sentence)
  const round = createTelling({ hotlines: deps.hotlines, outbox: deps.outbox, senders, log })
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
  { mailServer, publicBaseUrl, twilioRegion, twilioEdge }: Settings,
  { keys }: Deps,
  tray: Tray | null,
): MessageSenders {
  const sms = (): MessageSenders['sms'] =>
    createSmsSender({
      publicBaseUrl,
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
